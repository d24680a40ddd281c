import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { lineFlag, orderArg, yesFlag } from '../../inputs.ts';
import { cancelOrder } from '../../operations/orders.ts';
import { amount } from '../../ui/format.ts';
import { terminalPrompt } from '../../ui/prompt.ts';

export default class OrderCancel extends ApiCommand {
  static override summary = 'Cancel what was not shipped yet of an order, and give its money back';
  static override description = 'Asks for the number of the order, unless --yes is there.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> M-100032-1 --reason "The glaze has cracked" --as kiln',
  ];
  static override args = { order: orderArg() };
  static override flags = {
    reason: Flags.string({ summary: 'Why; the shopper reads it', required: true }),
    line: lineFlag('cancel'),
    yes: yesFlag(),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OrderCancel);
    const api = await this.api(flags);
    if (!flags.yes) {
      await terminalPrompt().confirmName('This cannot be taken back.', args.order);
    }
    const { reason, line } = flags;
    const order = await cancelOrder(api, { order: args.order, reason, lines: line });
    this.tell(
      `Order ${order.number} is ${order.status}; of ${amount(order.payable)} captured: ${amount(order.captured)}.`,
    );
    return order;
  }
}
