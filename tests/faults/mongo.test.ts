import {
  type MongoProxy,
  startMongoProxy,
  startTestMongo,
  type TestMongo,
} from '@mkt/mongo/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { guestAt } from '../support/actors.ts';
import { expectOk, request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { isPlaced, metric, openShop, type Shop } from './shop.ts';

/** A person waits this long without leaving. */
const patienceMs = 3_500;
const recoveryMs = 5_000;

describe('while MongoDB', () => {
  let mongo: TestMongo;
  let proxy: MongoProxy;
  let shape: Shape;
  let shop: Shop;
  let productId: string;

  beforeAll(async () => {
    mongo = await startTestMongo();
    const own = new URL(mongo.url);
    own.pathname = `/${mongo.database}`;
    proxy = await startMongoProxy(own.href);
    shape = await startShape('connected', inject('postgresUrl'), { mongodbUrl: proxy.url });
    shop = await openShop(shape);
    const { items } = await expectOk(request(shape.url, 'GET', '/v1/search?q=blue%20mug'));
    productId = items[0].productId;
  });
  afterAll(async () => {
    await shape?.stop();
    await proxy?.goAway();
    await mongo?.stop();
  });
  afterEach(async () => {
    await shape.advance(0);
    await shop.expectBooksInOrder();
  });

  const page = async () => {
    // With a token, so that the gateway does not answer from its own memory.
    const token = await guestAt(shape.url);
    return request(shape.url, 'GET', `/v1/products/${productId}`, { token });
  };
  const vendorToken = () => shop.vendors[0]?.token ?? '';
  const edit = (title: string) =>
    request(shape.url, 'PATCH', `/v1/products/${productId}`, {
      token: vendorToken(),
      body: { title },
      headers: { 'if-match': '"1"' },
    });
  const addDraft = (handle: string = crypto.randomUUID()) => {
    const price = { amountMinor: 900, currency: 'EUR' };
    const variants = [{ optionValues: [], price }];
    const body = { title: 'A draft', handle, options: [], variants };
    return request(shape.url, 'POST', '/v1/products', { token: vendorToken(), body });
  };
  const isThere = async (handle: string): Promise<boolean> => {
    const path = `/v1/products/by-handle/${handle}`;
    return (await request(shape.url, 'GET', path, { token: vendorToken() })).status === 200;
  };
  const refusals = async (): Promise<number> => {
    const wanted = { service: 'product', method: 'PATCH' };
    const name = 'http_request_duration_seconds_count';
    const counts = ['503', '504'].map((status) => metric(shape.url, name, { ...wanted, status }));
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  };

  /** What people go on doing, whatever has become of the store. */
  async function expectShopOpen(): Promise<void> {
    const found = await expectOk(request(shape.url, 'GET', '/v1/search?q=blue%20mug'));
    expect(found.items[0]).toMatchObject({ productId });
    const began = performance.now();
    expect(await page()).toMatchObject({ status: 200, body: { title: 'blue-mug' } });
    expect(performance.now() - began).toBeLessThan(patienceMs);
    const bought = await Promise.all(Array.from({ length: 4 }, () => shop.buy()));
    expect(bought.filter(isPlaced)).toHaveLength(4);
  }

  async function expectEditingWorks(): Promise<void> {
    const added = async () => (await addDraft()).status;
    await expect.poll(added, { timeout: recoveryMs }).toBe(201);
    expect(await page()).toMatchObject({ status: 200 });
  }

  interface Break {
    readonly how: string;
    begin(): Promise<void> | void;
    end(): Promise<void> | void;
    readonly status: number;
    readonly why: RegExp;
  }
  const breaks: readonly Break[] = [
    {
      how: 'is gone',
      begin: () => proxy.goAway(),
      end: () => proxy.comeBack(),
      status: 503,
      why: /does not answer/,
    },
    {
      how: 'hangs',
      begin: () => proxy.stall(),
      end: () => proxy.goOn(),
      status: 504,
      why: /in time/,
    },
  ];
  test.each(breaks)(
    '$how, products are found, shown and bought; editing is refused until it is back',
    async ({ begin, end, status, why }) => {
      await expectEditingWorks();
      const before = await refusals();
      await begin();
      try {
        await expectShopOpen();
        const refused = await edit('another title');
        expect([refused.status, refused.headers.get('retry-after')]).toEqual([status, '2']);
        expect(refused.headers.get('content-type')).toContain('application/problem+json');
        expect(refused.body.detail).toMatch(why);
        expect(refused.body.detail).toContain('Try again shortly.');
        expect(await refusals()).toBe(before + 1);
      } finally {
        await end();
      }
      await expectEditingWorks();
    },
  );

  test('answers two seconds late, everything goes on, and a change is made or refused whole', async () => {
    await expectEditingWorks();
    proxy.delayAnswers(2_000);
    const handle = crypto.randomUUID();
    try {
      await expectShopOpen();
      const { status } = await addDraft(handle);
      expect([201, 503, 504]).toContain(status);
      proxy.delayAnswers(0);
      await expect.poll(() => isThere(handle), { timeout: recoveryMs }).toBe(status === 201);
    } finally {
      proxy.delayAnswers(0);
    }
    await expectEditingWorks();
  });

  test('breaks off in the middle of its answers, a change is made or refused whole', async () => {
    await expectEditingWorks();
    const outcomes = new Map<string, boolean>();
    for (let n = 0; n < 4; n += 1) {
      const handle = crypto.randomUUID();
      const { broken } = proxy;
      proxy.breakAnswers(1 + (n % 3));
      const { status, headers } = await addDraft(handle);
      expect([201, 503]).toContain(status);
      if (status !== 201) expect(headers.get('retry-after')).toBe('2');
      expect(proxy.broken).toBeGreaterThan(broken);
      outcomes.set(handle, status === 201);
    }
    proxy.breakAnswers(0);
    await expectShopOpen();
    await expectEditingWorks();
    for (const [handle, wasMade] of outcomes) {
      await expect.poll(() => isThere(handle), { timeout: recoveryMs }).toBe(wasMade);
    }
  });
});
