import { orderPlaced } from '@mkt/contracts';
import { type Consumer, consume } from '@mkt/service-kit';
import type { PaymentStore } from '../store/payments.ts';

/** From now on the payment belongs to an order: the sweep of abandoned ones leaves it alone. */
export function onOrderPlaced(payments: PaymentStore): Consumer {
  return consume(orderPlaced, (tx, { payload }) =>
    payments.placed(tx, payload.paymentId, new Date(payload.placedAt)),
  );
}
