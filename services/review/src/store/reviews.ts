import { reviewRatingChanged } from '@mkt/contracts';
import type { OrderLineId, ProductId, ReviewId, UserId, VendorId } from '@mkt/kernel';
import type { Row, Tx } from '@mkt/service-kit';
import { type RatingCounts, summaryOf } from '../domain/rating.ts';

export interface Review {
  readonly reviewId: ReviewId;
  readonly lineId: OrderLineId;
  readonly vendorId: VendorId;
  readonly productId: ProductId;
  readonly shopperId: UserId;
  readonly displayName: string;
  readonly rating: number;
  readonly title: string;
  readonly body: string;
  readonly status: 'published' | 'hidden';
  readonly hiddenReason: string | null;
  readonly reports: number;
  readonly reply: string | null;
  readonly repliedAt: Date | null;
  readonly createdAt: Date;
  readonly version: number;
}

type Statements = Pick<Tx, 'query'>;

/** Undefined where the line has a review already: the key decides, however many try at once. */
export async function insertReview(
  tx: Statements,
  review: Omit<Review, 'status' | 'hiddenReason' | 'reports' | 'reply' | 'repliedAt' | 'version'>,
): Promise<Review | undefined> {
  const [row] = await tx.query(
    `INSERT INTO reviews (id, line_id, vendor_id, product_id, shopper_id, display_name, rating,
                          title, body, status, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'published', $10)
     ON CONFLICT (line_id) DO NOTHING RETURNING *`,
    [
      review.reviewId,
      review.lineId,
      review.vendorId,
      review.productId,
      review.shopperId,
      review.displayName,
      review.rating,
      review.title,
      review.body,
      review.createdAt,
    ],
  );
  return row && reviewOf(row);
}

export async function lockReview(tx: Statements, reviewId: ReviewId): Promise<Review | undefined> {
  const [row] = await tx.query('SELECT * FROM reviews WHERE id = $1 FOR UPDATE', [reviewId]);
  return row && reviewOf(row);
}

export async function saveReview(tx: Statements, review: Review): Promise<Review> {
  const [row] = await tx.query(
    `UPDATE reviews SET rating = $2, title = $3, body = $4, status = $5, hidden_reason = $6,
       reply = $7, replied_at = $8, version = version + 1 WHERE id = $1 RETURNING *`,
    [
      review.reviewId,
      review.rating,
      review.title,
      review.body,
      review.status,
      review.hiddenReason,
      review.reply,
      review.repliedAt,
    ],
  );
  return reviewOf(row as Row);
}

/** Moves one review from one rating to another (null: not counted) and tells of the new mean. */
export async function countRating(
  tx: Tx,
  review: Pick<Review, 'productId' | 'vendorId'>,
  from: number | null,
  to: number | null,
): Promise<void> {
  if (from === to) return;
  const steps = [1, 2, 3, 4, 5].map((n) => (n === to ? 1 : 0) - (n === from ? 1 : 0));
  const [row] = await tx.query(
    `INSERT INTO ratings AS r (product_id, vendor_id, counts, version) VALUES ($1, $2, $3, 1)
     ON CONFLICT (product_id) DO UPDATE SET version = r.version + 1,
       counts = (SELECT array_agg(r.counts[n] + ($3::int[])[n] ORDER BY n)
                 FROM generate_series(1, 5) AS n)
     RETURNING counts, version`,
    [review.productId, review.vendorId, steps],
  );
  const { average, count } = summaryOf((row as Row).counts as RatingCounts);
  tx.emit({
    contract: reviewRatingChanged,
    aggregateId: review.productId,
    aggregateVersion: (row as Row).version,
    vendorId: review.vendorId,
    payload: {
      productId: review.productId,
      vendorId: review.vendorId,
      ratingAverage: average,
      ratingCount: count,
    },
  });
}

export async function ratingCounts(tx: Statements, productId: ProductId): Promise<RatingCounts> {
  const [row] = await tx.query('SELECT counts FROM ratings WHERE product_id = $1', [productId]);
  return (row?.counts as number[] | undefined) ?? [0, 0, 0, 0, 0];
}

export interface ReviewFilter {
  readonly productId: ProductId | undefined;
  readonly shopperId: UserId | undefined;
  readonly publishedOnly: boolean;
  readonly before: string | null;
  readonly limit: number;
}

/** Newest first, one more than the limit. */
export async function listReviews(tx: Statements, filter: ReviewFilter): Promise<Review[]> {
  const rows = await tx.query(
    `SELECT * FROM reviews
     WHERE ($1::uuid IS NULL OR product_id = $1) AND ($2::uuid IS NULL OR shopper_id = $2)
       AND (NOT $3 OR status = 'published') AND ($4::uuid IS NULL OR id < $4)
     ORDER BY id DESC LIMIT $5`,
    [
      filter.productId ?? null,
      filter.shopperId ?? null,
      filter.publishedOnly,
      filter.before,
      filter.limit + 1,
    ],
  );
  return rows.map(reviewOf);
}

/** Counts a reporter once. */
export async function addReport(
  tx: Statements,
  reviewId: ReviewId,
  reporterId: UserId,
  reason: string,
): Promise<void> {
  await tx.query(
    `WITH added AS (
       INSERT INTO reports (review_id, reporter_id, reason) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING RETURNING review_id)
     UPDATE reviews SET reports = reports + 1 WHERE id IN (SELECT review_id FROM added)`,
    [reviewId, reporterId, reason],
  );
}

function reviewOf(row: Row): Review {
  return {
    reviewId: row.id,
    lineId: row.line_id,
    vendorId: row.vendor_id,
    productId: row.product_id,
    shopperId: row.shopper_id,
    displayName: row.display_name,
    rating: row.rating,
    title: row.title,
    body: row.body,
    status: row.status,
    hiddenReason: row.hidden_reason,
    reports: row.reports,
    reply: row.reply,
    repliedAt: row.replied_at,
    createdAt: row.created_at,
    version: row.version,
  };
}
