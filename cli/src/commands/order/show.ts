import { ApiCommand } from '../../api-command.ts';
import { orderArg } from '../../inputs.ts';
import { showOrder } from '../../operations/orders.ts';
import { moment } from '../../ui/format.ts';
import { orderLineColumns, orderProperties } from '../../ui/order-view.ts';

export default class OrderShow extends ApiCommand {
  static override summary = 'Show an order: its lines, its money and what has happened to it';
  static override examples = ['<%= config.bin %> <%= command.id %> M-100032-1 --as kiln'];
  static override args = { order: orderArg() };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OrderShow);
    const order = await showOrder(await this.api(flags), args.order);
    this.showProperties(orderProperties(order));
    this.show('');
    this.showTable(order.lines, orderLineColumns, 'It has no lines.');
    if (order.shipments.length > 0) {
      this.show('');
      this.showTable(
        order.shipments,
        [
          { title: 'SHIPMENT', value: ({ shipmentId }) => shipmentId },
          { title: 'CARRIER', value: ({ carrier }) => carrier, flexible: true },
          { title: 'TRACKING', value: ({ trackingNumber }) => trackingNumber, flexible: true },
          { title: 'SHIPPED', value: ({ shippedAt }) => moment(shippedAt) },
          { title: 'DELIVERED', value: ({ deliveredAt }) => moment(deliveredAt) },
        ],
        '',
      );
    }
    this.show('');
    this.showTable(
      order.timeline,
      [
        { title: 'WHEN', value: ({ at }) => moment(at) },
        { title: 'WHAT', value: ({ kind }) => kind },
        { title: 'BY', value: ({ by }) => by },
      ],
      'Nothing has happened to it.',
    );
    return order;
  }
}
