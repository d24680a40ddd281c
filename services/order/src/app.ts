import { createDueWork, type ServiceParts, type ServiceRuntime } from '@mkt/service-kit';
import { consumers } from './events/consumers.ts';
import { createCheckout } from './operations/checkout.ts';
import { checkoutSaga } from './operations/checkout-saga.ts';
import { meetDeadlines } from './operations/meet-deadlines.ts';
import { movementSaga } from './operations/movement-saga.ts';
import { checkoutRoutes } from './routes/checkouts.ts';
import { changeRoutes } from './routes/order-changes.ts';
import { groupRoutes } from './routes/order-groups.ts';
import { orderRoutes } from './routes/orders.ts';
import { createKeyStore } from './store/keys.ts';
import { nextDueAt } from './store/orders.ts';
import { retention } from './store/retention.ts';

export function buildApp(runtime: ServiceRuntime): ServiceParts {
  const { db, peers, clock, faultPoint, log, soleProcess, sweepIntervalMs } = runtime;
  const numbers = new Map<string, string | null>();
  const checkouts = runtime.saga(
    checkoutSaga({
      peers,
      clock,
      faultPoint,
      onNumbered: (groupId, number) => {
        if (numbers.has(groupId)) numbers.set(groupId, number);
      },
    }),
  );
  const movements = runtime.saga(movementSaga({ peers, clock }));
  const checkout = createCheckout({
    db,
    peers,
    clock,
    keys: createKeyStore(db),
    saga: checkouts,
    numbers,
    soleProcess,
  });
  const deadlines = createDueWork({
    service: 'order',
    work: 'deadlines',
    clock,
    log,
    sweepIntervalMs,
    sweep: () => meetDeadlines({ db, clock, log, movements }),
    nextDueAt: () => nextDueAt(db),
  });
  return {
    routes: [
      ...checkoutRoutes({ db, checkout, saga: checkouts }),
      ...groupRoutes(db),
      ...orderRoutes(db),
      ...changeRoutes({ clock, movements }),
    ],
    consumers: consumers({ checkouts, movements }),
    background: [deadlines],
    retention,
  };
}
