import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { momentFlag } from '../../inputs.ts';
import { readUsage, usageBy } from '../../operations/platform.ts';
import { moment } from '../../ui/format.ts';

export default class BudgetStatus extends ApiCommand {
  static override summary =
    'Show what metered services were used, this month unless days are named';
  static override examples = ['<%= config.bin %> <%= command.id %> --by vendor --as operator'];
  static override flags = {
    from: momentFlag('First day'),
    to: momentFlag('Last day'),
    by: Flags.string({
      summary: 'Whose use is shown beside the sums',
      options: ['service', 'vendor'] as const,
      default: 'service',
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(BudgetStatus);
    const usage = await readUsage(await this.api(flags), flags);
    this.tell(`${usage.from} to ${usage.to}`);
    this.showTable(
      usage.meters,
      [
        { title: 'METER', value: ({ meter }) => meter },
        { title: 'USED', value: ({ used }) => used.toLocaleString('en'), align: 'right' },
        { title: 'LIMIT', value: ({ limit }) => limit?.toLocaleString('en'), align: 'right' },
        { title: 'EXHAUSTED', value: ({ exhaustedAt }) => moment(exhaustedAt) },
        { title: 'LEVEL', value: ({ level }) => level },
      ],
      'Nothing was used.',
    );
    if (usage.rows.length > 0) this.show('');
    const title = flags.by.toUpperCase();
    this.showTable(
      usageBy(flags.by as 'service' | 'vendor', usage.rows),
      [
        { title, value: ({ name }) => name },
        { title: 'METER', value: ({ meter }) => meter },
        { title: 'USED', value: ({ used }) => used.toLocaleString('en'), align: 'right' },
      ],
      '',
    );
    return usage;
  }
}
