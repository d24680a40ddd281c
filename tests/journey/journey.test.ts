import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  accountAt,
  approvedVendor,
  checkOut,
  checkoutBody,
  readyToBuy,
  type Vendor,
} from '../support/actors.ts';
import { expectOk, request } from '../support/http.ts';
import { type Shape, shapesOfThisRun, startShape } from '../support/shape.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const dayMs = 86_400_000;
const challengeCard = '4000000000003220';

const own = {
  name: 'the demo’s catalogues',
  files: ['kiln-and-co', 'oxbow-turners', 'wrack-and-weft'].map((name) =>
    path(`../../marketplace/demo/catalogues/${name}.csv`),
  ),
  typo: 'ceramc mgu',
  means: /mug/i,
};
const real = {
  name: 'three real catalogues',
  files: ['apparel', 'home-and-garden', 'jewelery'].map((name) =>
    path(`../../../shared/data/shopify-csv/${name}.csv`),
  ),
  typo: 'shrit',
  means: /shirt/i,
};

// The real catalogues are not part of the project: where they lie beside it, they are walked too.
const catalogues = existsSync(real.files[0] ?? '') ? [own, real] : [own];
const journeys = shapesOfThisRun.flatMap((kind) => catalogues.map((one) => ({ ...one, kind })));

