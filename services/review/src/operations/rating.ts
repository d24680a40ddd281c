import { reviewRatingChanged } from '@mkt/contracts';
import type { Tx } from '@mkt/service-kit';
import { type Review, countedRating } from '../domain/review.ts';
import { histogramChange, summarize } from '../domain/summary.ts';
import { addToRating } from '../store/ratings.ts';

/** Carries a change of one review over to its product's rating and tells it, where it counts. */
export async function applyToRating(
  tx: Tx,
  before: Review | null,
  after: Review | null,
): Promise<void> {
  const review = after ?? before;
  const change = histogramChange(countedRating(before), countedRating(after));
  if (!review || !change) return;
  const { productId, vendorId } = review;
  const { histogram, version } = await addToRating(tx, review, change);
  tx.emit({
    contract: reviewRatingChanged,
    aggregateId: productId,
    aggregateVersion: version,
    vendorId,
    payload: { productId, vendorId, ...summarize(histogram) },
  });
}
