import { id, page, pageQuery, quantity, text, timestamp, version } from '@mkt/contracts';
import { type Clock, ok, type UserId, uuidv7 } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  decodeIdCursor,
  pageOf,
  platformScope,
  route,
  type Scope,
  vendorOfActor,
  vendorScope,
} from '@mkt/service-kit';
import { z } from 'zod';
import { deliver, noShipment } from '../operations/deliver.ts';
import { maxTrackingEvents, track } from '../operations/track.ts';
import { findShipment, listShipments, type Shipment } from '../store/shipments.ts';
import { listTrackingEvents } from '../store/tracking.ts';

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
const trackingEvent = z.strictObject({
  eventId: z.uuid(),
  description: z.string(),
  place: z.string().nullable(),
  occurredAt: timestamp,
});
/** Latest first. */
const events = z.array(trackingEvent);

const readers = {
  staff: ['owner', 'manager', 'fulfiller', 'finance'],
  scope: 'orders:read',
} as const;
const shippers = { staff: ['owner', 'manager', 'fulfiller'], scope: 'orders:write' } as const;
const shipmentParams = z.strictObject({ shipmentId: id<'Shipment'>() });

/** A vendor's people see the vendor's shipments, an operator all, a shopper the own. */
function scopeOf(actor: Actor): Scope {
  const vendorId = vendorOfActor(actor);
  return vendorId ? vendorScope(vendorId) : platformScope;
}

/** Whose shipments alone are shown; undefined where the scope decides it, and for operators. */
function onlyShopper(actor: Actor): UserId | undefined {
  const seesAll = (actor.kind === 'user' && actor.operator) || vendorOfActor(actor) !== null;
  return seesAll || !('userId' in actor) ? undefined : actor.userId;
}

const shown = ({ shopperId: _, ...rest }: Shipment) => rest;

export function shipmentRoutes(db: Database, clock: Clock): AnyRoute[] {
  const list = route({
    method: 'GET',
    path: '/v1/shipments',
    summary: 'Shipments that the caller may see, newest first',
    access: ['shopper', 'operator', readers],
    query: z.strictObject({ ...pageQuery, orderId: id<'Order'>().optional() }),
    reply: { status: 200, schema: page(shipment) },
    async handle({ actor, query: { orderId, cursor, limit } }) {
      const after = decodeIdCursor(cursor);
      const filter = { orderId, shopperId: onlyShopper(actor), after, limit };
      const rows = await db.transaction(scopeOf(actor), (tx) => listShipments(tx, filter));
      return ok(pageOf(rows, limit, { item: shown, key: ({ shipmentId }) => shipmentId }));
    },
  });

  const show = route({
    method: 'GET',
    path: '/v1/shipments/:shipmentId',
    summary: 'A shipment with what happened to it on its way',
    access: ['shopper', 'operator', readers],
    params: shipmentParams,
    reply: { status: 200, schema: z.strictObject({ ...shipment.shape, events }) },
    refusals: { SHIPMENT_NOT_FOUND: 404 },
    async handle({ actor, params: { shipmentId } }) {
      return db.transaction(scopeOf(actor), async (tx) => {
        const found = await findShipment(tx, shipmentId, onlyShopper(actor));
        if (!found) return noShipment();
        const tracked = await listTrackingEvents(tx, shipmentId, maxTrackingEvents);
        return ok({ ...shown(found), events: tracked });
      });
    },
  });

  const addEvent = route({
    method: 'POST',
    path: '/v1/shipments/:shipmentId/events',
    summary: 'Say what happened to a shipment on its way',
    access: ['operator', shippers],
    params: shipmentParams,
    body: z.strictObject({
      description: text(200),
      place: text(120).optional(),
      /** Now, where it is left out. */
      occurredAt: timestamp.optional(),
    }),
    reply: { status: 201, schema: z.strictObject({ events }) },
    refusals: {
      SHIPMENT_NOT_FOUND: 404,
      TRACKING_EVENT_INVALID: 422,
      TOO_MANY_TRACKING_EVENTS: 409,
    },
    handle: ({ actor, params, body, mutate }) =>
      mutate(scopeOf(actor), async (tx) => {
        const now = clock.now();
        const event = {
          eventId: uuidv7(),
          description: body.description,
          place: body.place ?? null,
          occurredAt: new Date(body.occurredAt ?? now).toISOString(),
        };
        const tracked = await track(tx, params.shipmentId, event, now);
        return tracked.ok ? ok({ events: tracked.value }) : tracked;
      }),
  });

  const arrive = route({
    method: 'POST',
    path: '/v1/shipments/:shipmentId/deliver',
    summary: 'Say that a shipment has arrived; saying it again changes nothing',
    access: ['operator', shippers],
    params: shipmentParams,
    reply: { status: 200, schema: shipment },
    refusals: { SHIPMENT_NOT_FOUND: 404 },
    handle: ({ actor, params, mutate }) =>
      mutate(scopeOf(actor), async (tx) => {
        const delivered = await deliver(tx, params.shipmentId, clock.now());
        return delivered.ok ? ok(shown(delivered.value)) : delivered;
      }),
  });

  return [list, show, addEvent, arrive];
}
