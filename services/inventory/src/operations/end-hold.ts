import { type OrderGroupId, ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import { Fault, isRetryable } from '@mkt/service-kit';
import type { ReservationStore } from '../store/reservations.ts';

const maxAttempts = 6;

/**
 * Turns a hold into a sale. A hold whose time is up but whose units nobody else took is still one:
 * refusing it would only turn away a shopper who has paid.
 */
export async function confirm(
  store: ReservationStore,
  groupId: OrderGroupId,
  now: Date,
): Promise<Result<Record<string, never>, Refusal>> {
  const state = await retried(() => store.confirm(groupId, now));
  if (state === 'held' || state === 'confirmed') return ok({});
  return refuse('RESERVATION_EXPIRED', 'The stock is no longer held for this checkout.');
}

/** Gives a hold back, confirmed or not; an unknown group leaves a tombstone. */
export async function release(
  store: ReservationStore,
  groupId: OrderGroupId,
  now: Date,
): Promise<Result<Record<string, never>, Refusal>> {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    if (await retried(() => store.release(groupId, now))) return ok({});
  }
  throw new Fault('CONFLICTING_WRITE', 'The release kept meeting a reservation');
}

/** A deadlock undoes the whole statement, so it can be sent again. */
async function retried<T>(statement: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await statement();
    } catch (error) {
      if (!isRetryable(error) || attempt === maxAttempts) throw error;
    }
  }
}
