import { Flags } from '@oclif/core';
import { ApiCommand } from '../../api-command.ts';
import { limitFlag, watchFlag } from '../../inputs.ts';
import { paymentStatuses } from '../../operations/money-shapes.ts';
import { listPayments } from '../../operations/payments.ts';
import { amount, moreLine } from '../../ui/format.ts';

export default class PaymentList extends ApiCommand {
  static override summary = 'List payments, newest first, for operators';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --status unknown --as operator',
    '<%= config.bin %> <%= command.id %> --watch --as operator',
  ];
  static override flags = {
    status: Flags.string({ summary: 'Only those that are this', options: paymentStatuses }),
    limit: limitFlag('payments'),
    watch: watchFlag(),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PaymentList);
    const api = await this.api(flags);
    const when = await this.moments(api);
    return this.watched(
      flags.watch,
      () => listPayments(api, flags),
      ({ items, hasMore }) => {
        this.showTable(
          items,
          [
            { title: 'PAYMENT', value: ({ paymentId }) => paymentId },
            { title: 'STATUS', value: ({ status }) => status },
            { title: 'MADE', value: ({ createdAt }) => when(createdAt) },
            { title: 'SHARES', value: ({ shares }) => shares.length, align: 'right' },
            { title: 'AMOUNT', value: (one) => amount(one.amount), align: 'right' },
          ],
          'There are no payments to show.',
        );
        if (hasMore) this.tell(moreLine(flags.limit));
      },
    );
  }
}
