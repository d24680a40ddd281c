import { ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import { Fault, isRetryable, isUniqueViolation } from '@mkt/service-kit';
import { expiryBatch } from '../config.ts';
import type { Hold, ReservationStore } from '../store/reservations.ts';

const maxAttempts = 6;

/**
 * Holds every unit for a checkout or none. What the group holds already stays as it is; a group
 * that was released holds nothing any more. Holds of others that have expired make way.
 */
export async function reserve(
  store: ReservationStore,
  hold: Hold,
  now: Date,
): Promise<Result<Record<string, never>, Refusal>> {
  let madeWay = false;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const outcome = await holdUnlessBeaten(store, hold, now);
    if (outcome === 'beaten') continue;
    if (outcome.state === 'released') {
      return refuse('RESERVATION_RELEASED', 'This checkout gave its stock back.');
    }
    if (outcome.state === 'expired') {
      await store.forgetExpired(hold.groupId);
      continue;
    }
    if (outcome.state !== null || outcome.short.length === 0) return ok({});
    const freed: number = madeWay ? 0 : await store.expire(now, expiryBatch, outcome.short);
    madeWay = freed < expiryBatch;
    if (freed === 0) {
      return refuse('INSUFFICIENT_STOCK', 'Not enough is in stock any more.', {
        variantIds: outcome.short,
      });
    }
  }
  throw new Fault('CONFLICTING_WRITE', 'The reservation kept meeting others');
}

/** A rival request of the same group, or a deadlock, undoes the whole statement: look again. */
async function holdUnlessBeaten(store: ReservationStore, hold: Hold, now: Date) {
  try {
    return await store.hold(hold, now);
  } catch (error) {
    if (isUniqueViolation(error) || isRetryable(error)) return 'beaten' as const;
    throw error;
  }
}
