import type { FrozenItem, ItemUnits, orderPlaced, PayloadOf } from '@mkt/contracts';
import { assert, type CurrencyCode } from '@mkt/kernel';
import type { Row } from '@mkt/service-kit';
import type { ItemPart } from '../domain/parts.ts';
import type { SaleTerms } from '../domain/postings.ts';
import type { Sql } from './ledger.ts';

export interface SoldItem {
  readonly lineId: string;
  readonly kind: 'line' | 'shipping';
  readonly title: string;
  readonly quantity: number;
  readonly baseMinor: number;
  readonly discountMinor: number;
  readonly vendorFundedMinor: number;
  readonly marketplaceFundedMinor: number;
  readonly taxMinor: number;
  readonly payableMinor: number;
  readonly commissionMinor: number;
  readonly commissionTaxMinor: number;
}

export interface SoldOrder {
  readonly id: string;
  readonly vendorId: string;
  readonly paymentId: string;
  readonly number: string;
  readonly currency: CurrencyCode;
  readonly taxLiability: SaleTerms['taxLiability'];
  readonly payableMinor: number;
  readonly pendingMinor: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly holdOver: boolean;
  readonly releases: number;
  readonly items: readonly SoldItem[];
}

/** What a movement or the end of a hold changes on an order. */
export interface OrderChange {
  readonly pendingMinor: number;
  readonly capturedMinor?: number;
  readonly refundedMinor?: number;
  readonly capturedUnits?: number;
  readonly refundedUnits?: number;
  readonly holdOver?: boolean;
}

export function itemOf(row: Row): SoldItem {
  return {
    lineId: row['line_id'],
    kind: row['kind'],
    title: row['title'],
    quantity: row['quantity'],
    baseMinor: row['base_minor'],
    discountMinor: row['discount_minor'],
    vendorFundedMinor: row['vendor_funded_minor'],
    marketplaceFundedMinor: row['marketplace_funded_minor'],
    taxMinor: row['tax_minor'],
    payableMinor: row['payable_minor'],
    commissionMinor: row['commission_minor'],
    commissionTaxMinor: row['commission_tax_minor'],
  };
}

/** The units of a movement with the amounts that they carry. */
export function partOfItem(item: SoldItem, { fromUnit, units }: ItemUnits): ItemPart {
  return {
    item: {
      quantity: item.quantity,
      payable: item.payableMinor,
      marketplaceFunded: item.marketplaceFundedMinor,
      tax: item.taxMinor,
      commission: item.commissionMinor,
      commissionTax: item.commissionTaxMinor,
    },
    fromUnit,
    units,
  };
}

export function partsOf(order: SoldOrder, units: readonly ItemUnits[]): ItemPart[] {
  const items = new Map(order.items.map((item) => [item.lineId, item]));
  return units.map((run) => {
    const item = items.get(run.lineId);
    assert(item, `Order ${order.id} has no line ${run.lineId}`);
    return partOfItem(item, run);
  });
}

/**
 * Keeps everything about some orders in turn, also orders that are not stored yet: what arrives
 * before its order finds it, or is found by it.
 */
