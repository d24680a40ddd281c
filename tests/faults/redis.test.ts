import { startTestRedis, type TestRedis } from '@mkt/redis/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { expectOk, request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { isPlaced, metric, openShop, pastDeadlinesMs, type Shop, waitingEvents } from './shop.ts';

/** From the return of Redis until what waited has been published. */
const catchUpMs = 2_000;
/** A person waits this long without leaving. */
const patienceMs = 3_000;

interface Break {
  readonly what: string;
  begin(redis: TestRedis): Promise<void>;
  end(redis: TestRedis): Promise<void>;
}

const breaks: readonly Break[] = [
  { what: 'killed', begin: (redis) => redis.kill(), end: (redis) => redis.restart() },
  {
    what: 'hung',
    begin: async (redis) => redis.hang(),
    end: async (redis) => redis.goOn(),
  },
];

describe('while Redis is', () => {
  let redis: TestRedis;
  let shape: Shape;
  let shop: Shop;
  beforeAll(async () => {
    redis = await startTestRedis();
    shape = await startShape('connected', inject('postgresUrl'), { redisUrl: redis.url });
    shop = await openShop(shape);
  });
  afterAll(async () => {
    await shape?.stop();
    await redis?.stop();
  });

  test.each(breaks)('$what, shoppers search and buy, and events flow after', async (fault) => {
    const { url } = shape;
    await expect.poll(() => metric(url, 'redis_connected')).toBe(1);
    const alone = await metric(url, 'redis_fallbacks_total', { part: 'rate-limit' });
    await fault.begin(redis);
    try {
      const began = performance.now();
      const found = await expectOk(request(url, 'GET', '/v1/search?q=blue%20mug'));
      expect(found.items[0]).toMatchObject({ vendorId: shop.vendors[0]?.vendorId });
      expect(performance.now() - began).toBeLessThan(patienceMs);

      const bought = performance.now();
      const reply = await shop.buy();
      expect([reply.status, reply.body.state, reply.body.code]).toEqual([201, 'placed', undefined]);
      // Eight requests: the cart, its lines, the card, the checkout.
      expect(performance.now() - bought).toBeLessThan(2 * patienceMs);
      const again = await Promise.all(Array.from({ length: 4 }, () => shop.buy()));
      expect(again.filter(isPlaced)).toHaveLength(4);

      expect(await waitingEvents(shape, 'order')).toBeGreaterThan(0);
      expect(await metric(url, 'redis_connected')).toBe(0);
      expect(await metric(url, 'redis_fallbacks_total', { part: 'rate-limit' })).toBeGreaterThan(
        alone,
      );
    } finally {
      await fault.end(redis);
    }
    await expect.poll(() => metric(url, 'redis_connected'), { timeout: 10_000 }).toBe(1);
    await expect.poll(() => waitingEvents(shape, 'order'), { timeout: catchUpMs }).toBe(0);
    await shape.settle();
    const sold = shop.acknowledged.length;
    for (const { token } of shop.vendors) {
      const { items } = await expectOk(request(url, 'GET', '/v1/orders?limit=100', { token }));
      expect(items).toHaveLength(sold);
    }
    await shop.expectBooksInOrder();
  });

  test('gone for hours, the money of an order stays with it, though nobody hears of the order', async () => {
    await redis.kill();
    try {
      await expect.poll(() => metric(shape.url, 'redis_connected')).toBe(0);
      const bought = await Promise.all(Array.from({ length: 3 }, () => shop.buy()));
      expect(bought.filter(isPlaced)).toHaveLength(3);
      await shape.advance(pastDeadlinesMs);
      expect(await waitingEvents(shape, 'order')).toBeGreaterThanOrEqual(3);
    } finally {
      await redis.restart();
    }
    await expect.poll(() => waitingEvents(shape), { timeout: 5_000 }).toBe(0);
    await shape.settle();
    await shop.expectBooksInOrder();
  });
});
