import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { limitFlag } from '../../inputs.ts';
import { listOrders } from '../../operations/orders.ts';
import { orderStatuses } from '../../operations/shapes.ts';
import { amount, moment, moreLine } from '../../ui/format.ts';

export default class OrderList extends ApiCommand {
  static override summary = 'List the orders of your vendor; of all vendors, for operators';
  static override flags = {
    status: Flags.string({ summary: 'Only those that are this', options: orderStatuses }),
    vendor: Flags.string({ summary: 'Only those of this vendor', helpValue: 'SLUG' }),
    limit: limitFlag('orders'),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(OrderList);
    const found = await listOrders(await this.api(flags), flags);
    this.showTable(
      found.items,
      [
        { title: 'NUMBER', value: ({ number }) => number },
        { title: 'STATUS', value: ({ status }) => status },
        { title: 'PLACED', value: ({ placedAt }) => moment(placedAt) },
        { title: 'RECIPIENT', value: ({ recipient }) => recipient, flexible: true },
        { title: 'UNITS', value: ({ units }) => units, align: 'right' },
        { title: 'PAYABLE', value: ({ payable }) => amount(payable), align: 'right' },
      ],
      'There are no orders to show.',
    );
    if (found.hasMore) this.tell(moreLine(flags.limit));
    return found;
  }
}
