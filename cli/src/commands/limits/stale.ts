import { resolve } from 'node:path';
import type { StaleLimit } from '@mkt/policies/limits';
import { Flags } from '@oclif/core';
import { exitCodes } from '../../failure.ts';
import { dayFlag, today } from '../../inputs.ts';
import { MktCommand } from '../../mkt-command.ts';
import { loadPolicies } from '../../operations/policies.ts';
import { counted } from '../../ui/text.ts';

export default class LimitsStale extends MktCommand {
  static override summary = 'List the allowances whose source was not read for too long';
  static override description =
    "A reading of the provider's own page is believed for 180 days, a dated quotation for 90, and " +
    'hearsay or nothing for 30. `npm run check` warns of older ones.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --strict --at 2027-01-01',
  ];
  static override flags = {
    at: dayFlag('As of this day; today unless given'),
    strict: Flags.boolean({ summary: 'End with 1 where there is one', default: false }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(LimitsStale);
    const at = flags.at ?? today();
    const limits = await loadPolicies(resolve(this.config.root, '..', '..'), 'limits');
    const stale = limits.staleLimits(at);
    this.showTable<StaleLimit>(
      stale,
      [
        { title: 'LIMIT', value: ({ limit }) => limit.id },
        { title: 'READ', value: ({ limit }) => limit.verifiedAt },
        { title: 'DAYS AGO', value: ({ ageDays }) => ageDays, align: 'right' },
        { title: 'BELIEVED', value: ({ shelfLifeDays }) => shelfLifeDays, align: 'right' },
        { title: 'SURE', value: ({ limit }) => limit.confidence },
        { title: 'SOURCE', value: ({ limit }) => limit.source.url, flexible: true },
      ],
      'Every source was read in time.',
    );
    if (stale.length > 0) {
      this.tell(
        `${counted(stale.length, 'entry is', 'entries are')} to be read again at the source.`,
      );
    }
    if (flags.strict && stale.length > 0) process.exitCode = exitCodes.failed;
    return { at, stale };
  }
}
