import type { ServiceName } from '@mkt/topology';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkOut, guestAt, readyToBuy } from '../support/actors.ts';
import { expectOk, request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { startPurchases } from './purchases.ts';
import { isPlaced, metric, openShop, pastDeadlinesMs, type Shop } from './shop.ts';

/** Services that a checkout needs, with something that the gateway asks them for. */
const peers = (process.env.MKT_TEST_PEERS ?? 'pricing,inventory,payment').split(',') as Peer[];
type Peer = Extract<ServiceName, 'pricing' | 'inventory' | 'payment'>;
const asked: Readonly<Record<Peer, string>> = {
  pricing: '/v1/tax-rates',
  inventory: '/v1/stock',
  payment: '/v1/payment-simulator/cards',
};
const open = 1;
/** Enough calls that fail to open a breaker. */
const shoppers = 14;
/** More than the gateway has places to begin with. */
const visitors = 100;
/** Far less than a call that is waited for may take, also on a busy machine. */
const quickMs = 3_000;
/** A call is given up after 15 s at the latest; the machine may be busy. */
const opensWithinMs = 60_000;
const recoversWithinMs = 30_000;
/** Rarely enough that most calls get through, or the breaker is all that is seen. */
const breakEveryMs = 1_000;
const breaks = 8;

describe.each(peers)('while shoppers buy, the service %s', (peer) => {
  let shape: Shape;
  let shop: Shop;
  beforeAll(async () => {
    shape = await startShape('processes', inject('postgresUrl'), { proxied: peer });
    shop = await openShop(shape);
    expect(isPlaced(await shop.buy())).toBe(true);
  }, 300_000);
  afterAll(() => shape?.stop());

  const lines = () => shop.variants.map((variantId) => ({ variantId, quantity: 1 }));
  const breaker = () => metric(shape.urlOf('order'), 'circuit_breaker_state', { service: peer });
  const proxyOf = () => {
    if (!shape.proxy) throw new Error('The service has no proxy');
    return shape.proxy;
  };

  /** Those who need something else get it, and soon. */
  async function expectOthersUndisturbed(): Promise<void> {
    const token = shop.vendors[0]?.token ?? '';
    const { items } = await expectOk(request(shape.url, 'GET', '/v1/search?q=blue%20mug'));
    const paths = [`/v1/products/${items[0].productId}`, '/v1/orders', '/v1/payouts'];
    for (const path of paths) {
      const began = performance.now();
      const { status } = await request(shape.url, 'GET', path, { token });
      expect([path, status]).toEqual([path, 200]);
      expect(performance.now() - began).toBeLessThan(quickMs);
    }
  }

  async function expectBooksInOrder(placed: readonly string[]): Promise<void> {
    await shape.settle();
    await shape.advance(pastDeadlinesMs);
    await shape.settle();
    await shop.expectBooksInOrder();
    const [row] = await shape.database.query(
      `SELECT count(*)::int AS n FROM "order".order_groups
       WHERE placed_at IS NOT NULL AND id = ANY($1)`,
      [placed],
    );
    expect(row?.n).toBe(new Set(placed).size);
  }

  test('that is two seconds late makes a checkout longer, and nothing else', async () => {
    const { placed, refused, ended } = startPurchases(shape, shop, { checkouts: 6, buyers: 3 });
    proxyOf().delayAnswers(2_000);
    try {
      await expectOthersUndisturbed();
      await ended;
    } finally {
      proxyOf().delayAnswers(0);
    }
    expect([placed.length, refused]).toEqual([6, []]);
    expect(await breaker()).not.toBe(open);
    await expectBooksInOrder(placed);
  }, 300_000);

  test('that breaks off its answers is asked again, and nobody buys twice', async () => {
    const { broken } = proxyOf();
    const purchases = startPurchases(shape, shop, { buyers: 4 });
    const breaking = setInterval(() => proxyOf().breakAnswers(1), breakEveryMs);
    try {
      await expect
        .poll(() => proxyOf().broken, { timeout: 120_000 })
        .toBeGreaterThanOrEqual(broken + breaks);
      await purchases.more(4);
    } finally {
      clearInterval(breaking);
      proxyOf().breakAnswers(0);
    }
    await purchases.finish();
    const repeated = await Promise.all(
      (['order', 'cart'] as const).map((caller) =>
        metric(shape.urlOf(caller), 'retry_attempts_total', { service: peer }),
      ),
    );
    expect(repeated.reduce((sum, count) => sum + count, 0) + purchases.repeats).toBeGreaterThan(0);
    await expectBooksInOrder(purchases.placed);
  }, 300_000);

  test('that hangs is not waited for any more, takes nobody along, and is back by itself', async () => {
    await expect.poll(breaker, { timeout: recoversWithinMs }).not.toBe(open);
    const ready = await Promise.all(
      Array.from({ length: shoppers }, () => readyToBuy(shape.url, lines())),
    );
    const keys = ready.map(() => crypto.randomUUID());
    const buyAgain = async (at: number) => {
      const one = ready[at];
      if (!one) throw new Error('Nobody is there');
      return checkOut(shape.url, one, keys[at]);
    };
    const guest = await guestAt(shape.url);
    const pid = shape.pidOf(peer);
    const leaving = new AbortController();
    process.kill(pid, 'SIGSTOP');
    try {
      const replies = Promise.all(ready.map((_, at) => buyAgain(at)));
      const visits = Array.from({ length: visitors }, (_, n) =>
        fetch(`${shape.url}${asked[peer]}?n=${n}`, {
          headers: { authorization: `Bearer ${guest}` },
          signal: leaving.signal,
        }).then(
          ({ status }) => status,
          () => 0,
        ),
      );
      await expectOthersUndisturbed();
      await expect.poll(breaker, { timeout: opensWithinMs }).toBe(open);
      await expectOthersUndisturbed();
      for (const { status, headers, body } of await replies) {
        const comesBack = [503, 504].includes(status) && headers.has('retry-after');
        expect([status, comesBack || body.state === 'processing']).toEqual([status, true]);
      }
      leaving.abort();
      const statuses = new Set(await Promise.all(visits));
      statuses.delete(0);
      for (const status of statuses) expect([503, 504]).toContain(status);
    } finally {
      leaving.abort();
      process.kill(pid, 'SIGCONT');
    }
    const placed = await Promise.all(
      ready.map(async (_, at) => {
        let reply = await buyAgain(at);
        await expect
          .poll(
            async () => {
              reply = await buyAgain(at);
              return isPlaced(reply);
            },
            { timeout: recoversWithinMs, interval: 200 },
          )
          .toBe(true);
        return String(reply.body.groupId);
      }),
    );
    expect(new Set(placed).size).toBe(shoppers);
    expect(await breaker()).not.toBe(open);
    expect(shape.pidOf(peer)).toBe(pid);
    await expectBooksInOrder(placed);
  }, 300_000);
});
