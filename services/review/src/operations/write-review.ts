import { type Refusal, type Result, type UserId, newId, ok, refuse } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { ReviewConfig } from '../config.ts';
import { type Review, type ReviewWords, edit, firstStatus, remove } from '../domain/review.ts';
import { findOwnLine } from '../store/lines.ts';
import { deleteReview, insertReview, lockReview, saveReview } from '../store/reviews.ts';
import { applyToRating } from './rating.ts';

export interface Author {
  readonly shopperId: UserId;
  readonly now: Date;
  readonly config: ReviewConfig;
}

const unknownReview = refuse('REVIEW_NOT_FOUND', 'You have no such review.');

export async function writeReview(
  tx: Tx,
  { shopperId, now, config }: Author,
  { lineId, words }: { readonly lineId: string; readonly words: ReviewWords },
): Promise<Result<Review, Refusal>> {
  const line = await findOwnLine(tx, lineId, shopperId);
  if (!line) return refuse('LINE_NOT_FOUND', 'None of your orders has this line.');
  if (line === 'notDelivered') {
    return refuse('REVIEW_NOT_DELIVERED', 'A line can be reviewed when it has been delivered.');
  }
  const { productId, variantId, vendorId } = line;
  const review: Review = {
    ...words,
    ...{ reviewId: newId(now.getTime()), lineId: line.lineId, productId, variantId, vendorId },
    ...{ shopperId, status: firstStatus(config), hiddenReason: null, reply: null, repliedAt: null },
    ...{ version: 1, createdAt: now, editedAt: null },
  };
  if (!(await insertReview(tx, review))) {
    return refuse('REVIEW_EXISTS', 'This line has been reviewed: each line takes one review.');
  }
  await applyToRating(tx, null, review);
  return ok(review);
}

export async function editReview(
  tx: Tx,
  { shopperId, now, config }: Author,
  change: {
    readonly reviewId: string;
    readonly words: Partial<ReviewWords>;
    readonly ifMatch: number | undefined;
  },
): Promise<Result<Review, Refusal>> {
  const before = await lockReview(tx, change.reviewId, shopperId);
  if (!before) return unknownReview;
  if (change.ifMatch !== undefined && change.ifMatch !== before.version) {
    return refuse('VERSION_CONFLICT', 'The review has another version now: read it again.');
  }
  const edited = edit(before, change.words, { now, config });
  if (!edited.ok) return edited;
  await saveReview(tx, edited.value);
  await applyToRating(tx, before, edited.value);
  return edited;
}

export async function removeReview(
  tx: Tx,
  shopperId: UserId,
  reviewId: string,
): Promise<Result<void, Refusal>> {
  const before = await lockReview(tx, reviewId, shopperId);
  if (!before) return unknownReview;
  const after = remove(before);
  if (after) await saveReview(tx, after);
  else await deleteReview(tx, reviewId);
  await applyToRating(tx, before, after);
  return ok();
}
