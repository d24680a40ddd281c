import type { Tx } from '@mkt/service-kit';
import { addDelivery, type Delivery, lockOrders, startHolds } from '../store/orders.ts';
import type { PayoutContext } from './context.ts';

/** A delivery starts the hold of its order; the last one of several decides. */
export async function takeDelivery(
  tx: Tx,
  { config, armAt }: PayoutContext,
  delivery: Delivery,
): Promise<void> {
  await lockOrders(tx, [delivery.orderId]);
  await addDelivery(tx, delivery);
  const holdEnd = await startHolds(tx, [delivery.orderId], config.holdMs);
  if (holdEnd) tx.afterCommit(() => armAt(holdEnd));
}
