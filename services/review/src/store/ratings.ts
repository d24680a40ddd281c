import type { ProductId, VendorId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';
import { type Histogram, emptyHistogram } from '../domain/summary.ts';

interface RatingRow {
  readonly [column: string]: number;
  readonly ones: number;
  readonly twos: number;
  readonly threes: number;
  readonly fours: number;
  readonly fives: number;
  readonly version: number;
}

function histogramOf({ ones, twos, threes, fours, fives }: RatingRow): Histogram {
  return { 1: ones, 2: twos, 3: threes, 4: fours, 5: fives };
}

/** Adds to the product's histogram under its lock, which stays until the transaction ends. */
export async function addToRating(
  tx: Tx,
  { productId, vendorId }: { productId: ProductId; vendorId: VendorId },
  change: Histogram,
): Promise<{ histogram: Histogram; version: number }> {
  // Made empty first: a row that is to be inserted is checked even where it becomes an update, and
  // what is taken away is negative.
  await tx.query(
    `INSERT INTO product_ratings (product_id, vendor_id, ones, twos, threes, fours, fives, version)
     VALUES ($1, $2, 0, 0, 0, 0, 0, 0) ON CONFLICT (product_id) DO NOTHING`,
    [productId, vendorId],
  );
  const [row] = await tx.query<RatingRow>(
    `UPDATE product_ratings SET ones = ones + $2, twos = twos + $3, threes = threes + $4,
       fours = fours + $5, fives = fives + $6, version = version + 1
     WHERE product_id = $1 RETURNING ones, twos, threes, fours, fives, version`,
    [productId, change[1], change[2], change[3], change[4], change[5]],
  );
  const saved = row as RatingRow;
  return { histogram: histogramOf(saved), version: saved.version };
}

export async function readRating(
  db: Pick<Database, 'query'>,
  productId: string,
): Promise<Histogram> {
  const [row] = await db.query<RatingRow>(
    'SELECT ones, twos, threes, fours, fives, version FROM product_ratings WHERE product_id = $1',
    [productId],
  );
  return row ? histogramOf(row) : emptyHistogram;
}
