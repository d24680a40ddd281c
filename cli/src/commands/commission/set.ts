import { CommissionCommand, rulesArgs, rulesFlags } from '../../commission-command.ts';
import { momentFlag } from '../../inputs.ts';
import { setRules } from '../../operations/commission.ts';
import { moment } from '../../ui/format.ts';

export default class CommissionSet extends CommissionCommand {
  static override summary = 'Put commission rules in force, for the marketplace or one vendor';
  static override description =
    'What was sold before keeps what it was sold under. Try the rules first: commission preview.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --percent 9 --as operator',
    '<%= config.bin %> <%= command.id %> rules.json --vendor kiln-and-co --from 2027-01-01 --as operator',
    '<%= config.bin %> <%= command.id %> --default --vendor kiln-and-co --as operator',
  ];
  static override args = rulesArgs;
  static override flags = { ...rulesFlags, from: momentFlag('When they begin; now unless given') };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(CommissionSet);
    const rules = await this.rules(args.file, flags);
    const wanted = { ...rules, validFrom: flags.from };
    const set = await setRules(await this.api(flags), flags.vendor, wanted);
    const whose = flags.vendor ?? 'the marketplace';
    this.tell(`Version ${set.version} of ${whose} is in force from ${moment(set.validFrom)}.`);
    return set;
  }
}
