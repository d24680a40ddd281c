import { id, page, pageQuery } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import {
  type AnyRoute,
  type Database,
  decodeCursor,
  pageOf,
  route,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { deadlines } from '../domain/deadlines.ts';
import { orderStatuses } from '../domain/order.ts';
import { orderNotFound } from '../operations/change-order.ts';
import { listOrders, type OrderListing } from '../store/order-list.ts';
import { findOrder } from '../store/orders.ts';
import { callerOf, scopeOf, shopperOf } from './caller.ts';
import { orderSummary, orderView } from './schemas.ts';
import { amount, viewOrder } from './views.ts';

const cursorKey = z.tuple([z.iso.datetime(), z.uuid()]);
const readers = {
  staff: ['owner', 'manager', 'fulfiller', 'finance'],
  scope: 'orders:read',
} as const;

const deadlineView = z.strictObject({
  name: z.string(),
  after: z.string(),
  afterMs: z.int(),
  effect: z.string(),
});

export function orderRoutes(db: Database): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/orders/deadlines',
      summary: 'Show the time limits of orders and what each does',
      access: 'public',
      publicCacheSeconds: 3_600,
      reply: { status: 200, schema: z.strictObject({ items: z.array(deadlineView) }) },
      handle: async () => ok({ items: Object.values(deadlines).map((line) => ({ ...line })) }),
    }),
    route({
      method: 'GET',
      path: '/v1/orders',
      summary: 'List the orders of your vendor; of all vendors, for operators',
      access: [readers, 'operator'],
      query: z.strictObject({
        ...pageQuery,
        status: z.enum(orderStatuses).optional(),
        vendorId: id<'Vendor'>().optional(),
      }),
      reply: { status: 200, schema: page(orderSummary) },
      handle: async ({ actor, query }) => {
        const caller = callerOf(actor, readers);
        const before = decodeCursor(query.cursor, cursorKey);
        const { limit, status = null, vendorId = null } = query;
        const wanted = { vendorId, status, before, limit };
        const rows =
          caller.as === 'operator'
            ? await listOrders(db, wanted)
            : await db.transaction(scopeOf(caller), (tx) => listOrders(tx, wanted));
        const key = (row: OrderListing) => [row.placedAt.toISOString(), row.orderId];
        const { items, nextCursor } = pageOf(rows, limit, { item: summaryOf, key });
        return ok({ items: [...items], nextCursor });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/orders/:orderId',
      summary: 'Show one vendor’s order',
      access: ['shopper', readers, 'operator'],
      params: z.strictObject({ orderId: id<'Order'>() }),
      reply: { status: 200, schema: orderView },
      refusals: { ORDER_NOT_FOUND: 404 },
      handle: async ({ actor, params }) => {
        const caller = callerOf(actor, readers);
        const order =
          caller.as === 'vendor'
            ? await db.transaction(scopeOf(caller), (tx) => findOrder(tx, params.orderId))
            : await findOrder(db, params.orderId);
        const shopperId = shopperOf(caller);
        if (!order || (shopperId && order.shopperId !== shopperId)) return orderNotFound();
        return ok(versioned(viewOrder(order, caller.as)));
      },
    }),
  ];
}

function summaryOf({ payableMinor, currency, placedAt, ...order }: OrderListing) {
  return {
    ...order,
    payable: amount(payableMinor, currency),
    placedAt: placedAt.toISOString(),
  };
}
