import { shipmentDelivered } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from './shop.ts';

const dayMs = 24 * 60 * 60_000;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.it.close());
beforeEach(() => shop.world.broken.clear());

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
type View = any;

/** A placed group; `first` is the order with three units and one, `second` that with two. */
async function placed() {
  const { groupId } = (await shop.buy()).body;
  const group: View = (await shop.group(groupId)).body;
  const [first, second] = group.orders;
  const staff = await shop.it.tokens.staff(first.vendorId);
  const at = (what: string) => `/v1/orders/${first.orderId}/${what}`;
  const post = (what: string, body: unknown, token = staff) =>
    shop.it.request('POST', at(what), { token, body });
  return {
    groupId: groupId as string,
    first,
    second,
    staff,
    mugs: first.lines[0],
    bowl: first.lines[1],
    post,
    ship: (lines?: unknown, token = staff) =>
      post(
        'shipments',
        { carrier: 'CTT', trackingNumber: 'RR1', ...(lines ? { lines } : {}) },
        token,
      ),
    cancel: (lines?: unknown, token = staff) =>
      post('cancel', { reason: 'Changed my mind', ...(lines ? { lines } : {}) }, token),
    refund: (body: object, token = staff) => post('refunds', { reason: 'Broken', ...body }, token),
    show: async (token = staff): Promise<View> => {
      await shop.it.idle();
      return (await shop.it.request('GET', `/v1/orders/${first.orderId}`, { token })).body;
    },
    deliver: (shipment: View) =>
      shop.it.deliver(shipmentDelivered, {
        shipmentId: shipment.shipmentId,
        orderId: first.orderId,
        vendorId: first.vendorId,
        lines: shipment.lines,
        deliveredAt: shop.it.clock.now().toISOString(),
      }),
    events: async (type: string) =>
      (await shop.it.events(type)).filter((event) => event.aggregateId === first.orderId),
  };
}
const units = (line: View, quantity: number) => ({ lineId: line.lineId, quantity });
const movementsOf = (order: View) =>
  [...shop.world.movements].filter(([key]) =>
    order.movements.some((m: View) => key.includes(m.movementId)),
  );

