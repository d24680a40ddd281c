import { describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { cancelOrder, deliverOrder, shipOrder, showOrder } from './orders.ts';

const orderId = '0190b6f0-0000-7000-8000-000000000001';
const numbered = {
  'GET /v1/orders': {
    items: [
      { orderId: 'other', number: '1000-A' },
      { orderId, number: '1001-A' },
    ],
    nextCursor: null,
  },
};

describe('an order', () => {
  it('is found by its number, however that is written', async () => {
    const order = { orderId, number: '1001-A' };
    const api = fakeApi({ ...numbered, [`GET /v1/orders/${orderId}`]: order });
    await expect(showOrder(api, '1001-a')).resolves.toBe(order);
  });

  it('is read at once where its id is given', async () => {
    const api = fakeApi({ [`GET /v1/orders/${orderId}`]: {} });
    await showOrder(api, orderId);
    expect(api.sent).toHaveLength(1);
  });

  it('that does not exist is answered with what to do', async () => {
    const attempt = showOrder(fakeApi(numbered), '9999');
    await expect(attempt).rejects.toMatchObject({
      code: 'ORDER_NOT_FOUND',
      next: expect.stringContaining('mkt order list'),
    });
  });

  it('is shipped whole unless lines are named', async () => {
    const path = `POST /v1/orders/${orderId}/shipments`;
    const api = fakeApi({ [path]: {} });
    const given = { order: orderId, carrier: 'An Post', trackingNumber: 'CE1' };
    await shipOrder(api, given);
    const lines = [{ lineId: orderId, quantity: 2 }];
    await shipOrder(api, { ...given, lines, trackingUrl: 'https://post.test/CE1' });
    expect(api.sent.map(({ body }) => body)).toEqual([
      { carrier: 'An Post', trackingNumber: 'CE1' },
      { carrier: 'An Post', trackingNumber: 'CE1', trackingUrl: 'https://post.test/CE1', lines },
    ]);
  });

  it('is cancelled with the reason', async () => {
    const api = fakeApi({ [`POST /v1/orders/${orderId}/cancel`]: {} });
    await cancelOrder(api, { order: orderId, reason: 'sold out' });
    expect(api.sent[0]?.body).toEqual({ reason: 'sold out' });
  });
});

describe('delivering', () => {
  const shipments = {
    'GET /v1/shipments': {
      items: [{ shipmentId: 's1' }, { shipmentId: 's2' }],
      nextCursor: null,
    },
    'POST /v1/shipments/s1/deliver': { shipmentId: 's1', status: 'delivered' },
    'POST /v1/shipments/s2/deliver': { shipmentId: 's2', status: 'delivered' },
  };

  it('takes all shipments of the order', async () => {
    const delivered = await deliverOrder(fakeApi(shipments), { order: orderId });
    expect(delivered.map(({ shipmentId }) => shipmentId)).toEqual(['s1', 's2']);
  });

  it('takes one where it is named', async () => {
    const api = fakeApi(shipments);
    await deliverOrder(api, { order: orderId, shipment: 's2' });
    expect(api.sent.map(({ path }) => path)).toEqual(['/v1/shipments', '/v1/shipments/s2/deliver']);
  });

  it('is refused where nothing was shipped', async () => {
    const api = fakeApi({ 'GET /v1/shipments': { items: [], nextCursor: null } });
    const attempt = deliverOrder(api, { order: orderId });
    await expect(attempt).rejects.toMatchObject({ code: 'SHIPMENT_NOT_FOUND' });
  });
});