describe.each(journeys)('the journey over $name, $kind,', ({ kind, files, typo, means }) => {
  let shape: Shape;
  let url: string;
  let operator: string;
  const vendors: Vendor[] = [];
  /** A variant of each vendor with units to spare, and what it costs. */
  const picks: { variantId: string; vendorId: string; available: number }[] = [];
  let shopper: { token: string; email: string };
  let groupId: string;
  let totalMinor: number;
  let orders: { orderId: string; vendorId: string; total: { amountMinor: number } }[];

  beforeAll(async () => {
    shape = await startShape(kind, inject('postgresUrl'));
    url = shape.url;
    operator = await shape.operator();
  });
  afterAll(() => shape?.stop());

  const idle = () => shape.settle();
  const api = (method: string, route: string, token?: string, body?: unknown) =>
    expectOk(
      request(url, method, route, { ...(token ? { token } : {}), ...(body ? { body } : {}) }),
    );
  const tokenOf = (vendorId: string): string =>
    vendors.find((vendor) => vendor.vendorId === vendorId)?.token ?? '';

  test('three vendors apply, are approved, import, and publish without a problem', async () => {
    for (const [place, file] of files.entries()) {
      const vendor = await approvedVendor(url, operator, `Vendor ${place + 1}`);
      vendors.push(vendor);
      const raw = { type: 'text/csv', body: await readFile(file) };
      const report = await expectOk(
        request(url, 'POST', '/v1/products/import', { token: vendor.token, raw }),
      );
      expect(report.problems).toEqual([]);
      expect(report.products.created).toBeGreaterThan(10);
      const again = await expectOk(
        request(url, 'POST', '/v1/products/import', { token: vendor.token, raw }),
      );
      expect(again.products).toMatchObject({ created: 0, updated: 0 });
      await api('POST', '/v1/products/bulk/submit', vendor.token, { all: true });
      const body = { vendorId: vendor.vendorId, all: true };
      await api('POST', '/v1/products/bulk/approve', operator, body);
    }
    await idle();
    for (const vendor of vendors) {
      const { items } = await api('GET', '/v1/stock?limit=100', vendor.token);
      const level = items
        .toSorted((a: { available: number }, b: { available: number }) => b.available - a.available)
        .at(0);
      const stocked = Math.max(level.available, 10);
      await api('PUT', `/v1/stock/${level.variantId}`, vendor.token, { stocked });
      picks.push({ ...level, vendorId: vendor.vendorId, available: stocked });
    }
    await idle();
  });

  test('a typo finds what was meant, and a filter narrows it', async () => {
    const found = await api('GET', `/v1/search?q=${encodeURIComponent(typo)}`);
    expect(found.total).toBeGreaterThan(0);
    expect(found.items[0].title).toMatch(means);
    const [vendor] = found.facets.vendors;
    const narrowed = await api('GET', `/v1/search?vendor=${vendor.value}&inStock=true`);
    for (const item of narrowed.items) {
      expect([item.vendorId, item.inStock]).toEqual([vendor.value, true]);
    }
  });

  test('a shopper buys from all three with two coupons, after a challenge', async () => {
    const percentage = { kind: 'percentage', ratePpm: 100_000 };
    const terms = { currency: 'EUR', discount: percentage };
    await api('POST', '/v1/coupons', operator, {
      ...terms,
      code: 'ALL10',
      vendorFundedPpm: 400_000,
    });
    const fixed = { kind: 'fixed', amountMinor: 150 };
    await api('POST', '/v1/coupons', vendors[0]?.token, { ...terms, code: 'ONE', discount: fixed });
    shopper = await accountAt(url);
    const { token } = shopper;
    const { cartId } = await api('POST', '/v1/carts', token);
    for (const { variantId } of picks) {
      await api('POST', `/v1/carts/${cartId}/lines`, token, { variantId, quantity: 2 });
    }
    const codes = ['ALL10', 'ONE'];
    const cart = await api('PUT', `/v1/carts/${cartId}/coupons?country=IE`, token, { codes });
    expect(cart.refusedCoupons).toEqual([]);
    expect(cart.shipping.options).toHaveLength(3);
    const body = await checkoutBody(url, cart, challengeCard);
    const placed = await expectOk(checkOut(url, { token, body }));
    expect(placed.state).toBe('awaitingPayment');
    await expectOk(request(url, 'POST', placed.actionUrl, { body: { outcome: 'approve' } }));
    await idle();
    groupId = placed.groupId;
    const group = await api('GET', `/v1/order-groups/${groupId}`, token);
    expect(group.status).toBe('placed');
    totalMinor = group.total.amountMinor;
    expect(totalMinor).toBe(body.expectedTotal.amountMinor);
    orders = placed.orders;
  });

  test('it is one group, three vendor orders, and one payment with three shares', async () => {
    expect(orders).toHaveLength(3);
    expect(orders.reduce((sum, { total }) => sum + total.amountMinor, 0)).toBe(totalMinor);
    const { items } = await api('GET', '/v1/payments', operator);
    expect(items).toHaveLength(1);
    const shares: { authorized: { amountMinor: number } }[] = items[0].shares;
    expect(shares).toHaveLength(3);
    expect(shares.reduce((sum, { authorized }) => sum + authorized.amountMinor, 0)).toBe(
      totalMinor,
    );
  });

  test('each vendor sees its own order and no other', async () => {
    for (const vendor of vendors) {
      const { items } = await api('GET', '/v1/orders', vendor.token);
      expect(items.map((order: { vendorId: string }) => order.vendorId)).toEqual([vendor.vendorId]);
      const foreign = orders.find(({ vendorId }) => vendorId !== vendor.vendorId);
      const refused = await request(url, 'GET', `/v1/orders/${foreign?.orderId}`, {
        token: vendor.token,
      });
      expect(refused.status).toBe(404);
    }
  });

  test('a review is refused before delivery; two ship, one is cancelled and restocked', async () => {
    const [first, second, third] = orders;
    if (!first || !second || !third) throw new Error('There are three orders');
    const order = await api('GET', `/v1/orders/${first.orderId}`, shopper.token);
    const { lineId } = order.lines.find(({ kind }: { kind: string }) => kind === 'line');
    const review = { lineId, rating: 5, title: 'Lovely', body: 'Just as shown.' };
    const early = await request(url, 'POST', '/v1/reviews', { token: shopper.token, body: review });
    expect(early.body.code).toBe('REVIEW_NOT_DELIVERED');
    for (const { orderId, vendorId } of [first, second]) {
      const tracking = { carrier: 'Post', trackingNumber: 'RR1' };
      await api('POST', `/v1/orders/${orderId}/shipments`, tokenOf(vendorId), tracking);
    }
    await api('POST', `/v1/orders/${third.orderId}/cancel`, shopper.token, { reason: 'Too slow' });
    await idle();
    const cancelled = await api('GET', `/v1/orders/${third.orderId}`, operator);
    expect(cancelled).toMatchObject({ status: 'cancelled', voided: cancelled.payable });
    const pick = picks.find(({ vendorId }) => vendorId === third.vendorId);
    const path = `/v1/stock?variantIds=${pick?.variantId}`;
    const { items } = await api('GET', path, tokenOf(third.vendorId));
    expect(items[0].available).toBe(pick?.available);
    for (const { orderId } of [first, second]) {
      const shipped = await api('GET', `/v1/orders/${orderId}`, operator);
      expect(shipped).toMatchObject({ captureState: 'done', captured: shipped.payable });
    }
  });

  test('after delivery the review is taken, the hold passes, and balances become available', async () => {
    for (const { orderId, vendorId } of orders.slice(0, 2)) {
      const token = tokenOf(vendorId);
      const { items } = await api('GET', `/v1/shipments?orderId=${orderId}`, token);
      await api('POST', `/v1/shipments/${items[0].shipmentId}/deliver`, token);
    }
    await idle();
    const { items } = await api('GET', '/v1/reviews/reviewable', shopper.token);
    expect(items).toHaveLength(2);
    const review = { lineId: items[0].lineId, rating: 5, title: 'Lovely', body: 'Just as shown.' };
    await api('POST', '/v1/reviews', shopper.token, review);
    const balanceOf = async (vendor: Vendor, account: string): Promise<number> => {
      const { accounts } = await api('GET', '/v1/ledger/balances', vendor.token);
      const found = accounts.find((one: { account: string }) => one.account === account);
      return found?.balance.amountMinor ?? 0;
    };
    const [first] = vendors;
    if (!first) throw new Error('There is a first vendor');
    const pending = await balanceOf(first, 'pending');
    expect(pending).toBeGreaterThan(0);
    expect(await balanceOf(first, 'available')).toBe(0);
    await shape.advance(8 * dayMs);
    expect(await balanceOf(first, 'available')).toBe(pending);
    expect(await balanceOf(first, 'pending')).toBe(0);
  });

  test('statements show price, discount by funder, commission and tax, and add up', async () => {
    let paidMinor = 0;
    for (const { orderId, vendorId } of orders) {
      const order = await api('GET', `/v1/orders/${orderId}`, operator);
      paidMinor += order.captured.amountMinor + order.voided.amountMinor;
      const now = (await shape.now()).getTime();
      const [from, to] = [now - 30 * dayMs, now + dayMs].map((ms) => new Date(ms).toISOString());
      const query = `/v1/ledger/statement?currency=EUR&from=${from}&to=${to}`;
      const statement = await api('GET', query, tokenOf(vendorId));
      const sales = statement.rows.filter(({ kind }: { kind: string }) => kind === 'sale');
      const payable = sales.reduce(
        (sum: number, row: { payable: { amountMinor: number } }) => sum + row.payable.amountMinor,
        0,
      );
      expect(payable).toBe(order.captured.amountMinor);
      if (sales.length > 0) {
        const line = sales.find(
          (row: { base: { amountMinor: number } }) => row.base.amountMinor > 0,
        );
        expect(line.discountByVendor.amountMinor + line.discountByMarketplace.amountMinor).not.toBe(
          0,
        );
        expect(line.commission.amountMinor).not.toBe(0);
      }
    }
    expect(paidMinor).toBe(totalMinor);
    const verified = await api('POST', '/v1/ledger/verify', operator);
    expect(verified).toMatchObject({ ok: true, violations: [] });
  });

  test('of two who want the last unit one gets it, and the other is told so cleanly', async () => {
    const [pick] = picks;
    if (!pick) throw new Error('There is a pick');
    await api('PUT', `/v1/stock/${pick.variantId}`, tokenOf(pick.vendorId), { stocked: 1 });
    const line = [{ variantId: pick.variantId, quantity: 1 }];
    const rivals = [await readyToBuy(url, line), await readyToBuy(url, line)];
    const replies = await Promise.all(rivals.map((rival) => checkOut(url, rival)));
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
    const loser = replies.find(({ status }) => status === 409);
    expect(loser?.body.code).toBe('INSUFFICIENT_STOCK');
  });
});
