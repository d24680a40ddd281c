import { isWaiting } from '../domain/payment.ts';
import type { Payment } from '../store/rows.ts';
import { dueAfter, later, type PaymentContext } from './context.ts';
import { expire } from './give-up.ts';
import { askProvider } from './observe-payment.ts';
import { type CareOutcome, release } from './release.ts';

/** Looks after one payment whose time has come; safe to repeat at any moment. */
export async function lookAfter(context: PaymentContext, payment: Payment): Promise<CareOutcome> {
  const { clock, config, payments } = context;
  const now = clock.now();
  if (payment.releaseDue) return release(context, payment);
  if (isWaiting(payment.status)) {
    // A last question: money that is held by now is given back, not forgotten.
    const seen = await askProvider(context, payment);
    if (seen && !isWaiting(seen.status)) return 'resolved';
    if (payment.expiresAt <= now) return (await expire(context, payment.id)) ? 'voided' : 'open';
  } else if (payment.status === 'authorized' && !payment.placedAt) {
    const givenUpAt = later(payment.expiresAt, config.placedGraceMs);
    if (givenUpAt <= now) return (await expire(context, payment.id)) ? 'voided' : 'open';
  }
  const dueAt = dueAfter(config, payment, now);
  await payments.putOff(payment.id, dueAt);
  if (dueAt) context.armAt(dueAt);
  return 'open';
}
