import type { ShipmentId, VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';

export interface TrackingEvent {
  readonly eventId: string;
  readonly description: string;
  readonly place: string | null;
  readonly occurredAt: string;
}

export async function addTrackingEvent(
  tx: Tx,
  of: { readonly shipmentId: ShipmentId; readonly vendorId: VendorId },
  event: TrackingEvent,
): Promise<void> {
  await tx.query(
    `INSERT INTO tracking_events (id, shipment_id, vendor_id, description, place, occurred_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [event.eventId, of.shipmentId, of.vendorId, event.description, event.place, event.occurredAt],
  );
}

/** Latest first. */
export async function listTrackingEvents(
  tx: Tx,
  shipmentId: ShipmentId,
  limit: number,
): Promise<TrackingEvent[]> {
  const rows = await tx.query(
    `SELECT id, description, place, occurred_at FROM tracking_events WHERE shipment_id = $1
     ORDER BY occurred_at DESC, id DESC LIMIT $2`,
    [shipmentId, limit],
  );
  return rows.map((row) => ({
    eventId: row.id,
    description: row.description,
    place: row.place,
    occurredAt: row.occurred_at.toISOString(),
  }));
}
