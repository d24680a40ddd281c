import { cacheContract } from '@mkt/service-kit/testing/contracts';
import { afterAll, beforeAll } from 'vitest';
import { createRedisCache } from '../src/index.ts';
import { connectTestRedis, openTestRedis } from '../src/testing/index.ts';

let server: Awaited<ReturnType<typeof openTestRedis>>;
beforeAll(async () => {
  server = await openTestRedis();
});
afterAll(() => server.stop());

const openCache = (maxLocalEntries: number) => async () => {
  const { redis } = await connectTestRedis(server.url);
  const cache = createRedisCache(redis, { service: 'product', maxLocalEntries });
  return {
    cache,
    async close() {
      await cache.close();
      await redis.close();
    },
  };
};

cacheContract('the cache on Redis', openCache(1_000));
cacheContract('the cache on Redis with next to no memory of its own', openCache(1));
