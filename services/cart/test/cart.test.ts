import {
  inventoryAvailability,
  orderPlaced,
  pricingQuote,
  type QuoteItem,
  shippingQuote,
} from '@mkt/contracts';
import { newId, ok, refuse, type VariantId } from '@mkt/kernel';
import { newContext, peerHandler, runInContext } from '@mkt/service-kit';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { cartService } from '../src/index.ts';

const vendorId = newId<'Vendor'>();
const suspended = new Set<string>();
const stock = new Map<string, number>();

/** Variants that a vendor each sells, for carts of many vendors. */
const ownVendor = new Set<string>();

const item = (lineId: string, variantId: VariantId, quantity: number): QuoteItem => ({
  itemId: lineId,
  kind: 'line',
  vendorId: ownVendor.has(variantId) ? newId<'Vendor'>() : vendorId,
  productId: newId<'Product'>(),
  variantId,
  sku: null,
  title: 'Mug',
  variantTitle: null,
  imageSrc: null,
  grams: 300,
  requiresShipping: true,
  quantity,
  unitAmountMinor: 1_000,
  baseMinor: 1_000 * quantity,
  discountMinor: 0,
  vendorFundedMinor: 0,
  marketplaceFundedMinor: 0,
  netMinor: 1_000 * quantity,
  taxMinor: 0,
  taxRatePpm: 0,
  taxCategory: 'standard',
  payableMinor: 1_000 * quantity,
  coupons: [],
});

/** Stand-ins with prices of 10.00, a list of suspended variants, and counted stock. */
const peers = [
  peerHandler(pricingQuote, async ({ currency, lines }) => {
    if (lines.some(({ quantity }) => quantity === 9_999)) {
      return refuse('QUOTE_AMOUNT_OUT_OF_RANGE', 'Too much.');
    }
    const buyable = lines.filter(({ variantId }) => !suspended.has(variantId));
    const gone = lines.filter(({ variantId }) => suspended.has(variantId));
    const items = buyable.map((line) => item(line.lineId, line.variantId, line.quantity));
    return ok({
      currency,
      terms: { taxMode: 'inclusive', taxLiability: 'marketplace', marketplaceFundingTaxed: true },
      items,
      coupons: [],
      refusedCoupons: [],
      unavailable: gone.map(({ lineId }) => ({ itemId: lineId, reason: 'VENDOR_SUSPENDED' })),
      totalMinor: items.reduce((sum, { payableMinor }) => sum + payableMinor, 0),
    });
  }),
  peerHandler(inventoryAvailability, async ({ variantIds }) =>
    ok({
      variants: variantIds.flatMap((variantId) => {
        const available = stock.get(variantId);
        return available === undefined ? [] : [{ variantId, available, backorder: false }];
      }),
    }),
  ),
  peerHandler(shippingQuote, async ({ parcels }) =>
    ok({
      options: parcels.map((parcel) => ({
        vendorId: parcel.vendorId,
        rateId: '0197c0de-0000-7000-8000-000000000001',
        name: 'Standard',
        amountMinor: parcel.grams,
        minDays: 1,
        maxDays: 2,
      })),
      unserved: [],
    }),
  ),
];

