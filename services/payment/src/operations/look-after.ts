import { isWaiting } from '../domain/payment.ts';
import type { Payment } from '../store/rows.ts';
import { dueAfter, type PaymentContext, unplacedUntil } from './context.ts';
import { expire } from './give-up.ts';
import { askProvider } from './observe-payment.ts';
import { type CareOutcome, release } from './release.ts';

/** Looks after one payment whose time has come; safe to repeat at any moment. */
export async function lookAfter(context: PaymentContext, payment: Payment): Promise<CareOutcome> {
  if (payment.releaseDue) return release(context, payment);
  if (isWaiting(payment.status)) {
    // A last question: money that is held by now is given back, not forgotten.
    const seen = await askProvider(context, payment);
    if (seen && !isWaiting(seen.status)) return 'resolved';
  }
  const now = context.clock.now();
  const endsAt = endOf(context, payment);
  if (endsAt && endsAt <= now) return (await expire(context, payment.id)) ? 'voided' : 'open';
  const dueAt = dueAfter(context.config, payment, now);
  await context.payments.putOff(payment.id, dueAt);
  if (dueAt) context.armAt(dueAt);
  return 'open';
}

/** When a payment that led to no order is given up; null for one that is not. */
function endOf({ config }: PaymentContext, payment: Payment): Date | null {
  if (isWaiting(payment.status)) return payment.expiresAt;
  if (payment.status !== 'authorized' || payment.placedAt) return null;
  return unplacedUntil(config, payment);
}
