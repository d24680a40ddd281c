import { id, page, pageQuery, quantity, shipmentDelivered, timestamp, version } from '@mkt/contracts';
import { type Clock, ok, refuse } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  type Scope,
  decodeCursor,
  pageOf,
  platformScope,
  route,
  vendorOfActor,
  vendorScope,
} from '@mkt/service-kit';
import { z } from 'zod';
import { listShipments, lockShipment, saveDelivered } from '../store/shipments.ts';

const shipment = z.strictObject({
  shipmentId: id<'Shipment'>(),
  orderId: id<'Order'>(),
  groupId: id<'OrderGroup'>(),
  orderNumber: z.string(),
  vendorId: id<'Vendor'>(),
  status: z.enum(['shipped', 'delivered']),
  lines: z.array(z.strictObject({ lineId: id<'OrderLine'>(), title: z.string(), quantity })),
  carrier: z.string(),
  trackingNumber: z.string(),
  trackingUrl: z.string().nullable(),
  shippedAt: timestamp,
  deliveredAt: timestamp.nullable(),
  version,
});

const readers = { staff: ['owner', 'manager', 'fulfiller', 'finance'], scope: 'orders:read' } as const;
const shippers = { staff: ['owner', 'manager', 'fulfiller'], scope: 'orders:write' } as const;

/** A vendor's people see the vendor's shipments, an operator all, a shopper the own. */
function scopeOf(actor: Actor): Scope {
  const vendorId = vendorOfActor(actor);
  return vendorId ? vendorScope(vendorId) : platformScope;
}

export function shipmentRoutes(db: Database, clock: Clock): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/shipments',
      summary: 'Shipments that the caller may see, newest first',
      access: ['shopper', 'operator', readers],
      query: z.strictObject({ ...pageQuery, orderId: id<'Order'>().optional() }),
      reply: { status: 200, schema: page(shipment) },
      async handle({ actor, query }) {
        const after = decodeCursor(query.cursor, z.uuid());
        const seesAll = (actor.kind === 'user' && actor.operator) || vendorOfActor(actor) !== null;
        const shopperId = seesAll || !('userId' in actor) ? undefined : actor.userId;
        const filter = { orderId: query.orderId, shopperId, after, limit: query.limit };
        const rows = await db.transaction(scopeOf(actor), (tx) => listShipments(tx, filter));
        return ok(
          pageOf(rows, query.limit, {
            item: ({ shopperId: _, ...shown }) => shown,
            key: ({ shipmentId }) => shipmentId,
          }),
        );
      },
    }),
    route({
      method: 'POST',
      path: '/v1/shipments/:shipmentId/deliver',
      summary: 'Say that a shipment has arrived; saying it again changes nothing',
      access: ['operator', shippers],
      params: z.strictObject({ shipmentId: id<'Shipment'>() }),
      reply: { status: 200, schema: shipment },
      refusals: { SHIPMENT_NOT_FOUND: 404 },
      handle: ({ actor, params, mutate }) =>
        mutate(scopeOf(actor), async (tx) => {
          const found = await lockShipment(tx, params.shipmentId);
          if (!found) return refuse('SHIPMENT_NOT_FOUND', 'There is no such shipment.');
          const { shopperId: _, ...shown } = found;
          if (found.status === 'delivered') return ok(shown);
          const deliveredAt = clock.now().toISOString();
          const next = { status: 'delivered', deliveredAt, version: found.version + 1 } as const;
          await saveDelivered(tx, { ...found, ...next });
          tx.emit({
            contract: shipmentDelivered,
            aggregateId: found.shipmentId,
            aggregateVersion: next.version,
            vendorId: found.vendorId,
            payload: {
              shipmentId: found.shipmentId,
              orderId: found.orderId,
              vendorId: found.vendorId,
              lines: found.lines.map(({ lineId, quantity: units }) => ({ lineId, quantity: units })),
              deliveredAt,
            },
          });
          return ok({ ...shown, ...next });
        }),
    }),
  ];
}
