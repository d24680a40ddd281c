import type { Tx } from '@mkt/service-kit';

export interface RatingRow {
  readonly productId: string;
  readonly vendorId: string;
  readonly average: number;
  readonly count: number;
  readonly version: number;
}

/** Keeps the newest rating of a product, which need not have arrived last. */
export async function keepRating(tx: Tx, rating: RatingRow): Promise<void> {
  await tx.query(
    `INSERT INTO ratings (product_id, vendor_id, average, count, version)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (product_id) DO UPDATE
     SET average = excluded.average, count = excluded.count, version = excluded.version
     WHERE ratings.version < excluded.version`,
    [rating.productId, rating.vendorId, rating.average, rating.count, rating.version],
  );
}
