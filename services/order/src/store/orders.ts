import type { Address, FrozenItem } from '@mkt/contracts';
import { assert } from '@mkt/kernel';
import type { Database, Row, Tx } from '@mkt/service-kit';
import type { OrderChange } from '../domain/change.ts';
import {
  dueAtOf,
  type Movement,
  type Order,
  type OrderLine,
  type Shipment,
  type TimelineEntry,
  unitsTaken,
} from '../domain/order.ts';

const children = (table: string, order: string) =>
  `(SELECT COALESCE(jsonb_agg(to_jsonb(c) ORDER BY ${order}), '[]') FROM ${table} c
    WHERE c.order_id = o.id)`;

const selectOrders = `
  SELECT o.*, ${children('order_lines', 'c.position')} AS lines,
    ${children('order_shipments', 'c.shipped_at, c.id')} AS shipments,
    ${children('order_movements', 'c.created_at, c.id')} AS movements,
    ${children('order_timeline', 'c.seq')} AS timeline
  FROM orders o`;

type Reader = Pick<Tx, 'query'>;

export async function findOrder(reader: Reader, orderId: string): Promise<Order | undefined> {
  const [row] = await reader.query(`${selectOrders} WHERE o.id = $1`, [orderId]);
  return row && orderOf(row);
}

export async function findOrdersOfGroup(db: Database, groupId: string): Promise<Order[]> {
  const rows = await db.query(`${selectOrders} WHERE o.group_id = $1 ORDER BY o.position`, [
    groupId,
  ]);
  return rows.map(orderOf);
}

/**
 * Locks an order for a change and reads it. Two statements on purpose: a single one that waited for
 * the lock would read the lines as they were before it waited.
 */
export async function lockOrder(tx: Tx, orderId: string): Promise<Order | undefined> {
  const locked = await tx.query('SELECT 1 FROM orders WHERE id = $1 FOR UPDATE', [orderId]);
  return locked.length > 0 ? findOrder(tx, orderId) : undefined;
}

const saveSql = `
  WITH o AS (
    UPDATE orders SET status = $3, delivered_at = $4, completed_at = $5, due_at = $6,
      version = version + 1
    WHERE id = $1 AND version = $2 - 1 RETURNING id, vendor_id
  ), l AS (
    UPDATE order_lines c SET runs = r.runs, shipped_units = r.shipped,
      cancelled_units = r.cancelled, delivered_units = r.delivered, returned_units = r.returned
    FROM o, jsonb_to_recordset($7) AS r(id uuid, runs jsonb, shipped int, cancelled int,
      delivered int, returned int)
    WHERE c.order_id = o.id AND c.id = r.id
  ), s AS (
    INSERT INTO order_shipments (id, order_id, vendor_id, carrier, tracking_number, tracking_url,
      lines, shipped_at, delivered_at)
    SELECT r."shipmentId", o.id, o.vendor_id, r.carrier, r."trackingNumber", r."trackingUrl",
      r.lines, r."shippedAt", r."deliveredAt"
    FROM o, jsonb_to_recordset($8) AS r("shipmentId" uuid, carrier text, "trackingNumber" text,
      "trackingUrl" text, lines jsonb, "shippedAt" timestamptz, "deliveredAt" timestamptz)
    ON CONFLICT (id) DO UPDATE SET delivered_at = excluded.delivered_at
  ), m AS (
    INSERT INTO order_movements (id, order_id, vendor_id, kind, amount_minor, items, bearer,
      reason, state, created_at)
    SELECT r."movementId", o.id, o.vendor_id, r.kind, r."amountMinor", r.items, r.bearer, r.reason,
      r.state, r."createdAt"
    FROM o, jsonb_to_recordset($9) AS r("movementId" uuid, kind text, "amountMinor" bigint,
      items jsonb, bearer text, reason text, state text, "createdAt" timestamptz)
  ), t AS (
    INSERT INTO order_timeline (order_id, vendor_id, at, kind, actor, detail)
    SELECT o.id, o.vendor_id, $10, $11, $12, $13 FROM o
  )
  SELECT 1 FROM o`;

/** Stores what a decision did to a locked order, in one statement. */
export async function saveChange(tx: Tx, change: OrderChange): Promise<void> {
  const { next, shipment, movement, entry } = change;
  const saved = await tx.query(saveSql, [
    next.orderId,
    next.version,
    next.status,
    next.deliveredAt,
    next.completedAt,
    dueAtOf(next),
    JSON.stringify(next.lines.map(lineRow)),
    JSON.stringify(shipment ? [shipment] : []),
    JSON.stringify(movement ? [movement] : []),
    entry.at,
    entry.kind,
    entry.by,
    JSON.stringify(entry.detail),
  ]);
  assert(saved.length === 1, `Order ${next.number} was not locked for its change`);
}

function lineRow(line: OrderLine) {
  return {
    id: line.item.lineId,
    runs: line.runs,
    shipped: unitsTaken(line, 'shipped'),
    cancelled: unitsTaken(line, 'cancelled'),
    delivered: line.deliveredUnits,
    returned: line.returnedUnits,
  };
}

/** Orders whose deadline has passed, the earliest first. */
export async function findDue(db: Database, now: Date, limit: number): Promise<string[]> {
  const rows = await db.query(
    'SELECT id FROM orders WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2',
    [now, limit],
  );
  return rows.map((row) => row.id as string);
}

export async function nextDueAt(db: Database): Promise<Date | null> {
  const [row] = await db.query('SELECT min(due_at) AS due FROM orders WHERE due_at IS NOT NULL');
  return (row?.due as Date | null | undefined) ?? null;
}

function orderOf(row: Row): Order {
  return {
    orderId: row.id,
    groupId: row.group_id,
    number: row.number,
    vendorId: row.vendor_id,
    shopperId: row.shopper_id,
    email: row.email,
    shippingAddress: row.shipping_address as Address,
    currency: row.currency,
    payableMinor: row.payable_minor,
    status: row.status,
    placedAt: row.placed_at,
    deliveredAt: row.delivered_at,
    completedAt: row.completed_at,
    version: row.version,
    lines: (row.lines as Row[]).map(lineOf),
    shipments: (row.shipments as Row[]).map(shipmentOf),
    movements: (row.movements as Row[]).map(movementOf),
    timeline: (row.timeline as Row[]).map(entryOf),
  };
}

// Rows inside JSON: times are texts there.
function lineOf(row: Row): OrderLine {
  return {
    item: row.frozen as FrozenItem,
    runs: row.runs,
    deliveredUnits: row.delivered_units,
    returnedUnits: row.returned_units,
  };
}

function shipmentOf(row: Row): Shipment {
  return {
    shipmentId: row.id,
    carrier: row.carrier,
    trackingNumber: row.tracking_number,
    trackingUrl: row.tracking_url,
    lines: row.lines,
    shippedAt: new Date(row.shipped_at),
    deliveredAt: row.delivered_at ? new Date(row.delivered_at) : null,
  };
}

function movementOf(row: Row): Movement {
  return {
    movementId: row.id,
    kind: row.kind,
    amountMinor: row.amount_minor,
    items: row.items,
    bearer: row.bearer,
    reason: row.reason,
    state: row.state,
    refusalCode: row.refusal_code,
    createdAt: new Date(row.created_at),
  };
}

function entryOf(row: Row): TimelineEntry {
  return { at: new Date(row.at), kind: row.kind, by: row.actor, detail: row.detail };
}
