import { createLocalCache } from '../../src/index.ts';
import { cacheContract } from '../../src/testing/contracts/index.ts';

const maxEntries = 100;

cacheContract(
  'the cache in this process',
  async () => {
    const cache = createLocalCache({ maxEntries });
    return { cache, close: () => cache.close() };
  },
  { maxEntries },
);
