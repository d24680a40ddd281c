import type { Clock } from '@mkt/kernel';
import type { Database, FaultPoint, Logger } from '@mkt/service-kit';
import type { PaymentConfig } from '../config.ts';
import { isWaiting } from '../domain/payment.ts';
import type { PaymentProvider } from '../provider/port.ts';
import type { MovementStore } from '../store/movements.ts';
import type { PaymentStore } from '../store/payments.ts';
import type { Payment } from '../store/rows.ts';

/** What the operations of this service work with. */
export interface PaymentContext {
  readonly db: Database;
  readonly payments: PaymentStore;
  readonly movements: MovementStore;
  readonly provider: PaymentProvider;
  readonly clock: Clock;
  readonly config: PaymentConfig;
  readonly log: Logger;
  readonly faultPoint: FaultPoint;
  /** Somebody must look after a payment or a movement at that time. */
  armAt(dueAt: Date): void;
}

export function later(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}

/** Longer pauses the more often the provider did not know. */
export function askAgainAt(config: PaymentConfig, attempts: number, now: Date): Date {
  const { first, max } = config.askAgainMs;
  return later(now, Math.min(first * 2 ** Math.min(attempts, 20), max));
}

/** A shopper takes a while: no use in asking every second. */
const challengeAttempts = 6;

/**
 * How long held money waits for the news that its order was placed. A yes that came late, after an
 * outage, is given that time too: the order may be in the middle of being placed.
 */
export function unplacedUntil(
  config: PaymentConfig,
  { expiresAt, updatedAt }: Pick<Payment, 'expiresAt' | 'updatedAt'>,
): Date {
  return later(expiresAt > updatedAt ? expiresAt : updatedAt, config.placedGraceMs);
}

/** When somebody must look after the payment again; null when it is at rest. */
export function dueAfter(
  config: PaymentConfig,
  payment: Pick<
    Payment,
    'status' | 'releaseDue' | 'expiresAt' | 'placedAt' | 'attempts' | 'updatedAt'
  >,
  now: Date,
): Date | null {
  if (payment.releaseDue) return askAgainAt(config, payment.attempts, now);
  if (payment.status === 'authorized') {
    return payment.placedAt ? null : unplacedUntil(config, payment);
  }
  if (!isWaiting(payment.status)) return null;
  const attempts =
    payment.status === 'requiresAction' ? challengeAttempts + payment.attempts : payment.attempts;
  const askAt = askAgainAt(config, attempts, now);
  const { expiresAt } = payment;
  return expiresAt > now && expiresAt < askAt ? expiresAt : askAt;
}
