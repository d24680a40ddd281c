import { newId } from '@mkt/kernel';
import { vendorScope } from '@mkt/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
let groupId: string;
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
let orders: any[];
beforeAll(async () => {
  shop = await openShop();
  groupId = (await shop.buy()).body.groupId;
  orders = (await shop.group(groupId)).body.orders;
});
afterAll(() => shop.it.close());

const get = (path: string, token?: string) =>
  shop.it.request('GET', path, token === undefined ? {} : { token });
const staffOf = (order: { vendorId: string }) => shop.it.tokens.staff(order.vendorId);

describe('who sees what', () => {
  test('a shopper sees the own groups alone, the newest first, page by page', async () => {
    const shopperId = newId<'User'>();
    const token = await shop.it.tokens.guest(shopperId);
    const bought: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      bought.push((await shop.buy({ token })).body.groupId);
      shop.it.clock.advance(1_000);
    }
    const first = await get('/v1/order-groups?limit=2', token);
    expect(first.body.items.map((item: { groupId: string }) => item.groupId)).toEqual(
      bought.toReversed().slice(0, 2),
    );
    expect(first.body.items[0].orders).toHaveLength(2);
    const rest = await get(`/v1/order-groups?limit=2&cursor=${first.body.nextCursor}`, token);
    expect(rest.body).toMatchObject({ items: [{ groupId: bought[0] }], nextCursor: null });
    const broken = await get('/v1/order-groups?cursor=abc', token);
    expect(broken.status).toBe(400);
  });

  test('another shopper finds neither the group nor its orders', async () => {
    const stranger = await shop.it.tokens.user();
    expect((await get(`/v1/order-groups/${groupId}`, stranger)).status).toBe(404);
    for (const { orderId } of orders) {
      expect((await get(`/v1/orders/${orderId}`, stranger)).status).toBe(404);
      const cancel = await shop.it.request('POST', `/v1/orders/${orderId}/cancel`, {
        token: stranger,
        body: { reason: 'mine now' },
      });
      expect(cancel.status).toBe(404);
    }
  });

  test('an operator sees the group with the commission, and the orders of all vendors', async () => {
    const operator = await shop.it.tokens.operator();
    const group = await get(`/v1/order-groups/${groupId}`, operator);
    expect(group.body.orders[0].lines[0].price.commission.amount).toEqual({
      amountMinor: 360,
      currency: 'EUR',
    });
    const list = await get('/v1/orders?limit=100', operator);
    const vendors = new Set(list.body.items.map((item: { vendorId: string }) => item.vendorId));
    expect(vendors.size).toBe(2);
  });

  test('a vendor lists and shows its own orders alone, without the shopper’s e-mail', async () => {
    const staff = await staffOf(orders[0]);
    const list = await get('/v1/orders?status=placed', staff);
    expect(list.body.items.length).toBeGreaterThan(0);
    for (const item of list.body.items) expect(item.vendorId).toBe(orders[0].vendorId);
    const own = await get(`/v1/orders/${orders[0].orderId}`, staff);
    expect(own.body.lines[0].price.commission).not.toBeNull();
    expect(own.body.shippingAddress.line1).toBe('Rua do Forno 4');
    expect(own.text).not.toContain('ada@example.test');
    expect((await get(`/v1/orders/${orders[1].orderId}`, staff)).status).toBe(404);
    expect((await get(`/v1/order-groups/${groupId}`, staff)).status).toBe(404);
  });

  test.each(['shipments', 'cancel', 'refunds'])(
    'a vendor cannot post %s to another’s order',
    async (what) => {
      const staff = await staffOf(orders[0]);
      const bodies: Record<string, unknown> = {
        shipments: { carrier: 'CTT', trackingNumber: '1' },
        cancel: { reason: 'no' },
        refunds: { reason: 'no', amount: { amountMinor: 1, currency: 'EUR' }, bearer: 'vendor' },
      };
      const path = `/v1/orders/${orders[1].orderId}/${what}`;
      const reply = await shop.it.request('POST', path, { token: staff, body: bodies[what] });
      expect(reply.status).toBe(404);
      const after = await get(`/v1/orders/${orders[1].orderId}`, shop.shopper);
      expect(after.body).toMatchObject({ version: 1, status: 'placed' });
    },
  );

  test('roles and keys without the right may not change orders', async () => {
    const [order] = orders;
    const body = { carrier: 'CTT', trackingNumber: '1' };
    const tokens = [
      await shop.it.tokens.staff(order.vendorId, 'finance'),
      await shop.it.tokens.apiKey(order.vendorId, ['orders:read']),
      shop.shopper,
    ];
    for (const token of tokens) {
      const path = `/v1/orders/${order.orderId}/shipments`;
      expect((await shop.it.request('POST', path, { token, body })).status).toBe(403);
    }
    const finance = tokens[0] as string;
    const cancel = await shop.it.request('POST', `/v1/orders/${order.orderId}/cancel`, {
      token: finance,
      body: { reason: 'no' },
    });
    expect(cancel.status).toBe(404);
    expect((await get('/v1/orders')).status).toBe(401);
    expect((await get('/v1/orders', shop.shopper)).status).toBe(403);
  });

  test('the database itself shows a vendor no other vendor’s row, and no group at all', async () => {
    const scope = vendorScope(orders[0].vendorId);
    const tables = [
      'orders',
      'order_lines',
      'order_timeline',
      'order_movements',
      'order_shipments',
    ];
    for (const table of tables) {
      const rows = await shop.it.db.transaction(scope, (tx) =>
        tx.query(`SELECT vendor_id FROM ${table}`),
      );
      expect(rows.every((row) => row.vendor_id === orders[0].vendorId)).toBe(true);
    }
    const groups = shop.it.db.transaction(scope, (tx) => tx.query('SELECT 1 FROM order_groups'));
    await expect(groups).rejects.toThrow('permission denied');
  });

  test('anybody may read the table of deadlines', async () => {
    const reply = await get('/v1/orders/deadlines');
    expect(reply.status).toBe(200);
    expect(reply.body.items).toContainEqual(
      expect.objectContaining({ name: 'paymentExpiry', afterMs: 900_000 }),
    );
  });

  test.each(['/v1/orders/1', '/v1/order-groups/x', '/v1/orders?status=gone'])(
    '%s is the caller’s mistake',
    async (path) => {
      const reply = await get(path, await shop.it.tokens.operator());
      expect([reply.status, reply.body.code]).toEqual([400, 'INVALID_REQUEST']);
    },
  );
});