describe('shipping', () => {
  test('sends everything, captures the whole share, and tells it', async () => {
    const order = await placed();
    const reply = await order.ship();
    expect(reply.status).toBe(201);
    expect(reply.body).toMatchObject({ status: 'shipped', captureState: 'pending' });
    const shown = await order.show();
    expect(shown).toMatchObject({ captureState: 'done', captured: order.first.payable });
    const [shipped] = await order.events('order.shipped');
    expect(shipped).toMatchObject({
      vendorId: order.first.vendorId,
      payload: { carrier: 'CTT', shopperId: shop.shopperId, email: 'ada@example.test' },
    });
    const kinds = shown.timeline.map((entry: View) => entry.kind);
    expect(kinds).toEqual(['placed', 'shipped', 'captured']);
  });

  test('captures the parts of a split line so that they add up to the cent', async () => {
    const order = await placed();
    const first = await order.ship([units(order.mugs, 1)]);
    expect(first.body.status).toBe('partlyShipped');
    await order.ship([units(order.mugs, 2)]);
    const last = await order.ship();
    expect(last.body.status).toBe('shipped');
    const shown = await order.show();
    expect(shown.captured).toEqual(order.first.payable);
    const captures = movementsOf(shown).map(([, movement]) => movement);
    expect(captures.map(({ items }) => items.length)).toEqual([2, 1, 1]);
    const shippingId = order.first.lines.at(-1).lineId;
    expect(captures[0]?.items).toContainEqual({ lineId: shippingId, fromUnit: 0, units: 1 });
    expect(captures[1]?.items).toEqual([{ lineId: order.mugs.lineId, fromUnit: 1, units: 2 }]);
  });

  test.each([
    ['more units than are left', (o: View) => [units(o.mugs, 4)], 409, 'UNITS_NOT_FREE'],
    ['a line of another order', (o: View) => [units(o.second.lines[0], 1)], 404, 'LINE_NOT_FOUND'],
    ['the shipping item', (o: View) => [units(o.first.lines.at(-1), 1)], 404, 'LINE_NOT_FOUND'],
    ['a line twice', (o: View) => [units(o.mugs, 1), units(o.mugs, 1)], 400, 'LINE_REPEATED'],
    ['no units', (o: View) => [units(o.mugs, 0)], 400, 'INVALID_REQUEST'],
  ])('refuses %s and changes nothing', async (_, lines, status, code) => {
    const order = await placed();
    const reply = await order.ship(lines(order));
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(await order.show()).toMatchObject({ status: 'placed', version: 1, shipments: [] });
    expect(await order.events('order.shipped')).toEqual([]);
  });

  test('repeated with its key ships once', async () => {
    const order = await placed();
    const send = () =>
      shop.it.request('POST', `/v1/orders/${order.first.orderId}/shipments`, {
        token: order.staff,
        idempotencyKey: `ship-${order.first.orderId}`,
        body: { carrier: 'CTT', trackingNumber: 'RR1', lines: [units(order.mugs, 1)] },
      });
    const replies = await Promise.all([send(), send(), send()]);
    for (const reply of replies) expect(reply.body).toEqual(replies[0]?.body);
    expect((await order.show()).shipments).toHaveLength(1);
  });

  test('shows a capture that fails for now, and carries it out in the end', async () => {
    const order = await placed();
    shop.world.broken.set('payment.capture', 'bug');
    await order.ship();
    for (let i = 0; i < 8; i += 1) await shop.it.advance(60_000);
    expect((await order.show()).captureState).toBe('retrying');
    shop.world.broken.clear();
    await shop.it.advance(60 * 60_000);
    expect(await order.show()).toMatchObject({
      captureState: 'done',
      captured: order.first.payable,
    });
    expect(movementsOf(await order.show())).toHaveLength(1);
  });

  test('shows a capture that is refused, and tries again when asked to', async () => {
    const order = await placed();
    shop.world.broken.set('payment.capture', 'refused');
    await order.ship();
    const shown = await order.show();
    expect(shown.captureState).toBe('refused');
    const [movement] = shown.movements;
    expect(movement.refusalCode).toBe('REFUSED_BY_TEST');
    shop.world.broken.clear();
    const reply = await order.post(`movements/${movement.movementId}/retry`, undefined);
    expect(reply.status).toBe(202);
    expect((await order.show()).captureState).toBe('done');
    const again = await order.post(`movements/${movement.movementId}/retry`, undefined);
    expect(again.body.code).toBe('MOVEMENT_NOT_REFUSED');
  });
});

