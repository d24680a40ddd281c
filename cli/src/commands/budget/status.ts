import { ApiCommand } from '../../api-command.ts';
import { momentFlag } from '../../inputs.ts';
import { readUsage } from '../../operations/platform.ts';
import { moment } from '../../ui/format.ts';

export default class BudgetStatus extends ApiCommand {
  static override summary =
    'Show what metered services were used, this month unless days are named';
  static override flags = { from: momentFlag('First day'), to: momentFlag('Last day') };

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
    this.showTable(
      usage.rows,
      [
        { title: 'SERVICE', value: ({ service }) => service },
        { title: 'METER', value: ({ meter }) => meter },
        { title: 'VENDOR', value: ({ vendorId }) => vendorId },
        { title: 'AMOUNT', value: (row) => row.amount.toLocaleString('en'), align: 'right' },
      ],
      '',
    );
    return usage;
  }
}
