import { id, page, pageQuery } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import {
  type AnyRoute,
  type Database,
  decodeCursor,
  mayCall,
  pageOf,
  route,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import type { Order } from '../domain/order.ts';
import { findGroup, type Group, type GroupListing, listGroups } from '../store/group-reads.ts';
import { findOrdersOfGroup } from '../store/orders.ts';
import { shopperIdOf } from './checkouts.ts';
import { type GroupView, groupStatuses, groupSummary, groupView } from './schemas.ts';
import { amount, type Viewer, viewOrder } from './views.ts';

const cursorKey = z.tuple([z.iso.datetime(), z.uuid()]);

export function groupRoutes(db: Database): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/order-groups',
      summary: 'List what you bought, the newest first',
      access: 'shopper',
      query: z.strictObject({
        ...pageQuery,
        /** Without it, failed and expired attempts are left out. */
        status: z.enum(groupStatuses).optional(),
      }),
      reply: { status: 200, schema: page(groupSummary) },
      handle: async ({ actor, query }) => {
        const before = decodeCursor(query.cursor, cursorKey);
        const { limit, status = null } = query;
        const rows = await listGroups(db, { shopperId: shopperIdOf(actor), status, before, limit });
        const key = (row: GroupListing) => [row.createdAt.toISOString(), row.groupId];
        const { items, nextCursor } = pageOf(rows, limit, { item: summaryOf, key });
        return ok({ items: [...items], nextCursor });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/order-groups/:groupId',
      summary: 'Show a purchase with its orders, prices, payment and timeline',
      access: ['shopper', 'operator'],
      params: z.strictObject({ groupId: id<'OrderGroup'>() }),
      reply: { status: 200, schema: groupView },
      refusals: { ORDER_GROUP_NOT_FOUND: 404 },
      handle: async ({ actor, params }) => {
        const group = await findGroup(db, params.groupId);
        const viewer: Viewer = mayCall(actor, 'operator') ? 'operator' : 'shopper';
        if (!group || (viewer === 'shopper' && group.shopperId !== shopperIdOf(actor))) {
          return refuse('ORDER_GROUP_NOT_FOUND', 'There is no such purchase.');
        }
        const placed = group.status === 'placed';
        const orders = placed ? await findOrdersOfGroup(db, params.groupId) : [];
        return ok(versioned(viewGroup(group, orders, viewer)));
      },
    }),
  ];
}

function viewGroup(group: Group, orders: readonly Order[], viewer: Viewer): GroupView {
  const { payment, currency } = group;
  return {
    groupId: group.groupId,
    number: group.number,
    status: group.status,
    total: amount(group.totalMinor, currency),
    createdAt: group.createdAt.toISOString(),
    placedAt: group.placedAt?.toISOString() ?? null,
    // Changes with every change of an order below it.
    version: orders.reduce((sum, order) => sum + order.version, group.version),
    cartId: group.cartId,
    email: group.email,
    shippingAddress: group.shippingAddress,
    terms: group.terms,
    coupons: group.coupons.map(({ code, vendorId, discountMinor }) => ({
      code,
      vendorId,
      discount: amount(discountMinor, currency),
    })),
    payment: {
      paymentId: payment?.paymentId ?? null,
      status: payment?.status ?? null,
      declineCode: payment?.declineCode ?? null,
      actionUrl: payment?.actionUrl ?? null,
      expiresAt: group.expiresAt.toISOString(),
    },
    orders: orders.map((order) => viewOrder(order, viewer)),
  };
}

function summaryOf({ totalMinor, currency, createdAt, placedAt, orders, ...group }: GroupListing) {
  return {
    ...group,
    total: amount(totalMinor, currency),
    createdAt: createdAt.toISOString(),
    placedAt: placedAt?.toISOString() ?? null,
    orders: orders.map(({ payableMinor, ...order }) => ({
      ...order,
      payable: amount(payableMinor, currency),
    })),
  };
}
