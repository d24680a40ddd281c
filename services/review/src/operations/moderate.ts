import { type Refusal, type Result, ok, refuse } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { Review } from '../domain/review.ts';
import { clearReports } from '../store/reports.ts';
import { lockReview, saveReview } from '../store/reviews.ts';
import { applyToRating } from './rating.ts';

/** A moderator's decision on one review; what was reported about it is answered by it. */
export async function moderate(
  tx: Tx,
  reviewId: string,
  decide: (review: Review) => Review,
): Promise<Result<Review, Refusal>> {
  const before = await lockReview(tx, reviewId);
  if (!before) return refuse('REVIEW_NOT_FOUND', 'There is no such review.');
  const after = decide(before);
  if (after !== before) {
    await saveReview(tx, after);
    await applyToRating(tx, before, after);
  }
  await clearReports(tx, reviewId);
  return ok(after);
}
