import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  accountAt,
  approvedVendor,
  checkOut,
  checkoutBody,
  publish,
  readyToBuy,
  type Vendor,
} from '../support/actors.ts';
import { expectBooksInOrder } from '../support/books.ts';
import { expectOk, type Reply, request } from '../support/http.ts';
import { type Shape, type ShapeKind, startShape } from '../support/shape.ts';
import { vendorRoutesOf } from '../support/vendor-routes.ts';

const dayMs = 86_400_000;
const stocked = 1_000;
/** `npm run test:full` walks all shapes, with more rivals and more kills. */
const isFull = process.env.MKT_TEST_FULL === '1';
const kinds: readonly ShapeKind[] = isFull
  ? ['embedded', 'connected', 'processes']
  : ['connected', 'processes'];
const rivalCount = isFull ? 120 : 24;
const killRounds = Number(process.env.MKT_KILL_ROUNDS ?? (isFull ? 5 : 1));

/** A part of every suite of the one-process shape, on real stores and in separate processes. */
describe.each(kinds)('the marketplace, %s,', (kind) => {
  let shape: Shape;
  let url: string;
  let operator: string;
  let first: Vendor;
  let second: Vendor;
  let variants: string[];

  beforeAll(async () => {
    shape = await startShape(kind, inject('postgresUrl'));
    url = shape.url;
    operator = await shape.operator();
    first = await approvedVendor(url, operator, 'First');
    second = await approvedVendor(url, operator, 'Second');
    variants = [await publishOne(first, 'blue-mug'), await publishOne(second, 'oak-spoon')];
  });
  afterAll(() => shape?.stop());

  async function publishOne(vendor: Vendor, handle: string, stock = stocked): Promise<string> {
    const products = [{ handle, priceMinor: 2_500, stock }];
    await publish(url, operator, vendor, products);
    await shape.settle();
    const variantId = (await publish(url, operator, vendor, products)).get(handle);
    if (!variantId) throw new Error(`${handle} has no stock level`);
    await shape.settle();
    return variantId;
  }

  const api = (method: string, path: string, token?: string, body?: unknown) =>
    expectOk(
      request(url, method, path, { ...(token ? { token } : {}), ...(body ? { body } : {}) }),
    );
  const both = () => variants.map((variantId) => ({ variantId, quantity: 1 }));
  const isPlaced = ({ status, body }: Reply): boolean => status === 201 && body.state === 'placed';

  test('walks from the search to the payout of two vendors', async () => {
    const found = await api('GET', '/v1/search?q=bleu%20mug');
    expect(found.items[0]).toMatchObject({ vendorId: first.vendorId });
    const shopper = await accountAt(url);
    const { token } = shopper;
    const { cartId } = await api('POST', '/v1/carts', token);
    let cart: unknown;
    for (const line of both()) {
      cart = await api('POST', `/v1/carts/${cartId}/lines?country=IE`, token, line);
    }
    const body = await checkoutBody(url, cart);
    const placed = await expectOk(checkOut(url, { token, body }));
    expect(placed.state).toBe('placed');
    await shape.settle();

    for (const { vendorId, token: own } of [first, second]) {
      const { items } = await api('GET', '/v1/orders', own);
      expect(items.map((order: { vendorId: string }) => order.vendorId)).toEqual([vendorId]);
      const [{ orderId }] = items;
      const tracking = { carrier: 'Post', trackingNumber: 'RR1' };
      await api('POST', `/v1/orders/${orderId}/shipments`, own, tracking);
      await shape.settle();
      const shipments = await api('GET', `/v1/shipments?orderId=${orderId}`, own);
      await api('POST', `/v1/shipments/${shipments.items[0].shipmentId}/deliver`, own);
    }
    await shape.settle();
    const { items } = await api('GET', '/v1/reviews/reviewable', token);
    expect(items).toHaveLength(2);
    const review = { lineId: items[0].lineId, rating: 5, title: 'Lovely', body: 'Just as shown.' };
    await api('POST', '/v1/reviews', token, review);

    const balanceOf = async (account: string): Promise<number> => {
      const { accounts } = await api('GET', '/v1/ledger/balances', first.token);
      const row = accounts.find((one: { account: string }) => one.account === account);
      return row?.balance.amountMinor ?? 0;
    };
    const pending = await balanceOf('pending');
    expect(pending).toBeGreaterThan(0);
    const before = await shape.now();
    await shape.advance(8 * dayMs);
    expect((await shape.now()).getTime() - before.getTime()).toBeGreaterThanOrEqual(8 * dayMs);
    expect([await balanceOf('available'), await balanceOf('pending')]).toEqual([pending, 0]);
    const verified = await api('POST', '/v1/ledger/verify', operator);
    expect(verified).toMatchObject({ ok: true, violations: [] });
  });

  test('sells the last units to exactly as many as there are', async () => {
    const variantId = await publishOne(first, 'rare-bowl', 5);
    const line = [{ variantId, quantity: 1 }];
    const rivals = await Promise.all(
      Array.from({ length: rivalCount }, () => readyToBuy(url, line)),
    );
    const replies = await Promise.all(rivals.map((rival) => checkOut(url, rival)));
    expect(replies.filter(isPlaced)).toHaveLength(5);
    const losers = replies.filter((reply) => !isPlaced(reply));
    expect(new Set(losers.map(({ body }) => body.code))).toEqual(new Set(['INSUFFICIENT_STOCK']));
    const [level] = await shape.database.query(
      'SELECT stocked, reserved FROM inventory.stock_levels WHERE variant_id = $1',
      [variantId],
    );
    expect(level).toEqual({ stocked: 0, reserved: 0 });
  });

  test('answers one key twenty times with one order', async () => {
    const ready = await readyToBuy(url, both());
    const key = 'twenty-times-1';
    const replies = await Promise.all(Array.from({ length: 20 }, () => checkOut(url, ready, key)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const other = { ...ready, body: { ...ready.body, email: 'other@suite.example.test' } };
    expect((await checkOut(url, other, key)).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('shows and changes nothing of another vendor, by any route', async () => {
    const stranger = await approvedVendor(url, operator, 'Stranger');
    const { items } = await api('GET', '/v1/orders', first.token);
    const ids: Readonly<Record<string, string>> = {
      vendorId: first.vendorId,
      vendorIdOrSlug: first.vendorId,
      variantId: variants[0] ?? '',
      orderId: items[0].orderId,
    };
    const leaks: string[] = [];
    let tried = 0;
    for (const { method, template } of await vendorRoutesOf(url)) {
      const path = template.replaceAll(/\{(\w+)\}/g, (_, id) => ids[id] ?? crypto.randomUUID());
      const sent = method === 'GET' ? {} : { body: {}, headers: { 'if-match': '"1"' } };
      const reply = await request(url, method, path, { token: stranger.token, ...sent });
      tried += 1;
      const isEmpty = reply.status === 200 && !JSON.stringify(reply.body).includes(first.vendorId);
      const isRefused = [400, 403, 404, 412, 415, 422, 428].includes(reply.status);
      if (!isRefused && !(isEmpty && method === 'GET')) leaks.push(`${method} ${path}`);
    }
    expect(tried).toBeGreaterThan(20);
    expect(leaks).toEqual([]);
    for (const path of ['/v1/orders', '/v1/stock', '/v1/coupons', '/v1/shipments', '/v1/payouts']) {
      expect([path, (await api('GET', path, stranger.token)).items]).toEqual([path, []]);
    }
  });

  test('does not serve what its processes say to each other', async () => {
    for (const path of ['/internal/peers/payment.capture', '/internal/control/sweep']) {
      const reply = await request(url, 'POST', path, { body: {} });
      expect([path, reply.status]).toEqual([path, 404]);
    }
  });

  test.runIf(kind === 'processes')(
    'loses nothing and leaves nothing half done when processes are killed under checkouts',
    async () => {
      const victims = ['order', 'payment', 'inventory', 'cart', 'payout', 'gateway'] as const;
      const acknowledged: string[] = [];
      let buying = true;
      const buyers = Array.from({ length: 4 }, async () => {
        while (buying) {
          try {
            const reply = await checkOut(url, await readyToBuy(url, both()));
            if (isPlaced(reply)) acknowledged.push(reply.body.groupId);
          } catch {
            // The gateway, or what it needs, is away for a moment.
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      });
      for (let round = 0; round < killRounds; round += 1) {
        for (const victim of victims) {
          const before = acknowledged.length;
          await expect.poll(() => acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(before);
          await shape.kill(victim);
        }
        await shape.untilReady();
      }
      buying = false;
      await Promise.all(buyers);
      await shape.untilReady();
      // Past every deadline of a payment: what is not finished by then must be undone.
      await shape.advance(3 * 3_600_000);
      await shape.settle();
      await expectBooksInOrder(
        {
          url,
          database: shape.database,
          operator: await shape.operator(),
          acknowledged,
          stocked,
          variants,
        },
        { otherSales: true },
      );
    },
    isFull ? 600_000 : 180_000,
  );
});
