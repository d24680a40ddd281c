import type { Clock } from '@mkt/kernel';
import { expiryBatch } from '../config.ts';
import type { ReservationStore } from '../store/reservations.ts';

/** Gives back every hold whose time is up; returns how many. */
export async function expireHolds(store: ReservationStore, clock: Clock): Promise<number> {
  let expired = 0;
  for (;;) {
    const batch = await store.expire(clock.now(), expiryBatch);
    expired += batch;
    if (batch < expiryBatch) return expired;
  }
}
