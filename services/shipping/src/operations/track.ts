import { ok, type Refusal, type Result, refuse, type ShipmentId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { lockShipment } from '../store/shipments.ts';
import { addTrackingEvent, listTrackingEvents, type TrackingEvent } from '../store/tracking.ts';
import { noShipment } from './deliver.ts';

/** A parcel that is told of more often than this is not a parcel. */
export const maxTrackingEvents = 100;

/** Adds what happened to a shipment on its way; its events, latest first. */
export async function track(
  tx: Tx,
  shipmentId: ShipmentId,
  event: TrackingEvent,
  now: Date,
): Promise<Result<TrackingEvent[], Refusal>> {
  const shipment = await lockShipment(tx, shipmentId);
  if (!shipment) return noShipment();
  if (Date.parse(event.occurredAt) > now.getTime()) {
    return refuse('TRACKING_EVENT_INVALID', 'What has not happened yet cannot be tracked.');
  }
  const known = await listTrackingEvents(tx, shipmentId, maxTrackingEvents);
  if (known.length === maxTrackingEvents) {
    return refuse(
      'TOO_MANY_TRACKING_EVENTS',
      `A shipment has at most ${maxTrackingEvents} events.`,
    );
  }
  await addTrackingEvent(tx, shipment, event);
  const later = (a: TrackingEvent, b: TrackingEvent) => (a.occurredAt < b.occurredAt ? 1 : -1);
  return ok([event, ...known].toSorted(later));
}
