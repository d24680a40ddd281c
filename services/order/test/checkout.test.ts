// size: one checkout with each of its ends
import { paymentResolved } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from './shop.ts';
import { shippingMinor, tokens, World } from './world.ts';

const minuteMs = 60_000;

let shop: Shop;
let world: World;
beforeAll(async () => {
  shop = await openShop();
  world = shop.world;
});
afterAll(() => shop.it.close());
beforeEach(async () => {
  await shop.it.idle();
  const fresh = new World();
  Object.assign(world, { lines: world.lines, couponCodes: [], before: fresh.before });
  world.refusedCoupons.clear();
  world.unavailable.clear();
  world.broken.clear();
  world.calls.length = 0;
});

const resolve = (groupId: string, status: 'authorized' | 'declined') =>
  shop.it.deliver(paymentResolved, {
    paymentId: world.paymentOf(groupId)?.paymentId as never,
    groupId: groupId as never,
    status,
    declineCode: null,
  });
const statusOf = async (groupId: string) => (await shop.group(groupId)).body.status;
const placedEvents = async (groupId: string) =>
  (await shop.it.events('order.placed')).filter((event) => event.aggregateId === groupId);

describe('a checkout that goes well', () => {
  test('places one group with one order per vendor, paid by one payment with a share each', async () => {
    const reply = await shop.buy();
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ state: 'placed', actionUrl: null, expiresAt: null });
    expect(reply.body.number).toMatch(/^M-\d{6,}$/);
    const { groupId } = reply.body;
    const shares = reply.body.orders.map(
      (order: { total: { amountMinor: number } }) => order.total.amountMinor,
    );
    expect(shares).toHaveLength(2);
    expect(shares[0] + shares[1]).toBe(world.totalMinor());
    expect(world.paymentOf(groupId)).toMatchObject({ amountMinor: world.totalMinor() });
    expect(world.holds.get(groupId)?.state).toBe('confirmed');

    const group = await shop.group(groupId);
    expect(group.body).toMatchObject({ status: 'placed', number: reply.body.number });
    const numbers = group.body.orders.map((order: { number: string }) => order.number);
    expect(numbers).toEqual([`${reply.body.number}-1`, `${reply.body.number}-2`]);
    const line = group.body.orders[0].lines[0];
    expect(line.price).toMatchObject({
      base: { amountMinor: 3_000, currency: 'EUR' },
      tax: { amountMinor: 690, currency: 'EUR' },
      payable: { amountMinor: 3_690, currency: 'EUR' },
      commission: null,
    });
  });

  test('emits order.placed exactly once, with what is stored', async () => {
    const { groupId, number } = (await shop.buy()).body;
    const events = await placedEvents(groupId);
    expect(events).toHaveLength(1);
    const payload = events[0]?.payload as { orders: { number: string; payableMinor: number }[] };
    expect(payload).toMatchObject({ groupId, number, totalMinor: world.totalMinor() });
    const stored = await shop.rows(
      'SELECT number, payable_minor FROM "order".orders WHERE group_id = $1 ORDER BY position',
      [groupId],
    );
    expect(payload.orders.map((o) => [o.number, o.payableMinor])).toEqual(
      stored.map((row) => [row.number, Number(row.payable_minor)]),
    );
  });

  test('moves every amount: the lines of each order add up to its share', async () => {
    world.couponCodes = ['TEN'];
    const { groupId } = (await shop.buy()).body;
    const sums = await shop.rows(
      `SELECT o.payable_minor::int AS share, sum((l.frozen ->> 'payableMinor')::int)::int AS lines
       FROM "order".orders o JOIN "order".order_lines l ON l.order_id = o.id
       WHERE o.group_id = $1 GROUP BY o.id`,
      [groupId],
    );
    expect(sums).toHaveLength(2);
    for (const row of sums) expect(row.share).toBe(row.lines);
    expect(world.redemptions.get(groupId)).toBe('redeemed');
    world.couponCodes = [];
  });

  test('costs this service 5 round trips to its database', async () => {
    await shop.buy();
    expect(world.spent?.sqlRoundTrips).toBe(5);
  });

  test('keeps nothing personal in the finished process', async () => {
    const { groupId } = (await shop.buy()).body;
    const [saga] = await shop.rows('SELECT state, step FROM "order".sagas WHERE id = $1', [
      groupId,
    ]);
    expect(saga?.step).toBe('placed');
    expect(JSON.stringify(saga?.state)).not.toMatch(/ada@|Marsh|tok_/);
  });
});

