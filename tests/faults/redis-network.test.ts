import { startTestRedis, type TestRedis } from '@mkt/redis/testing';
import { type FaultProxy, startFaultProxy } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { expectOk, request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { sendBuyers } from './buyers.ts';
import { metric, openShop, type Shop, waitingEvents } from './shop.ts';

/** A person waits this long without leaving. */
const patienceMs = 3_000;
const breakEveryMs = 150;

describe('while shoppers buy, a Redis', () => {
  let redis: TestRedis;
  let proxy: FaultProxy;
  let shape: Shape;
  let shop: Shop;
  beforeAll(async () => {
    redis = await startTestRedis();
    const { hostname, port } = new URL(redis.url);
    proxy = await startFaultProxy({ host: hostname, port: Number(port) });
    const redisUrl = `redis://${proxy.host}:${proxy.port}`;
    shape = await startShape('connected', inject('postgresUrl'), { redisUrl });
    shop = await openShop(shape);
  });
  afterAll(async () => {
    await shape?.stop();
    await proxy?.goAway();
    await redis?.stop();
  });

  async function expectEventsToFlow(): Promise<void> {
    const connected = () => metric(shape.url, 'redis_connected');
    await expect.poll(connected, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => waitingEvents(shape), { timeout: 10_000 }).toBe(0);
    await shape.settle();
    await shop.expectBooksInOrder();
  }

  test('that answers two seconds late is taken for gone: they buy on, and events flow after', async () => {
    const buyers = sendBuyers(shop, 2);
    try {
      await buyers.more(2, 30_000);
      proxy.delayAnswers(2_000);
      const connected = () => metric(shape.url, 'redis_connected');
      await expect.poll(connected, { timeout: 10_000 }).toBe(0);
      const began = performance.now();
      await expectOk(request(shape.url, 'GET', '/v1/search?q=blue%20mug'));
      expect(performance.now() - began).toBeLessThan(patienceMs);
      await buyers.more(4, 20_000);
    } finally {
      proxy.delayAnswers(0);
    }
    expect(await buyers.stop()).toEqual([]);
    await expectEventsToFlow();
  });

  test('that breaks off in the middle of its answers costs no order and no event', async () => {
    const buyers = sendBuyers(shop, 2);
    let breaking: NodeJS.Timeout | undefined;
    try {
      await buyers.more(2, 30_000);
      const { broken } = proxy;
      breaking = setInterval(() => proxy.breakAnswers(1), breakEveryMs);
      await expect.poll(() => proxy.broken, { timeout: 30_000 }).toBeGreaterThan(broken + 10);
      await buyers.more(2, 30_000);
    } finally {
      clearInterval(breaking);
      proxy.breakAnswers(0);
    }
    expect(await buyers.stop()).toEqual([]);
    await expectEventsToFlow();
  });
});