describe('the cart service', () => {
  let carts: TestService;
  let token: string;
  let cartId: string;

  beforeAll(async () => {
    carts = await startTestService(cartService, { postgresUrl: inject('postgresUrl'), peers });
  });
  beforeEach(async () => {
    token = await carts.tokens.guest();
    cartId = (await carts.request('POST', '/v1/carts', { token })).body.cartId;
  });
  afterAll(() => carts.close());

  const add = (variantId: string, quantity: number, more = {}) =>
    carts.request('POST', `/v1/carts/${cartId}/lines`, {
      token,
      body: { variantId, quantity },
      ...more,
    });
  const current = async (as = token) =>
    (await carts.request('GET', '/v1/carts/current?country=PT', { token: as })).body;

  test('shows lines with prices, what is left of them, and shipping for their weight', async () => {
    const variantId = newId<'Variant'>();
    stock.set(variantId, 2);
    const added = await add(variantId, 3);
    expect(added.status).toBe(200);
    expect(added.body.lines).toMatchObject([
      { variantId, quantity: 3, available: 2, problem: 'INSUFFICIENT_STOCK' },
    ]);
    const shown = await current();
    expect(shown.goodsTotal).toEqual({ amountMinor: 3_000, currency: 'EUR' });
    expect(shown.shipping.options).toMatchObject([{ vendorId, price: { amountMinor: 900 } }]);
  });

  test('loses no change when many come at once', async () => {
    const variantId = newId<'Variant'>();
    await Promise.all(Array.from({ length: 12 }, () => add(variantId, 1)));
    const shown = await current();
    expect(shown.lines).toMatchObject([{ quantity: 12 }]);
    expect(shown.version).toBe(13);
  });

  test('adds once however often the same request is sent', async () => {
    const more = { idempotencyKey: 'add-once-1' };
    const variantId = newId<'Variant'>();
    await Promise.all([add(variantId, 1, more), add(variantId, 1, more), add(variantId, 1, more)]);
    expect((await current()).lines).toMatchObject([{ quantity: 1 }]);
  });

  test('refuses a change of a version that the shopper has not seen', async () => {
    await add(newId<'Variant'>(), 1);
    const stale = await add(newId<'Variant'>(), 1, { headers: { 'if-match': '"1"' } });
    expect([stale.status, stale.body.code]).toEqual([412, 'VERSION_CONFLICT']);
  });

  test('says which line cannot be bought and heals when its vendor is back', async () => {
    const variantId = newId<'Variant'>();
    suspended.add(variantId);
    expect((await add(variantId, 1)).body.lines).toMatchObject([{ problem: 'VENDOR_SUSPENDED' }]);
    suspended.delete(variantId);
    expect((await current()).lines).toMatchObject([{ problem: null, title: 'Mug' }]);
  });

  test('is nobody else’s', async () => {
    const stranger = await carts.tokens.guest();
    for (const [method, url] of [
      ['GET', `/v1/carts/${cartId}`],
      ['PUT', `/v1/carts/${cartId}/coupons`],
    ] as const) {
      const body = method === 'PUT' ? { body: { codes: [] } } : {};
      const refused = await carts.request(method, url, { token: stranger, ...body });
      expect([refused.status, refused.body.code]).toEqual([404, 'CART_NOT_FOUND']);
    }
  });

  test('takes a guest’s cart over at log-in, once', async () => {
    const variantId = newId<'Variant'>();
    await add(variantId, 4);
    const account = await carts.tokens.user();
    const merge = () =>
      carts.request('POST', '/v1/carts/merge', { token: account, body: { guestToken: token } });
    expect((await merge()).body.lines).toMatchObject([{ variantId, quantity: 4 }]);
    expect((await merge()).body.lines).toMatchObject([{ variantId, quantity: 4 }]);
    expect((await carts.request('GET', '/v1/carts/current', { token })).status).toBe(404);
    const forged = await carts.request('POST', '/v1/carts/merge', {
      token: account,
      body: { guestToken: account },
    });
    expect([forged.status, forged.body.code]).toEqual([422, 'GUEST_TOKEN_INVALID']);
  });

  test('closes with its order and keeps what was added meanwhile', async () => {
    const ordered = newId<'Variant'>();
    const late = newId<'Variant'>();
    await add(ordered, 1);
    await add(late, 2);
    const actor = await carts.database.admin('SELECT owner_id FROM cart.carts WHERE id = $1', [
      cartId,
    ]);
    const sample = structuredClone(orderPlaced.sample) as never;
    const payload = orderPlaced.payload.parse(sample);
    const [order] = payload.orders;
    if (!order) throw new Error('The sample has an order');
    await carts.deliver(orderPlaced, {
      ...payload,
      cartId: cartId as typeof payload.cartId,
      shopperId: actor.rows[0].owner_id,
      orders: [{ ...order, items: order.items.map((one) => ({ ...one, variantId: ordered })) }],
    });
    const shown = await current();
    expect(shown.cartId).not.toBe(cartId);
    expect(shown.lines).toMatchObject([{ variantId: late, quantity: 2 }]);
    const { rows } = await carts.database.admin('SELECT status FROM cart.carts WHERE id = $1', [
      cartId,
    ]);
    expect(rows[0].status).toBe('ordered');
  });

  test('too dear to be priced is still shown, so that it can be changed', async () => {
    const added = await add(newId<'Variant'>(), 9_999);
    expect(added.status).toBe(200);
    expect(added.body.lines).toMatchObject([
      { problem: 'QUOTE_AMOUNT_OUT_OF_RANGE', payable: null },
    ]);
    const [line] = added.body.lines;
    const fixed = await carts.request('PATCH', `/v1/carts/${cartId}/lines/${line.lineId}`, {
      token,
      body: { quantity: 2 },
    });
    expect(fixed.body.lines).toMatchObject([{ problem: null, quantity: 2 }]);
  });

  test('gets shipping for more vendors than one quote may ask for', async () => {
    await fill(60, (variantId) => ownVendor.add(variantId));
    const shown = await current();
    expect(shown.lines).toHaveLength(60);
    expect(shown.shipping.options).toHaveLength(60);
  });

  test('is full at a hundred lines, and a line at ten thousand units', async () => {
    const variantIds = await fill(100);
    const more = await add(newId<'Variant'>(), 1);
    expect(more).toMatchObject({ status: 409, body: { code: 'CART_FULL' } });
    expect((await add(variantIds[0]!, 1)).status).toBe(200);
    const beyond = await add(variantIds[0]!, 10_000);
    expect(beyond).toMatchObject({ status: 409, body: { code: 'QUANTITY_TOO_LARGE' } });
  });

  /** Many lines at once, past the routes: the limits and bounds are what is tried. */
  async function fill(lines: number, each: (variantId: VariantId) => void = () => {}) {
    const variantIds = Array.from({ length: lines }, () => newId<'Variant'>());
    for (const variantId of variantIds) each(variantId);
    const stored = variantIds.map((variantId) => ({ lineId: newId(), variantId, quantity: 1 }));
    await carts.database.admin('UPDATE cart.carts SET lines = $2 WHERE id = $1', [
      cartId,
      JSON.stringify(stored),
    ]);
    return variantIds;
  }

  test('is read for a checkout in one statement, by its owner alone', async () => {
    await add(newId<'Variant'>(), 2);
    const { rows } = await carts.database.admin('SELECT owner_id FROM cart.carts WHERE id = $1', [
      cartId,
    ]);
    const work = newContext();
    const read = await runInContext(work, () =>
      carts.peer('cart.get', { cartId, shopperId: rows[0].owner_id }),
    );
    expect(read).toMatchObject({ value: { cartId, version: 2, lines: [{ quantity: 2 }] } });
    expect(work.spent.sqlRoundTrips).toBe(1);
    expect(await carts.peer('cart.get', { cartId, shopperId: newId() })).toMatchObject({
      error: { code: 'CART_NOT_FOUND' },
    });
  });

  test('keeps the larger quantity of a variant in both carts, also when merged many times', async () => {
    const both = newId<'Variant'>();
    const guests = newId<'Variant'>();
    await add(both, 2);
    await add(guests, 1);
    const account = await carts.tokens.user();
    const own = (await carts.request('POST', '/v1/carts', { token: account })).body;
    await carts.request('POST', `/v1/carts/${own.cartId}/lines`, {
      token: account,
      body: { variantId: both, quantity: 5 },
    });
    const merge = () =>
      carts.request('POST', '/v1/carts/merge', { token: account, body: { guestToken: token } });
    const replies = await Promise.all([merge(), merge(), merge(), merge()]);
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    expect((await current(account)).lines).toMatchObject([
      { variantId: both, quantity: 5 },
      { variantId: guests, quantity: 1 },
    ]);
    const asGuest = { token: await carts.tokens.guest(), body: { guestToken: token } };
    expect((await carts.request('POST', '/v1/carts/merge', asGuest)).status).toBe(403);
  });

  test('loses what was ordered from the guest’s cart before the log-in', async () => {
    const ordered = newId<'Variant'>();
    const other = newId<'Variant'>();
    await add(ordered, 2);
    await add(other, 1);
    const { rows } = await carts.database.admin('SELECT owner_id FROM cart.carts WHERE id = $1', [
      cartId,
    ]);
    const account = await carts.tokens.user();
    await carts.request('POST', '/v1/carts/merge', { token: account, body: { guestToken: token } });
    const payload = orderPlaced.payload.parse(orderPlaced.sample);
    const order = payload.orders[0]!;
    const placed = {
      ...payload,
      cartId: cartId as typeof payload.cartId,
      shopperId: rows[0].owner_id,
      orders: [
        {
          ...order,
          items: order.items.map((one) => ({ ...one, variantId: ordered, quantity: 2 })),
        },
      ],
    };
    const event = await carts.deliver(orderPlaced, placed);
    await carts.deliver(orderPlaced, placed, event);
    expect((await current(account)).lines).toMatchObject([{ variantId: other, quantity: 1 }]);
  });

  test.each([
    ['no units', { quantity: 0 }],
    ['half a unit', { quantity: 0.5 }],
    ['more units than a line holds', { quantity: 10_001 }],
    ['a variant that is no id', { variantId: 'mug', quantity: 1 }],
    ['an unknown field', { quantity: 1, gift: true }],
  ])('refuses %s', async (_, more) => {
    const body = { variantId: newId(), ...more };
    const refused = await carts.request('POST', `/v1/carts/${cartId}/lines`, { token, body });
    expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });

  test('refuses more coupon codes than ten, and forgets repeats', async () => {
    const put = (codes: string[]) =>
      carts.request('PUT', `/v1/carts/${cartId}/coupons`, { token, body: { codes } });
    expect((await put(Array.from({ length: 11 }, (_, n) => `C${n}`))).status).toBe(400);
    expect((await put(['spring', 'SPRING', 'MUGS'])).body.couponCodes).toEqual(['SPRING', 'MUGS']);
  });
});
