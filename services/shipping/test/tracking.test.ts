import { orderShipped } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { shippingService } from '../src/index.ts';

describe('a shipment on its way', () => {
  let it: TestService;
  const vendorId = newId<'Vendor'>();
  const shopperId = newId<'User'>();
  let staff: string;
  let shopper: string;
  beforeAll(async () => {
    it = await startTestService(shippingService, { postgresUrl: inject('postgresUrl') });
    staff = await it.tokens.staff(vendorId, 'fulfiller');
    shopper = await it.tokens.guest(shopperId);
  });
  afterAll(() => it.close());

  async function ship() {
    const payload = orderShipped.payload.parse(orderShipped.sample);
    const shipped = { ...payload, shipmentId: newId<'Shipment'>(), vendorId, shopperId };
    await it.deliver(orderShipped, shipped);
    return shipped;
  }
  const tell = (shipmentId: string, body: unknown, token = staff) =>
    it.request('POST', `/v1/shipments/${shipmentId}/events`, { token, body });

  test('shows what happened to it, latest first, to its shopper', async () => {
    const { shipmentId } = await ship();
    const hourAgo = new Date(it.clock.now().getTime() - 3_600_000).toISOString();
    await tell(shipmentId, { description: 'In transit', place: 'Porto' });
    const told = await tell(shipmentId, { description: 'Picked up', occurredAt: hourAgo });
    expect(told.status).toBe(201);
    const seen = await it.request('GET', `/v1/shipments/${shipmentId}`, { token: shopper });
    expect(seen.body).toMatchObject({
      shipmentId,
      status: 'shipped',
      events: [
        { description: 'In transit', place: 'Porto' },
        { description: 'Picked up', place: null, occurredAt: hourAgo },
      ],
    });
    expect(seen.body.events).toEqual(told.body.events);
    expect(seen.body).not.toHaveProperty('shopperId');
  });

  test('is another’s affair for other vendors and shoppers', async () => {
    const { shipmentId } = await ship();
    const stranger = await it.tokens.staff(newId());
    expect((await tell(shipmentId, { description: 'Lost' }, stranger)).status).toBe(404);
    for (const token of [stranger, await it.tokens.user()]) {
      const reply = await it.request('GET', `/v1/shipments/${shipmentId}`, { token });
      expect(reply).toMatchObject({ status: 404, body: { code: 'SHIPMENT_NOT_FOUND' } });
    }
    expect((await tell(shipmentId, { description: 'Lost' }, shopper)).status).toBe(403);
    const { rows } = await it.database.admin(
      'SELECT count(*)::int AS n FROM shipping.tracking_events WHERE shipment_id = $1',
      [shipmentId],
    );
    expect(rows[0].n).toBe(0);
  });

  test('is told of as it happened: not ahead of time, not without words', async () => {
    const { shipmentId } = await ship();
    const tomorrow = new Date(it.clock.now().getTime() + 86_400_000).toISOString();
    const early = await tell(shipmentId, { description: 'Arrived', occurredAt: tomorrow });
    expect(early).toMatchObject({ status: 422, body: { code: 'TRACKING_EVENT_INVALID' } });
    expect((await tell(shipmentId, { description: ' ' })).status).toBe(400);
    expect((await tell(newId(), { description: 'Arrived' })).status).toBe(404);
  });

  test('that is told of twice by the order service is one shipment', async () => {
    const shipped = await ship();
    await it.deliver(orderShipped, shipped);
    const url = `/v1/shipments?orderId=${shipped.orderId}`;
    const { body } = await it.request('GET', url, { token: staff });
    const same = body.items.filter(
      (one: { shipmentId: string }) => one.shipmentId === shipped.shipmentId,
    );
    expect(same).toHaveLength(1);
  });

  test('that arrives for many at once is delivered and told once', async () => {
    const { shipmentId } = await ship();
    const replies = await Promise.all(
      Array.from({ length: 8 }, () =>
        it.request('POST', `/v1/shipments/${shipmentId}/deliver`, { token: staff }),
      ),
    );
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    expect(new Set(replies.map((reply) => reply.body.deliveredAt)).size).toBe(1);
    const told = (await it.events('shipping.shipmentDelivered')).filter(
      (event) => event.aggregateId === shipmentId,
    );
    expect(told).toHaveLength(1);
  });
});

describe('a shipping profile', () => {
  let it: TestService;
  const vendorId = newId<'Vendor'>();
  beforeAll(async () => {
    it = await startTestService(shippingService, { postgresUrl: inject('postgresUrl') });
  });
  afterAll(() => it.close());

  const rate = (rule: unknown, more = {}) => ({
    rateId: newId(),
    name: 'Post',
    rule,
    freeAboveMinor: null,
    minDays: 1,
    maxDays: 3,
    ...more,
  });
  const zoneOf = (rates: unknown[], more = {}) => ({
    name: 'Zone',
    countries: ['PT'],
    currency: 'EUR',
    rates,
    ...more,
  });
  const flat = { kind: 'flat', amountMinor: 500 };
  const bands = (...all: [number | null, number][]) => ({
    kind: 'byWeight',
    bands: all.map(([upToGrams, amountMinor]) => ({ upToGrams, amountMinor })),
  });
  const put = async (zones: unknown) =>
    it.request('PUT', '/v1/shipping-profiles/mine', {
      token: await it.tokens.staff(vendorId),
      body: { zones },
    });

  test.each([
    ['bands that do not ascend', [zoneOf([rate(bands([500, 1], [500, 2]))])]],
    ['an endless band before the last', [zoneOf([rate(bands([null, 1], [500, 2]))])]],
    ['no rates', [zoneOf([])]],
    ['a country that is none', [zoneOf([rate(flat)], { countries: ['Portugal'] })]],
    ['days the wrong way round', [zoneOf([rate(flat, { minDays: 5 })])]],
    ['a negative price', [zoneOf([rate({ kind: 'flat', amountMinor: -1 })])]],
  ])('with %s is refused', async (_, zones) => {
    expect(await put(zones)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });

  test('is not for a fulfiller to change', async () => {
    const token = await it.tokens.staff(vendorId, 'fulfiller');
    const body = { zones: [zoneOf([rate(flat)])] };
    expect((await it.request('PUT', '/v1/shipping-profiles/mine', { token, body })).status).toBe(
      403,
    );
  });

  test('prices a parcel by its weight band, and names a vendor that is too heavy for all', async () => {
    await put([zoneOf([rate(bands([500, 300], [2_000, 700]))])]);
    const quoted = (grams: number) =>
      it.peer('shipping.quote', {
        country: 'PT',
        currency: 'EUR',
        parcels: [{ vendorId, grams, goodsMinor: 1_000 }],
      });
    expect(await quoted(500)).toMatchObject({ value: { options: [{ amountMinor: 300 }] } });
    expect(await quoted(501)).toMatchObject({ value: { options: [{ amountMinor: 700 }] } });
    expect(await quoted(2_001)).toEqual({ ok: true, value: { options: [], unserved: [vendorId] } });
  });
});
