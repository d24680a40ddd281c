import type { orderShipped, PayloadOf } from '@mkt/contracts';
import type { OrderGroupId, OrderId, OrderLineId, ShipmentId, UserId, VendorId } from '@mkt/kernel';
import type { Row, Tx } from '@mkt/service-kit';

export interface Shipment {
  readonly shipmentId: ShipmentId;
  readonly orderId: OrderId;
  readonly groupId: OrderGroupId;
  readonly orderNumber: string;
  readonly vendorId: VendorId;
  readonly shopperId: UserId;
  readonly status: 'shipped' | 'delivered';
  readonly lines: { lineId: OrderLineId; title: string; quantity: number }[];
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly trackingUrl: string | null;
  readonly shippedAt: string;
  readonly deliveredAt: string | null;
  readonly version: number;
}

export interface ShipmentFilter {
  readonly orderId: OrderId | undefined;
  /** Only this shopper's; undefined inside a vendor's scope and for operators. */
  readonly shopperId: UserId | undefined;
  readonly after: string | null;
  readonly limit: number;
}

type Statements = Pick<Tx, 'query'>;

export async function addShipment(
  tx: Statements,
  shipped: PayloadOf<typeof orderShipped>,
): Promise<void> {
  await tx.query(
    `INSERT INTO shipments (id, vendor_id, order_id, group_id, shopper_id, order_number, status,
                            lines, carrier, tracking_number, tracking_url, shipped_at)
     VALUES ($1, $2, $3, $4, $5, $6, 'shipped', $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
    [
      shipped.shipmentId,
      shipped.vendorId,
      shipped.orderId,
      shipped.groupId,
      shipped.shopperId,
      shipped.number,
      JSON.stringify(shipped.lines),
      shipped.carrier,
      shipped.trackingNumber,
      shipped.trackingUrl,
      shipped.shippedAt,
    ],
  );
}

/** Newest first. One more than the limit, to see whether there is another page. */
export async function listShipments(tx: Statements, filter: ShipmentFilter): Promise<Shipment[]> {
  const rows = await tx.query(
    `SELECT * FROM shipments
     WHERE ($1::uuid IS NULL OR order_id = $1) AND ($2::uuid IS NULL OR shopper_id = $2)
       AND ($3::uuid IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [filter.orderId ?? null, filter.shopperId ?? null, filter.after, filter.limit + 1],
  );
  return rows.map(shipmentOf);
}

/** One shipment, only of this shopper where one is named. */
export async function findShipment(
  tx: Statements,
  shipmentId: ShipmentId,
  shopperId: UserId | undefined,
): Promise<Shipment | undefined> {
  const [row] = await tx.query(
    'SELECT * FROM shipments WHERE id = $1 AND ($2::uuid IS NULL OR shopper_id = $2)',
    [shipmentId, shopperId ?? null],
  );
  return row && shipmentOf(row);
}

export async function lockShipment(
  tx: Statements,
  shipmentId: ShipmentId,
): Promise<Shipment | undefined> {
  const [row] = await tx.query('SELECT * FROM shipments WHERE id = $1 FOR UPDATE', [shipmentId]);
  return row && shipmentOf(row);
}

export async function saveDelivered(tx: Statements, shipment: Shipment): Promise<void> {
  await tx.query(
    `UPDATE shipments SET status = 'delivered', delivered_at = $2, version = $3 WHERE id = $1`,
    [shipment.shipmentId, shipment.deliveredAt, shipment.version],
  );
}

function shipmentOf(row: Row): Shipment {
  return {
    shipmentId: row.id,
    orderId: row.order_id,
    groupId: row.group_id,
    orderNumber: row.order_number,
    vendorId: row.vendor_id,
    shopperId: row.shopper_id,
    status: row.status,
    lines: row.lines,
    carrier: row.carrier,
    trackingNumber: row.tracking_number,
    trackingUrl: row.tracking_url,
    shippedAt: row.shipped_at.toISOString(),
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    version: row.version,
  };
}