describe('a checkout that is refused before anything happened', () => {
  const refused = async (code: string, options: Parameters<Shop['buy']>[0] = {}) => {
    const key = newId() as string;
    const reply = await shop.buy({ key, ...options });
    expect(reply.body.code).toBe(code);
    expect(world.calls).not.toContain('inventory.reserve');
    const [row] = await shop.rows('SELECT 1 FROM "order".idempotency WHERE key = $1', [key]);
    expect(row).toBeUndefined();
    return { reply, key };
  };

  test('tells the fresh total when the shopper agreed to another one, and the key stays good', async () => {
    const { reply, key } = await refused('PRICE_CHANGED', { expectedMinor: 1 });
    expect(reply.status).toBe(409);
    const { total } = reply.body.data;
    expect(total).toEqual({ amountMinor: world.totalMinor(), currency: 'EUR' });
    const again = await shop.buy({ key, expectedMinor: total.amountMinor });
    expect(again.body.state).toBe('placed');
  });

  test('names lines that cannot be bought', async () => {
    const gone = world.lines[0]?.lineId as string;
    world.unavailable.add(gone);
    const { reply } = await refused('ITEMS_UNAVAILABLE');
    expect(reply.body.data.items).toEqual([{ itemId: gone, reason: 'VENDOR_SUSPENDED' }]);
  });

  test('names coupons that do not apply', async () => {
    world.refusedCoupons.add('OLD');
    const { reply } = await refused('COUPON_REFUSED');
    expect(reply.body.data.coupons).toEqual([{ code: 'OLD', reason: 'COUPON_EXPIRED' }]);
  });

  test.each([
    ['a vendor without a choice', []],
    ['an unknown rate', [0, 1].map(() => ({ rateId: newId() }))],
  ])('refuses %s', async (_, choices) => {
    const shipping = choices.map((choice, i) => ({ ...choice, vendorId: world.vendors[i] }));
    const { reply } = await refused('SHIPPING_UNAVAILABLE', { body: { shipping } });
    expect(reply.body.data.vendorIds).toEqual(expect.arrayContaining(world.vendors));
  });

  test('refuses an empty cart, a foreign cart and a missing payment token', async () => {
    await refused('PAYMENT_TOKEN_REQUIRED', { paymentToken: null });
    const { reply } = await refused('CART_NOT_FOUND', { body: { cartId: newId() } });
    expect(reply.status).toBe(404);
    const { lines } = world;
    const expectedMinor = world.totalMinor();
    world.lines = [];
    await refused('CART_EMPTY', { expectedMinor });
    world.lines = lines;
  });

  test('frees the key when a peer is down', async () => {
    world.broken.set('pricing.quote', 'fault');
    const key = newId() as string;
    expect((await shop.buy({ key })).status).toBe(503);
    world.broken.clear();
    expect((await shop.buy({ key })).body.state).toBe('placed');
  });

  test.each([
    ['an unknown field', { more: 1 }],
    ['a negative total', { expectedTotal: { amountMinor: -1, currency: 'EUR' } }],
    ['an unknown currency', { expectedTotal: { amountMinor: 1, currency: 'XXX' } }],
    [
      'a wrong country',
      {
        shippingAddress: { name: 'A', line1: 'b', city: 'c', postalCode: 'd', country: 'Portugal' },
      },
    ],
    ['a wrong e-mail address', { email: 'nobody' }],
    [
      'too many choices',
      { shipping: Array.from({ length: 51 }, () => ({ vendorId: newId(), rateId: newId() })) },
    ],
  ])('answers %s with 400', async (_, body) => {
    const reply = await shop.buy({ body });
    expect(reply.status).toBe(400);
    expect(reply.body.code).toBe('INVALID_REQUEST');
  });
});

