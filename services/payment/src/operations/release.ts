import type { Payment } from '../store/rows.ts';
import { askAgainAt, later, type PaymentContext } from './context.ts';

export type CareOutcome = 'voided' | 'resolved' | 'open';

/** Lets the provider's hold of a payment go that we gave up; put off where that cannot be yet. */
export async function release(context: PaymentContext, payment: Payment): Promise<CareOutcome> {
  const { payments, provider, clock, config } = context;
  const now = clock.now();
  try {
    const released = await provider.release(payment.id);
    const forgotten = later(payment.createdAt, config.forgetAbsentMs) <= now;
    if (released.ok && (released.value === 'released' || forgotten)) {
      await payments.released(payment.id, now);
      return 'voided';
    }
  } catch (error) {
    context.log.warn({ service: 'payment', paymentId: payment.id, err: error }, 'release put off');
  }
  const dueAt = askAgainAt(config, payment.attempts, now);
  await payments.putOff(payment.id, dueAt);
  context.armAt(dueAt);
  return 'open';
}
