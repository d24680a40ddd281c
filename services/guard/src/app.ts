import { guardReport } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { peerHandler, type ServiceParts, type ServiceRuntime } from '@mkt/service-kit';
import { meteringOnly } from './domain/budget.ts';
import { budgetRoutes, dayOf } from './routes/budget.ts';
import { clockRoutes } from './routes/clock.ts';
import { retention } from './store/retention.ts';
import { createUsageStore } from './store/usage.ts';

export function buildApp({ db, clock, flushUsage }: ServiceRuntime): ServiceParts {
  const store = createUsageStore(db);
  return {
    routes: [
      ...budgetRoutes({ store, policy: meteringOnly, clock, flush: flushUsage }),
      ...clockRoutes(clock),
    ],
    peers: [
      peerHandler(guardReport, async (report) => {
        await store.add(report, dayOf(clock.now()));
        return ok({});
      }),
    ],
    retention,
  };
}