describe('a checkout that fails on the way', () => {
  test('tells a decline with its code, gives the stock and coupons back, and repeats the answer', async () => {
    world.couponCodes = ['TEN'];
    const variantId = world.lines[0]?.variantId as string;
    const before = world.available(variantId);
    const key = newId() as string;
    const reply = await shop.buy({ key, paymentToken: tokens.declined });
    expect(reply.status).toBe(402);
    expect(reply.body).toMatchObject({
      code: 'PAYMENT_DECLINED',
      data: { declineCode: 'insufficient_funds' },
    });
    expect(world.available(variantId)).toBe(before);
    expect([...world.redemptions.values()].at(-1)).toBe('released');
    world.calls.length = 0;
    const again = await shop.buy({ key, paymentToken: tokens.declined });
    expect([again.status, again.body.code]).toEqual([402, 'PAYMENT_DECLINED']);
    expect(world.calls).toEqual([]);
    const fresh = await shop.buy();
    expect(fresh.body.state).toBe('placed');
    world.couponCodes = [];
  });

  test('keeps the declined attempt as a failed group without orders or events', async () => {
    await shop.buy({ paymentToken: tokens.declined });
    const [group] = await shop.rows(
      `SELECT id, status, decline_code FROM "order".order_groups ORDER BY created_at DESC, id DESC LIMIT 1`,
    );
    expect(group).toMatchObject({ status: 'failed', decline_code: 'insufficient_funds' });
    expect(
      await shop.rows('SELECT 1 FROM "order".orders WHERE group_id = $1', [group?.id]),
    ).toEqual([]);
    expect(await placedEvents(group?.id as string)).toEqual([]);
  });

  test('tells which variants ran out, and leaves nothing behind', async () => {
    const { variantId } = world.lines[2] as { variantId: string };
    world.stock.set(
      variantId,
      (world.stock.get(variantId) as number) - world.available(variantId) + 1,
    );
    const groups = await shop.rows('SELECT count(*) FROM "order".order_groups');
    const reply = await shop.buy();
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      data: { variantIds: [variantId] },
    });
    expect(world.calls).not.toContain('payment.authorize');
    expect(await shop.rows('SELECT count(*) FROM "order".order_groups')).toEqual(groups);
    world.stock.set(variantId, 1_000_000);
  });

  test('gives the stock back when a coupon is used up at the last moment', async () => {
    world.couponCodes = ['TEN'];
    world.broken.set('pricing.redeem', 'refused');
    const reply = await shop.buy();
    expect(reply.body).toMatchObject({
      code: 'COUPON_REFUSED',
      data: { reason: 'REFUSED_BY_TEST' },
    });
    expect([...world.holds.values()].at(-1)?.state).toBe('released');
    expect(world.calls).not.toContain('payment.authorize');
    world.couponCodes = [];
  });

  test('gives everything back when the payment service refuses to authorize', async () => {
    world.broken.set('payment.authorize', 'refused');
    const reply = await shop.buy();
    expect([reply.status, reply.body.code]).toEqual([402, 'PAYMENT_REFUSED']);
    expect([...world.holds.values()].at(-1)?.state).toBe('released');
  });

  test('voids the payment when the stock is gone after all', async () => {
    world.broken.set('inventory.confirm', 'refused');
    const reply = await shop.buy();
    expect([reply.status, reply.body.code]).toEqual([409, 'INSUFFICIENT_STOCK']);
    const payment = [...world.payments.values()].at(-1);
    expect(payment?.state.status).toBe('voided');
    expect([...world.holds.values()].at(-1)?.state).toBe('released');
  });

  test('takes a hold that ran out once more when the payment is there', async () => {
    world.before = (operation) => {
      const hold = [...world.holds.values()].at(-1);
      if (operation === 'payment.authorize' && hold) hold.state = 'expired';
    };
    const reply = await shop.buy();
    expect(reply.body.state).toBe('placed');
    expect(world.holds.get(reply.body.groupId)?.state).toBe('confirmed');
  });

  test('goes on by itself when a peer fails in the middle, and the key tells the end', async () => {
    world.broken.set('payment.authorize', 'faultAfter');
    const key = newId() as string;
    const reply = await shop.buy({ key });
    expect(reply.body).toMatchObject({ state: 'processing', number: null });
    expect((await shop.group(reply.body.groupId)).body).toMatchObject({
      status: 'processing',
      orders: [],
    });
    world.broken.clear();
    await shop.it.advance(1_000);
    const again = await shop.buy({ key });
    expect(again.body).toMatchObject({ state: 'placed', groupId: reply.body.groupId });
    expect(await placedEvents(reply.body.groupId)).toHaveLength(1);
  });

  test('gives up after many failures and never stops giving back', async () => {
    world.broken.set('payment.authorize', 'bug');
    world.broken.set('payment.void', 'bug');
    const key = newId() as string;
    const { groupId } = (await shop.buy({ key })).body;
    for (let i = 0; i < 30; i += 1) await shop.it.advance(minuteMs);
    expect(world.calls.filter((call) => call === 'payment.void').length).toBeGreaterThan(12);
    world.broken.clear();
    await shop.it.advance(minuteMs);
    expect(await statusOf(groupId)).toBe('failed');
    expect(world.holds.get(groupId)?.state).toBe('released');
    expect((await shop.buy({ key })).body.code).toBe('CHECKOUT_UNAVAILABLE');
  });
});

