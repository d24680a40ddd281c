import type { ServiceParts, ServiceRuntime } from '@mkt/service-kit';
import { searchConsumers } from './events/consumers.ts';
import { createLiveIndex } from './operations/live-index.ts';
import { searchRoutes } from './routes/search.ts';
import { createEntryStore } from './store/entries.ts';

const snapshotIntervalMs = 5 * 60_000; // mkt-allow fast-timer: asks only after a change

export function buildApp({ db, filesDir, log }: ServiceRuntime): ServiceParts {
  const entries = createEntryStore(db);
  const index = createLiveIndex({ entries, folder: filesDir, log, snapshotIntervalMs });
  return {
    routes: searchRoutes(index),
    consumers: searchConsumers(index),
    background: [index],
    chores: {
      async reindex() {
        const { products, productsBefore, durationMs } = await index.rebuild();
        return { products, productsBefore, rebuiltInMs: durationMs };
      },
    },
  };
}
