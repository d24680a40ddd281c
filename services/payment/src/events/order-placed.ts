import { orderPlaced } from '@mkt/contracts';
import { type Consumer, consumeTogether } from '@mkt/service-kit';
import type { PaymentStore } from '../store/payments.ts';

/** From now on the payment belongs to an order: the sweep of abandoned ones leaves it alone. */
export function onOrderPlaced(payments: PaymentStore): Consumer {
  return consumeTogether(orderPlaced, (tx, events) =>
    payments.placed(
      tx,
      events.map(({ payload: { paymentId, placedAt } }) => ({ paymentId, placedAt })),
    ),
  );
}
