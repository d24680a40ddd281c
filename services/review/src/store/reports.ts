import type { Database, Tx } from '@mkt/service-kit';
import type { Review } from '../domain/review.ts';

export interface Report {
  readonly reviewId: string;
  readonly reporterId: string;
  readonly reason: string;
  readonly reportedAt: Date;
}

/** One report per person and review: another replaces its reason. False without such a review. */
export async function saveReport(tx: Tx, report: Report): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO review_reports (review_id, reporter_id, reason, reported_at)
     SELECT review_id, $2, $3, $4 FROM reviews WHERE review_id = $1 AND status = 'published'
     ON CONFLICT (review_id, reporter_id)
       DO UPDATE SET reason = excluded.reason, reported_at = excluded.reported_at
     RETURNING 1`,
    [report.reviewId, report.reporterId, report.reason, report.reportedAt],
  );
  return rows.length > 0;
}

/** Reports that a moderator has looked at are done with. */
export async function clearReports(tx: Tx, reviewId: string): Promise<void> {
  await tx.query('DELETE FROM review_reports WHERE review_id = $1', [reviewId]);
}

export interface ReportedReview {
  readonly review: Pick<Review, 'reviewId'>;
  readonly reports: { readonly count: number; readonly reasons: readonly string[] };
}

/** How often each review was reported, with the latest reasons. */
export async function reportsOf(
  db: Pick<Database, 'query'>,
  reviewIds: readonly string[],
): Promise<Map<string, ReportedReview['reports']>> {
  const rows = await db.query(
    `SELECT review_id, count(*) AS count,
       (array_agg(reason ORDER BY reported_at DESC))[1:5] AS reasons
     FROM review_reports WHERE review_id = ANY($1) GROUP BY review_id`,
    [reviewIds],
  );
  return new Map(rows.map(({ review_id, count, reasons }) => [review_id, { count, reasons }]));
}