describe('a payment that has to wait', () => {
  test('sends the shopper to the challenge, and places the group when it is done', async () => {
    const key = newId() as string;
    const reply = await shop.buy({ key, paymentToken: tokens.challenge });
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({
      state: 'awaitingPayment',
      actionUrl: 'https://bank.example.test/challenge',
    });
    const { groupId, number } = reply.body;
    expect((await shop.group(groupId)).body.payment.actionUrl).toBe(reply.body.actionUrl);
    const repeat = await shop.buy({ key, paymentToken: tokens.challenge });
    expect(repeat.body).toEqual(reply.body);
    expect(await placedEvents(groupId)).toEqual([]);

    world.settle(groupId, 'authorized');
    await resolve(groupId, 'authorized');
    expect(await statusOf(groupId)).toBe('placed');
    await resolve(groupId, 'authorized');
    expect(await placedEvents(groupId)).toHaveLength(1);
    const later = await shop.buy({ key, paymentToken: tokens.challenge });
    expect(later.body).toMatchObject({ state: 'placed', groupId, number });
  });

  test('fails when the challenge fails', async () => {
    const { groupId } = (await shop.buy({ paymentToken: tokens.challenge })).body;
    world.settle(groupId, 'declined', 'authentication_failed');
    await resolve(groupId, 'declined');
    const group = await shop.group(groupId);
    expect(group.body).toMatchObject({
      status: 'failed',
      payment: { declineCode: 'authentication_failed', actionUrl: null },
    });
    expect(world.holds.get(groupId)?.state).toBe('released');
  });

  test('expires after 15 minutes: voided, released, and the key says so', async () => {
    const key = newId() as string;
    const { groupId } = (await shop.buy({ key, paymentToken: tokens.challenge })).body;
    await shop.it.advance(14 * minuteMs);
    expect(await statusOf(groupId)).toBe('awaitingPayment');
    await shop.it.advance(minuteMs);
    expect(await statusOf(groupId)).toBe('expired');
    expect(world.paymentOf(groupId)?.status).toBe('voided');
    expect(world.holds.get(groupId)?.state).toBe('released');
    const repeat = await shop.buy({ key, paymentToken: tokens.challenge });
    expect([repeat.status, repeat.body.code]).toEqual([402, 'PAYMENT_EXPIRED']);
    world.settle(groupId, 'authorized');
    await resolve(groupId, 'authorized');
    expect(await statusOf(groupId)).toBe('expired');
    expect(await placedEvents(groupId)).toEqual([]);
  });

  test('asks one last time at the deadline: a late notice loses no sale', async () => {
    const { groupId } = (await shop.buy({ paymentToken: tokens.challenge })).body;
    world.settle(groupId, 'authorized');
    const hold = world.holds.get(groupId);
    if (hold) hold.state = 'expired';
    await shop.it.advance(15 * minuteMs);
    expect(await statusOf(groupId)).toBe('placed');
    expect(world.holds.get(groupId)?.state).toBe('confirmed');
  });

  test('finds out about an unknown outcome by asking again', async () => {
    const reply = await shop.buy({ paymentToken: tokens.unknown });
    expect(reply.body.state).toBe('processing');
    const { groupId } = reply.body;
    await shop.it.advance(2_000);
    expect(await statusOf(groupId)).toBe('processing');
    world.settle(groupId, 'authorized');
    await shop.it.advance(minuteMs);
    expect(await statusOf(groupId)).toBe('placed');
  });

  test('voids what is still unknown at the deadline', async () => {
    const { groupId } = (await shop.buy({ paymentToken: tokens.unknown })).body;
    for (let i = 0; i < 16; i += 1) await shop.it.advance(minuteMs);
    expect(await statusOf(groupId)).toBe('expired');
    expect(world.paymentOf(groupId)?.status).toBe('voided');
  });
});

describe('a total of nothing', () => {
  test('needs no payment token and is recorded as paid', async () => {
    const { lines } = world;
    world.lines = lines.slice(0, 1).map((l) => ({ ...l, unitMinor: 0, requiresShipping: false }));
    world.stock.set(world.lines[0]?.variantId as string, 1_000_000);
    const reply = await shop.buy({ paymentToken: null });
    expect(reply.body).toMatchObject({ state: 'placed', total: { amountMinor: 0 } });
    expect(world.calls).not.toContain('shipping.quote');
    world.lines = lines;
    expect(shippingMinor).toBeGreaterThan(0);
  });
});
