import { paymentResolved } from '@mkt/contracts';
import { ok, type Refusal, type Result } from '@mkt/kernel';
import { platformScope, type Tx } from '@mkt/service-kit';
import { giveUp, isWaiting } from '../domain/payment.ts';
import type { Payment } from '../store/rows.ts';
import type { PaymentContext } from './context.ts';
import { emitSettled } from './movement-events.ts';
import { release } from './release.ts';

/** Ends a payment in the caller's transaction: what it holds is let go. Null if it had ended. */
export async function giveUpIn(
  tx: Tx,
  context: PaymentContext,
  payment: Payment,
): Promise<{ releaseDue: boolean; version: number } | null> {
  const { payments, movements, clock } = context;
  const now = clock.now();
  const shares = await payments.lockShares(tx, payment.id);
  const decided = giveUp(payment, shares);
  if (!decided) return null;
  const voids = await movements.addSettledVoids(tx, payment.id, decided.voids, now);
  const paymentVersion = await payments.givenUp(tx, payment.id, decided, now);
  for (const movement of voids) {
    emitSettled(tx, { movement, feeMinor: 0, paymentVersion, at: now });
  }
  return { releaseDue: decided.releaseDue, version: paymentVersion };
}

/**
 * A checkout failed: whatever its payment waits for, it is voided. A group that has no payment yet
 * is remembered, so that a request which comes late holds no money.
 */
export async function giveUpGroup(
  context: PaymentContext,
  groupId: string,
): Promise<Result<Record<string, never>, Refusal>> {
  const { db, payments, clock } = context;
  const open = await db.transaction(platformScope, async (tx) => {
    const payment = await payments.lockOfGroup(tx, groupId);
    if (!payment) {
      await payments.abandonGroup(tx, groupId, clock.now());
      return null;
    }
    const given = await giveUpIn(tx, context, payment);
    return given?.releaseDue ? payment : null;
  });
  context.faultPoint('payment.giveUp.written');
  // The decision stands; where the provider is silent, it is told later.
  if (open) await release(context, open);
  return ok({});
}

/** The time for a checkout has passed: those who were told to wait learn that nothing comes. */
export async function expire(context: PaymentContext, paymentId: string): Promise<boolean> {
  const { db, payments } = context;
  const given = await db.transaction(platformScope, async (tx) => {
    const payment = await payments.lock(tx, paymentId);
    if (!payment || payment.placedAt) return null;
    const outcome = await giveUpIn(tx, context, payment);
    if (!outcome) return null;
    if (isWaiting(payment.status)) {
      tx.emit({
        contract: paymentResolved,
        aggregateId: payment.id,
        aggregateVersion: outcome.version,
        vendorId: null,
        payload: {
          paymentId: payment.id,
          groupId: payment.groupId,
          status: 'declined',
          declineCode: 'expired',
        },
      });
    }
    return payment;
  });
  if (given) await release(context, given);
  return given !== null;
}
