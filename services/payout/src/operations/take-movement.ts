import type { Tx } from '@mkt/service-kit';
import { openLedger } from '../store/ledger.ts';
import { addMovement, type ToldMovement } from '../store/movements.ts';
import { lockOrders } from '../store/orders.ts';
import { applyMovement } from './apply-movement.ts';
import type { PayoutContext } from './context.ts';

/** Keeps what a payment did and posts it; where it comes before its order, it waits for it. */
export async function takeMovement(
  tx: Tx,
  { clock, config }: PayoutContext,
  movement: ToldMovement,
): Promise<void> {
  const now = clock.now();
  const { currency, orderId, vendorId } = movement;
  await lockOrders(tx, [orderId]);
  if (!(await addMovement(tx, movement))) return;
  const ledger = await openLedger(tx, { currency, vendorIds: [vendorId] }, now);
  const policy = config.commissionPolicy;
  if (await applyMovement({ tx, ledger, policy, now }, movement)) await ledger.flush();
}
