import { CommissionCommand, rulesArgs, rulesFlags } from '../../commission-command.ts';
import { momentFlag } from '../../inputs.ts';
import { previewRules } from '../../operations/commission.ts';
import type { PreviewRow } from '../../operations/money-shapes.ts';
import { vendorNames } from '../../operations/vendors.ts';
import { amount, moment } from '../../ui/format.ts';

export default class CommissionPreview extends CommissionCommand {
  static override summary = 'Show what last month would have cost under other rules';
  static override description =
    'Recomputed from what was captured and not given back, by the functions that charge it. ' +
    'Nothing is changed. Vendors with rules of their own are left out of a change of the default.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --percent 12 --as operator',
    '<%= config.bin %> <%= command.id %> rules.json --vendor kiln-and-co --from 2026-10-01 --to 2026-11-01 --as operator',
  ];
  static override args = rulesArgs;
  static override flags = {
    ...rulesFlags,
    from: momentFlag('Beginning of the period'),
    to: momentFlag('End of the period, which is no longer part of it'),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(CommissionPreview);
    const { from, to } = flags;
    const rules = { ...(await this.rules(args.file, flags)), from, to };
    const api = await this.api(flags);
    const preview = await previewRules(api, flags.vendor, rules);
    const names = await vendorNames(api);
    this.tell(`${moment(preview.from)} to ${moment(preview.to)}, as captured less given back`);
    this.showTable(
      preview.items,
      [
        { title: 'VENDOR', value: ({ vendorId }) => names.get(vendorId) ?? vendorId },
        { title: 'ORDERS', value: ({ orders }) => orders, align: 'right' },
        { title: 'COMMISSION', value: ({ was }) => amount(was.commission), align: 'right' },
        { title: 'WOULD BE', value: (row) => amount(row.wouldBe.commission), align: 'right' },
        { title: 'CHANGE', value: changeOf, align: 'right' },
      ],
      'Nothing was sold that these rules apply to.',
    );
    return preview;
  }
}

function changeOf({ was, wouldBe, currency }: PreviewRow): string {
  const amountMinor = wouldBe.commission.amountMinor - was.commission.amountMinor;
  return `${amountMinor > 0 ? '+' : ''}${amount({ amountMinor, currency })}`;
}
