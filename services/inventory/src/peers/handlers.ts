import {
  inventoryAvailability,
  inventoryConfirm,
  inventoryRelease,
  inventoryReserve,
} from '@mkt/contracts';
import { type Clock, ok } from '@mkt/kernel';
import { type Database, type PeerHandler, peerHandler } from '@mkt/service-kit';
import { confirm, release } from '../operations/end-hold.ts';
import { reserve } from '../operations/reserve.ts';
import { readAvailability } from '../store/availability.ts';
import type { ReservationStore } from '../store/reservations.ts';

export interface PeerParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly store: ReservationStore;
  /** A hold ends at this time. */
  readonly expiresAt: (at: Date) => void;
}

export function createPeerHandlers({ db, clock, store, expiresAt }: PeerParts): PeerHandler[] {
  return [
    peerHandler(inventoryAvailability, async ({ variantIds }) =>
      ok({ variants: await readAvailability(db, variantIds) }),
    ),
    peerHandler(inventoryReserve, async (request) => {
      const hold = { ...request, expiresAt: new Date(request.expiresAt) };
      const outcome = await reserve(store, hold, clock.now());
      if (outcome.ok) expiresAt(hold.expiresAt);
      return outcome;
    }),
    peerHandler(inventoryConfirm, ({ groupId }) => confirm(store, groupId, clock.now())),
    peerHandler(inventoryRelease, ({ groupId }) => release(store, groupId, clock.now())),
  ];
}
