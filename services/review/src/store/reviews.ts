import type { UserId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';
import type { Review } from '../domain/review.ts';

type Sql = Pick<Tx, 'query'> | Pick<Database, 'query'>;
type ReviewRow = Review & Record<string, unknown>;

export type PageKey = readonly [createdAt: string, reviewId: string];

const columns = `review_id AS "reviewId", line_id AS "lineId", product_id AS "productId",
  variant_id AS "variantId", vendor_id AS "vendorId", shopper_id AS "shopperId", status, rating,
  title, body, display_name AS "displayName", hidden_reason AS "hiddenReason", reply,
  replied_at AS "repliedAt", version, created_at AS "createdAt", edited_at AS "editedAt"`;

/** False where the line has a review: the unique key decides between rivals. */
export async function insertReview(tx: Tx, review: Review): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO reviews (review_id, line_id, product_id, variant_id, vendor_id, shopper_id, status,
       rating, title, body, display_name, version, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (line_id) DO NOTHING RETURNING 1`,
    [
      review.reviewId,
      review.lineId,
      review.productId,
      review.variantId,
      review.vendorId,
      review.shopperId,
      review.status,
      review.rating,
      review.title,
      review.body,
      review.displayName,
      review.version,
      review.createdAt,
    ],
  );
  return rows.length > 0;
}

/** Locks the review, its author's alone where one is named. One that was removed is gone. */
export async function lockReview(
  tx: Tx,
  reviewId: string,
  shopperId: UserId | null = null,
): Promise<Review | undefined> {
  const rows = await tx.query<ReviewRow>(
    `SELECT ${columns} FROM reviews
     WHERE review_id = $1 AND ($2::uuid IS NULL OR shopper_id = $2) AND status <> 'removed'
     FOR UPDATE`,
    [reviewId, shopperId],
  );
  return rows[0];
}

export async function saveReview(tx: Tx, review: Review): Promise<void> {
  await tx.query(
    `UPDATE reviews SET status = $2, rating = $3, title = $4, body = $5, display_name = $6,
       hidden_reason = $7, reply = $8, replied_at = $9, version = $10, edited_at = $11
     WHERE review_id = $1`,
    [
      review.reviewId,
      review.status,
      review.rating,
      review.title,
      review.body,
      review.displayName,
      review.hiddenReason,
      review.reply,
      review.repliedAt,
      review.version,
      review.editedAt,
    ],
  );
}

export async function deleteReview(tx: Tx, reviewId: string): Promise<void> {
  await tx.query('DELETE FROM reviews WHERE review_id = $1', [reviewId]);
}

/** The words of the vendor; undefined where the vendor has no such review to answer. */
export async function saveReply(
  tx: Tx,
  reviewId: string,
  { reply, at }: { reply: string; at: Date },
): Promise<Review | undefined> {
  const rows = await tx.query<ReviewRow>(
    `UPDATE reviews SET reply = $2, replied_at = $3, version = version + 1
     WHERE review_id = $1 AND status = 'published' RETURNING ${columns}`,
    [reviewId, reply, at],
  );
  return rows[0];
}

export interface ReviewFilter {
  readonly by: 'product_id' | 'shopper_id' | 'status';
  readonly value: string;
  /** Only what everybody may read. */
  readonly publishedOnly?: boolean;
  readonly after: PageKey | null;
  readonly limit: number;
}

/** Newest first, one more than the limit. */
export function listReviews(sql: Sql, filter: ReviewFilter): Promise<Review[]> {
  const shown = filter.publishedOnly ? `status = 'published'` : `status <> 'removed'`;
  return sql.query<ReviewRow>(
    `SELECT ${columns} FROM reviews
     WHERE ${filter.by} = $1 AND ${shown}
       AND ($2::timestamptz IS NULL OR (created_at, review_id) < ($2, $3::uuid))
     ORDER BY created_at DESC, review_id DESC LIMIT $4`,
    [filter.value, filter.after?.[0] ?? null, filter.after?.[1] ?? null, filter.limit + 1],
  );
}
