import { createDueWork, type ServiceParts, type ServiceRuntime } from '@mkt/service-kit';
import { createConsumers } from './events/consumers.ts';
import { expireHolds } from './operations/expire-holds.ts';
import { createPeerHandlers } from './peers/handlers.ts';
import { adjustmentRoutes } from './routes/adjustments.ts';
import { levelRoutes } from './routes/levels.ts';
import { locationRoutes } from './routes/locations.ts';
import { createReservationStore } from './store/reservations.ts';
import { retention } from './store/retention.ts';

export function buildApp({ db, clock, log, sweepIntervalMs }: ServiceRuntime): ServiceParts {
  const store = createReservationStore(db);
  const expiry = createDueWork({
    service: 'inventory',
    work: 'expiry of holds',
    clock,
    log,
    sweepIntervalMs,
    sweep: () => expireHolds(store, clock),
    nextDueAt: () => store.nextExpiry(),
  });
  return {
    routes: [
      ...locationRoutes({ db, clock }),
      ...levelRoutes({ db, clock }),
      ...adjustmentRoutes({ db, clock }),
    ],
    peers: createPeerHandlers({ db, clock, store, expiresAt: (at) => expiry.armAt(at) }),
    consumers: createConsumers(clock, db),
    background: [expiry],
    retention,
  };
}