describe('cancelling', () => {
  test('the whole order voids its share and frees its units, once', async () => {
    const order = await placed();
    const reply = await order.cancel(undefined, shop.shopper);
    expect(reply.body.status).toBe('cancelled');
    const shown = await order.show();
    expect(shown).toMatchObject({ voided: order.first.payable, captureState: 'none' });
    const [event] = await order.events('order.cancelled');
    expect(event?.payload).toMatchObject({
      whole: true,
      refundMinor: order.first.payable.amountMinor,
      cancelledBy: 'shopper',
      lines: [
        { lineId: order.mugs.lineId, fromUnit: 0, units: 3, variantId: order.mugs.variantId },
        { lineId: order.bowl.lineId, fromUnit: 0, units: 1, variantId: order.bowl.variantId },
      ],
    });
    const again = await order.cancel(undefined, shop.shopper);
    expect(again.body.code).toBe('NO_UNITS_LEFT');
    const second = await shop.it.request('GET', `/v1/orders/${order.second.orderId}`, {
      token: shop.shopper,
    });
    expect(second.body.status).toBe('placed');
  });

  test('line by line keeps the shipping until the last of the goods goes', async () => {
    const order = await placed();
    const some = await order.cancel([units(order.mugs, 2)]);
    expect(some.body.status).toBe('placed');
    expect(some.body.lines[0].units).toMatchObject({ free: 1, cancelled: 2 });
    const shippingId = order.first.lines.at(-1).lineId;
    const rest = await order.cancel();
    expect(rest.body.status).toBe('cancelled');
    const shown = await order.show();
    expect(shown.voided).toEqual(order.first.payable);
    const voids = movementsOf(shown).map(([, movement]) => movement.items);
    expect(voids[0]).toEqual([{ lineId: order.mugs.lineId, fromUnit: 0, units: 2 }]);
    expect(voids[1]).toContainEqual({ lineId: shippingId, fromUnit: 0, units: 1 });
  });

  test('what is left of a partly shipped order: captured and voided are the payable', async () => {
    const order = await placed();
    await order.ship([units(order.mugs, 1)]);
    const reply = await order.cancel();
    expect(reply.body.status).toBe('shipped');
    const shown = await order.show();
    expect(shown.captured.amountMinor + shown.voided.amountMinor).toBe(
      order.first.payable.amountMinor,
    );
    const [event] = await order.events('order.cancelled');
    expect(event?.payload).toMatchObject({ whole: false });
  });

  test('and shipping at once: the order decides, and never both', async () => {
    for (let round = 0; round < 5; round += 1) {
      const order = await placed();
      const [shipped, cancelled] = await Promise.all([
        order.ship(),
        order.cancel(undefined, shop.shopper),
      ]);
      expect(new Set([shipped.status, cancelled.status])).toEqual(new Set([201, 409]));
      const shown = await order.show();
      expect(shown.captured.amountMinor + shown.voided.amountMinor).toBe(
        order.first.payable.amountMinor,
      );
      expect(shown.status).toBe(shipped.status === 201 ? 'shipped' : 'cancelled');
    }
  });

  test('at once, unit by unit, takes each unit once', async () => {
    const order = await placed();
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => order.cancel([units(order.mugs, 1)])),
    );
    expect(replies.filter((reply) => reply.status === 201)).toHaveLength(3);
    expect((await order.show()).lines[0].units).toMatchObject({ cancelled: 3, free: 0 });
  });
});

describe('delivery', () => {
  test('of every shipment makes the order delivered, and a repeat changes nothing', async () => {
    const order = await placed();
    const one = (await order.ship([units(order.mugs, 3)])).body.shipments[0];
    await order.deliver(one);
    const partly = await order.events('order.delivered');
    expect(partly[0]?.payload).toMatchObject({
      whole: false,
      lines: [{ lineId: order.mugs.lineId, productId: order.mugs.productId, quantity: 3 }],
    });
    const two = (await order.ship()).body.shipments[1];
    await order.deliver(two);
    await order.deliver(two);
    expect(await order.show()).toMatchObject({ status: 'delivered' });
    const events = await order.events('order.delivered');
    expect(events.map((event) => (event.payload as View).whole)).toEqual([false, true]);
  });

  test('is followed by completion when nobody objects for 14 days', async () => {
    const order = await placed();
    await order.deliver((await order.ship()).body.shipments[0]);
    await shop.it.advance(14 * dayMs - 1);
    expect((await order.show()).status).toBe('delivered');
    await shop.it.advance(1);
    const shown = await order.show();
    expect(shown).toMatchObject({ status: 'completed', dueAt: null });
    expect(shown.timeline.at(-1)).toMatchObject({ kind: 'completed', by: 'deadline' });
  });
});

describe('an order that nobody ships', () => {
  test('is cancelled after 14 days, and its payment voided', async () => {
    const order = await placed();
    await shop.it.advance(14 * dayMs - 1);
    expect((await order.show()).status).toBe('placed');
    await shop.it.advance(1);
    expect(await order.show()).toMatchObject({ status: 'cancelled', voided: order.first.payable });
    const [event] = await order.events('order.cancelled');
    expect(event?.payload).toMatchObject({ cancelledBy: 'deadline' });
  });

  test('or ships in part loses the rest', async () => {
    const order = await placed();
    await order.ship([units(order.mugs, 1)]);
    await shop.it.advance(14 * dayMs);
    const shown = await order.show();
    expect(shown.status).toBe('shipped');
    expect(shown.lines[0].units).toMatchObject({ shipped: 1, cancelled: 2, free: 0 });
  });
});

