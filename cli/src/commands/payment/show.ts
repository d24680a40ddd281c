import { ApiCommand } from '../../api-command.ts';
import { requiredArg } from '../../inputs.ts';
import { showPayment } from '../../operations/payments.ts';
import { amount, tick } from '../../ui/format.ts';

export default class PaymentShow extends ApiCommand {
  static override summary = 'Show a payment: its shares, and what was taken and given back';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 0190b6f0-0000-7000-8000-000000000001 --as operator',
  ];
  static override args = { payment: requiredArg('Id of the payment: mkt payment list') };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(PaymentShow);
    const api = await this.api(flags);
    const payment = await showPayment(api, args.payment);
    const when = await this.moments(api);
    this.showProperties([
      ['Id', payment.paymentId],
      ['Order group', payment.groupId],
      ['Status', payment.status],
      ['Declined', payment.declineCode],
      ['Amount', amount(payment.amount)],
      ['Made', when(payment.createdAt)],
      ['Expires', when(payment.expiresAt)],
      ['Placed', when(payment.placedAt)],
      ['Release due', tick(payment.releaseDue)],
    ]);
    this.show('');
    this.showTable(
      payment.shares,
      [
        { title: 'ORDER', value: ({ orderId }) => orderId },
        { title: 'AUTHORIZED', value: ({ authorized }) => amount(authorized), align: 'right' },
        { title: 'CAPTURED', value: ({ captured }) => amount(captured), align: 'right' },
        { title: 'VOIDED', value: ({ voided }) => amount(voided), align: 'right' },
        { title: 'REFUNDED', value: ({ refunded }) => amount(refunded), align: 'right' },
      ],
      'It has no shares.',
    );
    if (payment.movements.length > 0) this.show('');
    this.showTable(
      payment.movements,
      [
        { title: 'WHEN', value: ({ createdAt }) => when(createdAt) },
        { title: 'WHAT', value: ({ kind }) => kind },
        { title: 'STATUS', value: ({ status }) => status },
        { title: 'AMOUNT', value: (one) => amount(one.amount), align: 'right' },
        { title: 'FEE', value: ({ fee }) => amount(fee), align: 'right' },
        { title: 'REASON', value: ({ reason }) => reason, flexible: true },
      ],
      '',
    );
    return payment;
  }
}
