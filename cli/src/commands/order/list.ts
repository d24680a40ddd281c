import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { limitFlag, watchFlag } from '../../inputs.ts';
import { listOrders } from '../../operations/orders.ts';
import { orderStatuses } from '../../operations/shapes.ts';
import { amount, moreLine } from '../../ui/format.ts';

export default class OrderList extends ApiCommand {
  static override summary = 'List the orders of your vendor; of all vendors, for operators';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --status placed --as kiln',
    '<%= config.bin %> <%= command.id %> --watch --as operator',
  ];
  static override flags = {
    status: Flags.string({ summary: 'Only those that are this', options: orderStatuses }),
    vendor: Flags.string({ summary: 'Only those of this vendor', helpValue: 'SLUG' }),
    limit: limitFlag('orders'),
    watch: watchFlag(),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(OrderList);
    const api = await this.api(flags);
    const when = await this.moments(api);
    return this.watched(
      flags.watch,
      () => listOrders(api, flags),
      ({ items, hasMore }) => {
        this.showTable(
          items,
          [
            { title: 'NUMBER', value: ({ number }) => number },
            { title: 'STATUS', value: ({ status }) => status },
            { title: 'PLACED', value: ({ placedAt }) => when(placedAt) },
            { title: 'RECIPIENT', value: ({ recipient }) => recipient, flexible: true },
            { title: 'UNITS', value: ({ units }) => units, align: 'right' },
            { title: 'PAYABLE', value: ({ payable }) => amount(payable), align: 'right' },
          ],
          'There are no orders to show.',
        );
        if (hasMore) this.tell(moreLine(flags.limit));
      },
    );
  }
}
