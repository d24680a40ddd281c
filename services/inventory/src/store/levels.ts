import type { LocationId, ProductId, VariantId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { announce, traceParams } from './announce.ts';

/** A stock level as the API shows it. */
export interface StockLevel {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly locationId: LocationId;
  readonly sku: string | null;
  readonly title: string;
  readonly stocked: number;
  readonly reserved: number;
  readonly available: number;
  readonly backorder: boolean;
  readonly lowStockThreshold: number;
  readonly active: boolean;
  readonly version: number;
}

const columns = `
  s.variant_id AS "variantId", s.product_id AS "productId", s.location_id AS "locationId", s.sku,
  s.title, s.stocked, s.reserved, s.stocked - s.reserved AS available,
  s.policy = 'continue' AS backorder, s.low_stock_threshold AS "lowStockThreshold", s.active,
  s.version`;

export interface StockFilter {
  readonly productId: string | null;
  readonly sku: string | null;
  readonly variantIds: readonly string[] | null;
  /** The level after which the page begins. */
  readonly after: string | null;
  readonly limit: number;
}

export type StockRow = StockLevel & { readonly id: string };

/** One more than the limit where there is more; the scope decides whose. */
export function listLevels(tx: Tx, filter: StockFilter): Promise<StockRow[]> {
  return tx.query<StockRow & { [column: string]: unknown }>(
    `SELECT s.id, ${columns} FROM stock_levels s
     WHERE ($1::uuid IS NULL OR s.product_id = $1) AND ($2::text IS NULL OR s.sku = $2)
       AND ($3::uuid[] IS NULL OR s.variant_id = ANY ($3)) AND ($4::uuid IS NULL OR s.id > $4)
     ORDER BY s.id LIMIT $5`,
    [filter.productId, filter.sku, filter.variantIds, filter.after, filter.limit + 1],
  );
}

/** A level to be set (`stocked`) or moved (`delta`); without a location at the default one. */
export interface StockChange {
  readonly variantId: VariantId;
  readonly locationId?: LocationId | undefined;
  readonly stocked?: number;
  readonly delta?: number;
  /** The version that the caller saw. */
  readonly version?: number | undefined;
}

export interface ChangeOutcome {
  readonly levels: readonly StockLevel[];
  /** With any, nothing was changed. */
  readonly refused: readonly {
    readonly variantId: VariantId;
    readonly reason: 'missing' | 'stale' | 'reserved' | 'range';
  }[];
}

const changeSql = `
  WITH wanted AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb)
      AS w("variantId" uuid, "locationId" uuid, stocked int, delta int, version int)),
  locked AS MATERIALIZED (
    SELECT s.* FROM stock_levels s WHERE s.variant_id IN (SELECT "variantId" FROM wanted)
    ORDER BY s.variant_id, s.location_id FOR UPDATE OF s),
  target AS MATERIALIZED (
    SELECT l.id, l.variant_id, l.stocked AS before, l.reserved, l.policy, l.version,
           w.version AS expected, coalesce(w.stocked, l.stocked + w.delta) AS after
    FROM wanted w
    JOIN locked l ON l.variant_id = w."variantId"
    JOIN locations p ON p.id = l.location_id
    WHERE CASE WHEN w."locationId" IS NULL THEN p.is_default ELSE p.id = w."locationId" END),
  refused AS MATERIALIZED (
    SELECT w."variantId" AS variant_id, CASE
      WHEN t.id IS NULL THEN 'missing'
      WHEN t.expected <> t.version THEN 'stale'
      WHEN t.policy = 'deny' AND t.after < t.reserved THEN 'reserved'
      WHEN t.after < least(t.before, 0) OR t.after > 1000000000 THEN 'range' END AS reason
    FROM wanted w LEFT JOIN target t ON t.variant_id = w."variantId"),
  moved AS (
    UPDATE stock_levels s
    SET stocked = t.after, reserved = t.reserved, version = t.version + 1,
        policy = CASE WHEN t.policy = 'owing' AND t.after >= t.reserved THEN 'deny'
                      ELSE t.policy END
    FROM target t
    WHERE s.id = t.id AND NOT EXISTS (SELECT FROM refused WHERE reason IS NOT NULL)
    RETURNING s.*, t.after - t.before AS delta),
  noted AS (
    INSERT INTO adjustments (stock_level_id, variant_id, location_id, vendor_id, delta, stocked,
                             reason, actor, at)
    SELECT id, variant_id, location_id, vendor_id, delta, stocked, $2, $3, $4 FROM moved),
  ${announce(5, 'always')}
  SELECT
    (SELECT coalesce(jsonb_agg(level), '[]') FROM (SELECT ${columns} FROM moved s) level) AS levels,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('variantId', variant_id, 'reason', reason)), '[]')
     FROM refused WHERE reason IS NOT NULL) AS refused,
    (SELECT count(*)::int FROM announced) AS announced`;

/** All changes or none, in one statement, with their history and events. */
export async function changeLevels(
  tx: Tx,
  changes: readonly StockChange[],
  cause: { readonly reason: string; readonly actor: string; readonly now: Date },
): Promise<ChangeOutcome> {
  const [row] = await tx.query(changeSql, [
    JSON.stringify(changes),
    cause.reason,
    cause.actor,
    cause.now,
    ...traceParams(),
  ]);
  return row as unknown as ChangeOutcome;
}

/** Gives a variant a level at another location of its vendor, empty at first. */
export async function ensureLevel(
  tx: Tx,
  id: string,
  variantId: VariantId,
  locationId: LocationId,
): Promise<void> {
  await tx.query(
    `INSERT INTO stock_levels (id, variant_id, location_id, vendor_id, product_id, sku, title,
                               stocked, policy, low_stock_threshold, active, product_version)
     SELECT $1, s.variant_id, p.id, s.vendor_id, s.product_id, s.sku, s.title, 0,
            CASE s.policy WHEN 'owing' THEN 'deny' ELSE s.policy END, s.low_stock_threshold,
            s.active, s.product_version
     FROM stock_levels s JOIN locations p ON p.id = $3 AND p.vendor_id = s.vendor_id
     WHERE s.variant_id = $2 ORDER BY s.location_id LIMIT 1
     ON CONFLICT (variant_id, location_id) DO NOTHING`,
    [id, variantId, locationId],
  );
}

/** Sets the threshold of a variant at all its locations; none where there is no such variant. */
export async function setThreshold(
  tx: Tx,
  variantId: VariantId,
  threshold: number,
): Promise<StockLevel[]> {
  const rows = await tx.query<StockLevel & { [column: string]: unknown }>(
    `WITH locked AS MATERIALIZED (
       SELECT id FROM stock_levels WHERE variant_id = $1
       ORDER BY variant_id, location_id FOR UPDATE)
     UPDATE stock_levels s SET low_stock_threshold = $2, version = s.version + 1
     FROM locked l WHERE s.id = l.id RETURNING ${columns}`,
    [variantId, threshold],
  );
  return rows.toSorted((a, b) => (a.locationId < b.locationId ? -1 : 1));
}

export interface Adjustment {
  readonly seq: number;
  readonly locationId: LocationId;
  readonly delta: number;
  readonly stocked: number;
  readonly reason: string;
  readonly actor: string;
  readonly referenceId: string | null;
  readonly at: Date;
}

export async function hasLevel(tx: Tx, variantId: VariantId): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM stock_levels WHERE variant_id = $1 LIMIT 1', [
    variantId,
  ]);
  return rows.length > 0;
}

/** Newest first, one more than the limit where there is more. */
export function listAdjustments(
  tx: Tx,
  variantId: VariantId,
  before: number | null,
  limit: number,
): Promise<Adjustment[]> {
  return tx.query<Adjustment & { [column: string]: unknown }>(
    `SELECT seq, location_id AS "locationId", delta, stocked, reason, actor,
            reference_id AS "referenceId", at
     FROM adjustments WHERE variant_id = $1 AND ($2::bigint IS NULL OR seq < $2)
     ORDER BY seq DESC LIMIT $3`,
    [variantId, before, limit + 1],
  );
}
