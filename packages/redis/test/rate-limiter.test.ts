import type { BucketSpec } from '@mkt/service-kit';
import { poll, rateLimiterContract } from '@mkt/service-kit/testing/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createRedisRateLimiter,
  type RedisConnections,
  type RedisRateLimiterOptions,
} from '../src/index.ts';
import {
  connectTestRedis,
  openTestRedis,
  startTestRedis,
  type TestRedis,
} from '../src/testing/index.ts';

let shared: Awaited<ReturnType<typeof openTestRedis>>;
beforeAll(async () => {
  shared = await openTestRedis();
});
afterAll(() => shared.stop());

rateLimiterContract('the limiter on Redis', async () => {
  const { redis } = await connectTestRedis(shared.url);
  return {
    limiter: (spec) => createRedisRateLimiter(redis, spec),
    close: () => redis.close(),
  };
});

const slow: BucketSpec = { name: 'slow', perSecond: 0.01, burst: 5 };

describe('buckets on Redis', () => {
  const opened: RedisConnections[] = [];
  let own: TestRedis | undefined;
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((redis) => redis.close()));
    await own?.stop();
    own = undefined;
  });

  async function connect(url: string, keyPrefix: string) {
    const connection = await connectTestRedis(url, { keyPrefix });
    opened.push(connection.redis);
    return connection;
  }

  test('are one bucket for all processes', async () => {
    const both = await Promise.all([1, 2].map(() => connect(shared.url, 'test-two-processes')));
    const limiters = both.map(({ redis }) => createRedisRateLimiter(redis, slow));
    const key = `client-${process.pid}-${performance.now()}`;
    const taken = await Promise.all(
      Array.from({ length: 20 }, async (_, at) => limiters[at % 2]?.take(key)),
    );
    expect(taken.filter((one) => one?.allowed)).toHaveLength(slow.burst);
  });

  test('cost one command a request, and every key goes by itself', async () => {
    const { redis, meter } = await connect(shared.url, `test-${performance.now()}`);
    const limiter = createRedisRateLimiter(redis, { name: 'quick', perSecond: 1, burst: 5 });
    await limiter.take('warm');
    meter.drain();
    for (let take = 0; take < 5; take += 1) await limiter.take('a');
    expect(meter.drain()).toEqual([{ meter: 'redis.commands', vendorId: null, amount: 5 }]);
    const left = await redis.commands.pttl(redis.key('rate', 'quick', 'a'));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(6_000);
  });

  test('are each process’s own while Redis is gone, at once, and shared when it is back', async () => {
    own = await startTestRedis();
    const { redis, metrics } = await connect(own.url, 'test');
    const limiter = createRedisRateLimiter(redis, slow);
    for (let take = 0; take < 5; take += 1) await limiter.take('client');
    expect(await limiter.take('client')).toMatchObject({ allowed: false });
    await own.kill();
    await poll(() => !redis.isAvailable());
    const alone = limiter.take('client');
    expect(alone).toEqual({ allowed: true, remaining: 4, retryAfterSeconds: 0 });
    const { values } =
      (await metrics.registry.getSingleMetric('redis_fallbacks_total')?.get()) ?? {};
    expect(values).toMatchObject([{ value: 1, labels: { part: 'rate-limit' } }]);
    await own.restart();
    await poll(() => redis.isAvailable());
    expect(limiter.take('client')).toBeInstanceOf(Promise);
  });

  test('do not keep a request waiting for a server that hangs', async () => {
    own = await startTestRedis();
    const { redis } = await connect(own.url, 'test');
    const impatient: RedisRateLimiterOptions = { waitMs: 80 };
    const limiter = createRedisRateLimiter(redis, slow, impatient);
    await limiter.take('client');
    own.hang();
    const before = performance.now();
    expect(await limiter.take('client')).toMatchObject({ allowed: true, remaining: 4 });
    expect(performance.now() - before).toBeLessThan(500);
    // After a command's time the connection is given up: nobody waits any more.
    await poll(() => !redis.isAvailable());
    expect(limiter.take('client')).toMatchObject({ allowed: true, remaining: 3 });
    own.goOn();
    await poll(() => redis.isAvailable());
    expect(await limiter.take('client')).toMatchObject({ allowed: true });
  });
});
