import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { orderArg } from '../../inputs.ts';
import { deliverOrder } from '../../operations/orders.ts';
import { counted } from '../../ui/text.ts';

export default class OrderDeliver extends ApiCommand {
  static override summary = 'Say that what was sent of an order has arrived';
  static override examples = ['<%= config.bin %> <%= command.id %> M-100032-1 --as kiln'];
  static override args = { order: orderArg() };
  static override flags = {
    shipment: Flags.string({ summary: 'Only this shipment', helpValue: 'ID' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OrderDeliver);
    const input = { order: args.order, shipment: flags.shipment };
    const shipments = await deliverOrder(await this.api(flags), input);
    this.tell(`${counted(shipments.length, 'shipment')} of the order ${args.order} delivered.`);
    return { shipments };
  }
}