describe('refunding', () => {
  test('returned units takes the earliest captured ones and gives back their frozen part', async () => {
    const order = await placed();
    await order.ship([units(order.mugs, 1)]);
    await order.cancel([units(order.mugs, 1)]);
    await order.ship();
    await shop.it.idle();
    const reply = await order.refund({ lines: [units(order.mugs, 2)] });
    expect(reply.status).toBe(201);
    expect(reply.body.lines[0].units.returned).toBe(2);
    const shown = await order.show();
    expect(shown.refunded.amountMinor).toBe(2_460);
    const refund = movementsOf(shown).find(([, { kind }]) => kind === 'refund');
    expect(refund?.[1].items).toEqual([
      { lineId: order.mugs.lineId, fromUnit: 0, units: 1 },
      { lineId: order.mugs.lineId, fromUnit: 2, units: 1 },
    ]);
    const more = await order.refund({ lines: [units(order.mugs, 1)] });
    expect(more.body.code).toBe('UNITS_NOT_REFUNDABLE');
  });

  test('includes the shipping when all comes back by the vendor’s fault', async () => {
    const order = await placed();
    await order.ship();
    await shop.it.idle();
    await order.refund({ lines: [units(order.mugs, 3)], vendorFault: true });
    const rest = await order.refund({ lines: [units(order.bowl, 1)], vendorFault: true });
    expect(rest.status).toBe(201);
    expect((await order.show()).refunded).toEqual(order.first.payable);
  });

  test('of all for the shopper’s own reason keeps the shipping', async () => {
    const order = await placed();
    await order.ship();
    await shop.it.idle();
    await order.refund({ lines: [units(order.mugs, 3), units(order.bowl, 1)] });
    const shipping = order.first.lines.at(-1).price.payable.amountMinor;
    expect((await order.show()).refunded.amountMinor).toBe(
      order.first.payable.amountMinor - shipping,
    );
  });

  test('never gives back more than was captured', async () => {
    const order = await placed();
    const all = { amount: order.first.payable, bearer: 'vendor' };
    expect((await order.refund(all)).body.code).toBe('REFUND_EXCEEDS_CAPTURE');
    await order.ship();
    await shop.it.idle();
    const replies = await Promise.all([order.refund(all), order.refund(all)]);
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([201, 409]));
    const units3 = await order.refund({ lines: [units(order.mugs, 3)] });
    expect(units3.body.code).toBe('REFUND_EXCEEDS_CAPTURE');
    expect((await order.show()).refunded).toEqual(order.first.payable);
  });

  test('as goodwill at the marketplace’s expense is an operator’s decision', async () => {
    const order = await placed();
    await order.ship();
    await shop.it.idle();
    const goodwill = { amount: { amountMinor: 100, currency: 'EUR' }, bearer: 'marketplace' };
    const refused = await order.refund(goodwill);
    expect([refused.status, refused.body.code]).toEqual([403, 'BEARER_NOT_YOURS']);
    const reply = await order.refund(goodwill, await shop.it.tokens.operator());
    expect(reply.status).toBe(201);
    expect(reply.body.movements.at(-1)).toMatchObject({ kind: 'refund', bearer: 'marketplace' });
  });

  test.each([
    ['another currency', { amount: { amountMinor: 1, currency: 'USD' }, bearer: 'vendor' }, 400],
    ['nothing', { amount: { amountMinor: 0, currency: 'EUR' }, bearer: 'vendor' }, 400],
    ['units and an amount', { amount: { amountMinor: 1, currency: 'EUR' }, lines: [] }, 400],
    ['an unknown line', { lines: [{ lineId: newId(), quantity: 1 }] }, 404],
  ])('of %s is refused', async (_, body, status) => {
    const order = await placed();
    await order.ship();
    await shop.it.idle();
    expect((await order.refund(body)).status).toBe(status);
  });
});
