import type { OrderLineId, ProductId, UserId, VariantId, VendorId } from '@mkt/kernel';
import type { Database, Row, Tx } from '@mkt/service-kit';

export interface BoughtLine {
  readonly lineId: OrderLineId;
  readonly vendorId: VendorId;
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly shopperId: UserId;
  readonly title: string;
  readonly deliveredAt: Date | null;
}

type Statements = Pick<Tx, 'query'>;
type PlacedLine = Omit<BoughtLine, 'deliveredAt'> & { readonly placedAt: string };

export async function addLines(tx: Statements, lines: readonly PlacedLine[]): Promise<void> {
  await tx.query(
    `INSERT INTO lines (line_id, vendor_id, product_id, variant_id, shopper_id, title, placed_at)
     SELECT l."lineId", l."vendorId", l."productId", l."variantId", l."shopperId", l.title, l."placedAt"
     FROM jsonb_to_recordset($1::jsonb) AS l("lineId" uuid, "vendorId" uuid, "productId" uuid,
       "variantId" uuid, "shopperId" uuid, title text, "placedAt" timestamptz)
     ON CONFLICT (line_id) DO NOTHING`,
    [JSON.stringify(lines)],
  );
}

/** Deliveries may be told before their order: the line is made where it is not known yet. */
export async function addDelivered(
  tx: Statements,
  lines: readonly PlacedLine[],
  deliveredAt: string,
): Promise<void> {
  await addLines(tx, lines);
  await tx.query(
    `UPDATE lines SET delivered_at = $2 WHERE line_id = ANY($1) AND delivered_at IS NULL`,
    [lines.map(({ lineId }) => lineId), deliveredAt],
  );
}

export async function findLine(
  tx: Statements,
  lineId: OrderLineId,
  shopperId: UserId,
): Promise<BoughtLine | undefined> {
  const [row] = await tx.query('SELECT * FROM lines WHERE line_id = $1 AND shopper_id = $2', [
    lineId,
    shopperId,
  ]);
  return row && lineOf(row);
}

/** Delivered lines of a shopper without a review, newest first. */
export async function reviewableLines(db: Database, shopperId: UserId): Promise<BoughtLine[]> {
  const rows = await db.query(
    `SELECT l.* FROM lines l
     WHERE l.shopper_id = $1 AND l.delivered_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.line_id = l.line_id)
     ORDER BY l.delivered_at DESC, l.line_id LIMIT 200`,
    [shopperId],
  );
  return rows.map(lineOf);
}

function lineOf(row: Row): BoughtLine {
  return {
    lineId: row.line_id,
    vendorId: row.vendor_id,
    productId: row.product_id,
    variantId: row.variant_id,
    shopperId: row.shopper_id,
    title: row.title,
    deliveredAt: row.delivered_at,
  };
}
