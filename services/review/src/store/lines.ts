import type { PayloadOf, orderDelivered } from '@mkt/contracts';
import type { Id, ProductId, UserId, VariantId, VendorId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';

export interface BoughtLine {
  readonly lineId: Id<'OrderLine'>;
  readonly vendorId: VendorId;
  readonly shopperId: UserId;
}

export interface DeliveredLine extends BoughtLine {
  readonly orderId: Id<'Order'>;
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly title: string;
  readonly deliveredAt: Date;
}

const deliveredColumns = `d.line_id AS "lineId", d.order_id AS "orderId",
  d.product_id AS "productId", d.variant_id AS "variantId", d.vendor_id AS "vendorId",
  d.shopper_id AS "shopperId", d.title, d.delivered_at AS "deliveredAt"`;

export async function saveBoughtLines(tx: Tx, lines: readonly BoughtLine[]): Promise<void> {
  await tx.query(
    `INSERT INTO bought_lines (line_id, vendor_id, shopper_id)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
     ON CONFLICT DO NOTHING`,
    [
      lines.map(({ lineId }) => lineId),
      lines.map(({ vendorId }) => vendorId),
      lines.map(({ shopperId }) => shopperId),
    ],
  );
}

/** The units of a line may come in several shipments: the first makes it reviewable. */
export async function saveDeliveredLines(
  tx: Tx,
  { orderId, vendorId, shopperId, lines, deliveredAt }: PayloadOf<typeof orderDelivered>,
): Promise<void> {
  await tx.query(
    `INSERT INTO delivered_lines
       (order_id, vendor_id, shopper_id, delivered_at, line_id, product_id, variant_id, title)
     SELECT $1, $2, $3, $4, l."lineId", l."productId", l."variantId", l.title
     FROM jsonb_to_recordset($5)
       AS l("lineId" uuid, "productId" uuid, "variantId" uuid, title text)
     ON CONFLICT DO NOTHING`,
    [orderId, vendorId, shopperId, deliveredAt, JSON.stringify(lines)],
  );
}

/** What the shopper may say about a line: nothing of another's line is told. */
export async function findOwnLine(
  tx: Tx,
  lineId: string,
  shopperId: UserId,
): Promise<DeliveredLine | 'notDelivered' | undefined> {
  const [delivered] = await tx.query<DeliveredLine & Record<string, unknown>>(
    `SELECT ${deliveredColumns} FROM delivered_lines d WHERE line_id = $1 AND shopper_id = $2`,
    [lineId, shopperId],
  );
  if (delivered) return delivered;
  const bought = await tx.query(
    'SELECT 1 FROM bought_lines WHERE line_id = $1 AND shopper_id = $2',
    [lineId, shopperId],
  );
  return bought.length > 0 ? 'notDelivered' : undefined;
}

export function listReviewable(
  db: Pick<Database, 'query'>,
  shopperId: UserId,
  { after, limit }: { after: readonly [string, string] | null; limit: number },
): Promise<DeliveredLine[]> {
  return db.query<DeliveredLine & Record<string, unknown>>(
    `SELECT ${deliveredColumns} FROM delivered_lines d
     WHERE d.shopper_id = $1
       AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.line_id = d.line_id)
       AND ($2::timestamptz IS NULL OR (d.delivered_at, d.line_id) < ($2, $3::uuid))
     ORDER BY d.delivered_at DESC, d.line_id DESC LIMIT $4`,
    [shopperId, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  );
}