export async function lockOrders(tx: Sql, orderIds: readonly string[]): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended(id, 0))
     FROM (SELECT unnest($1::text[]) AS id ORDER BY 1) AS orders`,
    [orderIds],
  );
}

/** Stores the orders of groups; the ids of those that were not stored before. */
export async function addOrders(
  tx: Sql,
  sales: readonly PayloadOf<typeof orderPlaced>[],
): Promise<Set<string>> {
  const orders = sales.flatMap((placed) => placed.orders.map((order) => orderRow(placed, order)));
  const items = sales.flatMap((placed) =>
    placed.orders.flatMap((order) =>
      order.items.map((item, position) => itemRow(item, order.orderId, position)),
    ),
  );
  const rows = await tx.query(
    `WITH added AS (
       INSERT INTO orders (id, vendor_id, group_id, payment_id, number, currency, tax_liability,
                           payable_minor, placed_at)
       SELECT o.* FROM jsonb_to_recordset($1::jsonb) AS o(id uuid, vendor_id uuid, group_id uuid,
         payment_id uuid, number text, currency text, tax_liability text, payable_minor bigint,
         placed_at timestamptz)
       ON CONFLICT (id) DO NOTHING RETURNING id),
     itemized AS (
       INSERT INTO order_items (line_id, order_id, vendor_id, position, item_id, kind, title,
         quantity, base_minor, discount_minor, vendor_funded_minor, marketplace_funded_minor,
         tax_minor, payable_minor, commission_minor, commission_tax_minor, frozen)
       SELECT i.* FROM jsonb_to_recordset($2::jsonb) AS i(line_id uuid, order_id uuid,
         vendor_id uuid, position int, item_id text, kind text, title text, quantity int,
         base_minor bigint, discount_minor bigint, vendor_funded_minor bigint,
         marketplace_funded_minor bigint, tax_minor bigint, payable_minor bigint,
         commission_minor bigint, commission_tax_minor bigint, frozen jsonb)
       JOIN added ON added.id = i.order_id)
     SELECT id FROM added`,
    [JSON.stringify(orders), JSON.stringify(items)],
  );
  return new Set(rows.map((row) => String(row['id'])));
}

function orderRow(
  { groupId, paymentId, currency, terms, placedAt }: PayloadOf<typeof orderPlaced>,
  order: PayloadOf<typeof orderPlaced>['orders'][number],
): Record<string, unknown> {
  return {
    id: order.orderId,
    vendor_id: order.vendorId,
    group_id: groupId,
    payment_id: paymentId,
    number: order.number,
    currency,
    tax_liability: terms.taxLiability,
    payable_minor: order.payableMinor,
    placed_at: placedAt,
  };
}

function itemRow(item: FrozenItem, orderId: string, position: number): Record<string, unknown> {
  return {
    line_id: item.lineId,
    order_id: orderId,
    vendor_id: item.vendorId,
    position,
    item_id: item.itemId,
    kind: item.kind,
    title: item.variantTitle === null ? item.title : `${item.title}, ${item.variantTitle}`,
    quantity: item.quantity,
    base_minor: item.baseMinor,
    discount_minor: item.discountMinor,
    vendor_funded_minor: item.vendorFundedMinor,
    marketplace_funded_minor: item.marketplaceFundedMinor,
    tax_minor: item.taxMinor,
    payable_minor: item.payableMinor,
    commission_minor: item.commissionMinor,
    commission_tax_minor: item.commissionTaxMinor,
    frozen: item,
  };
}

/** An order with its items, locked; null where it is not known. */
export async function loadOrder(tx: Sql, orderId: string): Promise<SoldOrder | null> {
  const rows = await tx.query(
    `SELECT o.*, to_jsonb(i) AS item FROM orders o JOIN order_items i ON i.order_id = o.id
     WHERE o.id = $1 ORDER BY i.position FOR NO KEY UPDATE OF o`,
    [orderId],
  );
  const [row] = rows;
  if (!row) return null;
  return {
    id: row['id'],
    vendorId: row['vendor_id'],
    paymentId: row['payment_id'],
    number: row['number'],
    currency: row['currency'],
    taxLiability: row['tax_liability'],
    payableMinor: row['payable_minor'],
    pendingMinor: row['pending_minor'],
    capturedMinor: row['captured_minor'],
    refundedMinor: row['refunded_minor'],
    holdOver: row['hold_over'],
    releases: row['releases'],
    items: rows.map((one) => itemOf(one['item'])),
  };
}

export async function changeOrder(tx: Sql, orderId: string, change: OrderChange): Promise<void> {
  await tx.query(
    `UPDATE orders SET pending_minor = pending_minor + $2, captured_minor = captured_minor + $3,
       refunded_minor = refunded_minor + $4, captured_units = captured_units + $5,
       refunded_units = refunded_units + $6, hold_over = coalesce($7, hold_over),
       releases = releases + CASE WHEN $7 THEN 1 ELSE 0 END
     WHERE id = $1`,
    [
      orderId,
      change.pendingMinor,
      change.capturedMinor ?? 0,
      change.refundedMinor ?? 0,
      change.capturedUnits ?? 0,
      change.refundedUnits ?? 0,
      change.holdOver ?? null,
    ],
  );
}

export interface Delivery {
  readonly eventId: string;
  readonly orderId: string;
  readonly vendorId: string;
  readonly units: number;
  readonly deliveredAt: Date;
}

export async function addDelivery(tx: Sql, delivery: Delivery): Promise<void> {
  const { eventId, orderId, vendorId, units, deliveredAt } = delivery;
  await tx.query(
    `INSERT INTO deliveries (event_id, order_id, vendor_id, units, delivered_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [eventId, orderId, vendorId, units, deliveredAt],
  );
}

/** The hold runs from the last delivery; the earliest end of these orders' holds, if any runs. */
export async function startHolds(
  tx: Sql,
  orderIds: readonly string[],
  holdMs: number,
): Promise<Date | null> {
  const rows = await tx.query(
    `UPDATE orders o SET delivered_units = d.units,
       hold_until = d.last_at + $2 * interval '1 ms'
     FROM (SELECT order_id, sum(units)::int AS units, max(delivered_at) AS last_at
           FROM deliveries WHERE order_id = ANY($1) GROUP BY order_id) AS d
     WHERE o.id = d.order_id RETURNING o.hold_until`,
    [orderIds, holdMs],
  );
  const ends = rows.map((row) => (row['hold_until'] as Date).getTime());
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}

/** Everything that was sent and not given back has arrived. */
const arrived = 'delivered_units >= captured_units - refunded_units';

export async function holdsOver(tx: Sql, now: Date, limit: number): Promise<string[]> {
  const rows = await tx.query(
    `SELECT id FROM orders
     WHERE hold_until <= $1 AND pending_minor > 0 AND ${arrived}
     ORDER BY hold_until LIMIT $2`,
    [now, limit],
  );
  return rows.map((row) => String(row['id']));
}

/** Still so, now that the order is locked. */
export async function isHoldOver(tx: Sql, orderId: string, now: Date): Promise<boolean> {
  const rows = await tx.query(
    `SELECT 1 FROM orders WHERE id = $1 AND hold_until <= $2 AND pending_minor > 0
       AND ${arrived}`,
    [orderId, now],
  );
  return rows.length > 0;
}

export async function nextHoldEnd(tx: Sql): Promise<Date | null> {
  const [row] = await tx.query(
    `SELECT min(hold_until) AS due FROM orders
     WHERE pending_minor > 0 AND hold_until IS NOT NULL AND ${arrived}`,
  );
  return (row?.['due'] as Date | null | undefined) ?? null;
}
