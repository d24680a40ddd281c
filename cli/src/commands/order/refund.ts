import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { lineFlag, orderArg, reasonFlag, yesFlag } from '../../inputs.ts';
import { refundOrder } from '../../operations/orders.ts';
import { amount } from '../../ui/format.ts';
import { terminalPrompt } from '../../ui/prompt.ts';

export default class OrderRefund extends ApiCommand {
  static override summary = 'Give money back: for units that came back, or an amount as goodwill';
  static override description = 'Asks for the number of the order, unless --yes is there.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> M-100032-1 --line LINE_ID=1 --reason "Arrived broken" --vendor-fault --as kiln',
    '<%= config.bin %> <%= command.id %> M-100032-1 --amount 5.00 --bearer marketplace --reason "For the wait" --as operator',
  ];
  static override args = { order: orderArg() };
  static override flags = {
    reason: reasonFlag('the shopper'),
    line: lineFlag('take back'),
    'vendor-fault': Flags.boolean({
      summary: 'The shipping comes back with the last of the goods',
      default: false,
    }),
    amount: Flags.string({
      summary: 'This amount instead',
      helpValue: '5.00',
      exclusive: ['line', 'vendor-fault'],
    }),
    bearer: Flags.string({
      summary: 'Who bears the amount',
      options: ['vendor', 'marketplace'] as const,
      dependsOn: ['amount'],
    }),
    yes: yesFlag(),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(OrderRefund);
    const api = await this.api(flags);
    if (!flags.yes) {
      await terminalPrompt().confirmName('Money goes back to the shopper.', args.order);
    }
    const order = await refundOrder(api, {
      order: args.order,
      reason: flags.reason,
      lines: flags.line,
      vendorFault: flags['vendor-fault'],
      amount: flags.amount,
      bearer: flags.bearer,
    });
    this.tell(
      `The refund of the order ${order.number} is under way; given back so far: ${amount(order.refunded)}.`,
    );
    return order;
  }
}
