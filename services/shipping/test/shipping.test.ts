import { orderShipped } from '@mkt/contracts';
import { newId, type VendorId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { shippingService } from '../src/index.ts';

const rateId = '01980000-0000-7000-8000-000000000001';
const zones = [
  {
    name: 'Iberia',
    countries: ['PT', 'ES'],
    currency: 'EUR',
    rates: [
      {
        rateId,
        name: 'Post',
        rule: { kind: 'flat', amountMinor: 350 },
        freeAboveMinor: 8_000,
        minDays: 2,
        maxDays: 4,
      },
    ],
  },
];

describe('the shipping service', () => {
  let shipping: TestService;
  const vendorId = newId<'Vendor'>();
  const shopperId = newId<'User'>();
  let staff: string;
  let stranger: string;

  beforeAll(async () => {
    shipping = await startTestService(shippingService, { postgresUrl: inject('postgresUrl') });
    staff = await shipping.tokens.staff(vendorId);
    stranger = await shipping.tokens.staff(newId<'Vendor'>());
  });
  afterAll(() => shipping.close());

  const quote = async (country: string, vendors: readonly VendorId[], goodsMinor = 3_400) => {
    const parcels = vendors.map((id) => ({ vendorId: id, grams: 500, goodsMinor }));
    const quoted = await shipping.peer('shipping.quote', { country, currency: 'EUR', parcels });
    if (!quoted.ok) throw new Error(quoted.error.code);
    return quoted.value as { options: { amountMinor: number }[]; unserved: string[] };
  };

  async function ship(): Promise<{ shipmentId: string; orderId: string; lineId: string }> {
    const ids = { shipmentId: newId<'Shipment'>(), orderId: newId<'Order'>() };
    const lineId = newId<'OrderLine'>();
    await shipping.deliver(orderShipped, {
      ...ids,
      groupId: newId<'OrderGroup'>(),
      number: 'M-1-1',
      vendorId,
      shopperId,
      email: 'ada@example.test',
      lines: [{ lineId, title: 'Mug', quantity: 2 }],
      carrier: 'CTT',
      trackingNumber: 'RR1',
      trackingUrl: null,
      shippedAt: '2026-11-01T10:00:00.000Z',
    });
    return { ...ids, lineId };
  }

  test('quotes the default rate for a vendor without a profile', async () => {
    const { options, unserved } = await quote('JP', [newId<'Vendor'>()]);
    expect(options.map(({ amountMinor }) => amountMinor)).toEqual([490]);
    expect(unserved).toEqual([]);
  });

  test('quotes a vendor’s own profile, names who is unserved, and needs one statement', async () => {
    const put = await shipping.request('PUT', '/v1/shipping-profiles/mine', {
      token: staff,
      body: { zones },
    });
    expect([put.status, put.body.version, put.headers.etag]).toEqual([200, 1, '"1"']);
    expect((await quote('PT', [vendorId])).options).toMatchObject([{ rateId, amountMinor: 350 }]);
    expect((await quote('PT', [vendorId], 8_000)).options).toMatchObject([{ amountMinor: 0 }]);
    shipping.meter.drain();
    const { options, unserved } = await quote('JP', [vendorId, newId<'Vendor'>()]);
    expect(unserved).toEqual([vendorId]);
    expect(options).toHaveLength(1);
    const spent = shipping.meter.drain().find(({ meter }) => meter === 'postgres.statements');
    expect(spent?.amount).toBe(1);
  });

  test('replaces a profile only by the version that the vendor has read', async () => {
    const put = (version: string | undefined) =>
      shipping.request('PUT', '/v1/shipping-profiles/mine', {
        token: staff,
        body: { zones },
        ...(version ? { headers: { 'if-match': version } } : {}),
      });
    expect((await put(undefined)).body.code).toBe('VERSION_CONFLICT');
    expect((await put('"7"')).status).toBe(412);
    expect((await put('"1"')).body.version).toBe(2);
  });

  test('shows a shipment to its vendor, its shopper and operators, and to no one else', async () => {
    const { orderId } = await ship();
    const seen = async (token: string) =>
      (await shipping.request('GET', `/v1/shipments?orderId=${orderId}`, { token })).body.items
        .length;
    expect(await seen(staff)).toBe(1);
    expect(await seen(await shipping.tokens.user(shopperId))).toBe(1);
    expect(await seen(await shipping.tokens.operator())).toBe(1);
    expect(await seen(stranger)).toBe(0);
    expect(await seen(await shipping.tokens.user())).toBe(0);
  });

  test('delivers once: the second time nothing changes and nothing is told', async () => {
    const { shipmentId, lineId } = await ship();
    const before = (await shipping.events('shipping.shipmentDelivered')).length;
    const deliver = (token: string) =>
      shipping.request('POST', `/v1/shipments/${shipmentId}/deliver`, { token });
    expect((await deliver(stranger)).status).toBe(404);
    const first = await deliver(staff);
    expect(first.body).toMatchObject({ status: 'delivered', version: 2 });
    expect((await deliver(staff)).body.deliveredAt).toBe(first.body.deliveredAt);
    const events = (await shipping.events('shipping.shipmentDelivered')).slice(before);
    expect(events.map(({ payload }) => payload)).toMatchObject([
      { shipmentId, vendorId, lines: [{ lineId, quantity: 2 }] },
    ]);
  });
});
