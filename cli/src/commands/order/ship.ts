import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { lineFlag, orderArg } from '../../inputs.ts';
import { shipOrder } from '../../operations/orders.ts';
import { amount } from '../../ui/format.ts';

export default class OrderShip extends ApiCommand {
  static override summary = 'Send an order, or a part of it, and capture that part of the payment';
  static override examples = [
    '<%= config.bin %> <%= command.id %> M-100032-1 --carrier "An Post" --tracking CE123456789IE',
  ];
  static override args = { order: orderArg() };
  static override flags = {
    carrier: Flags.string({ summary: 'Who brings it', required: true }),
    tracking: Flags.string({ summary: 'Number to follow it by', required: true }),
    'tracking-url': Flags.string({ summary: 'Address to follow it at' }),
    line: lineFlag('ship'),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OrderShip);
    const order = await shipOrder(await this.api(flags), {
      order: args.order,
      carrier: flags.carrier,
      trackingNumber: flags.tracking,
      trackingUrl: flags['tracking-url'],
      lines: flags.line,
    });
    this.tell(
      `Order ${order.number} is ${order.status}; captured: ${amount(order.captured)} (${order.captureState}).`,
    );
    return order;
  }
}
