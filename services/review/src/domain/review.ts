import type { Id, ProductId, ReviewId, UserId, VariantId, VendorId } from '@mkt/kernel';
import { type Refusal, type Result, ok, refuse } from '@mkt/kernel';
import type { ReviewConfig } from '../config.ts';

export type Rating = 1 | 2 | 3 | 4 | 5;
export type ReviewStatus = 'pending' | 'published' | 'hidden' | 'removed';

export interface ReviewWords {
  readonly rating: Rating;
  readonly title: string;
  readonly body: string;
  readonly displayName: string | null;
}

export interface Review extends ReviewWords {
  readonly reviewId: ReviewId;
  readonly lineId: Id<'OrderLine'>;
  readonly productId: ProductId;
  readonly variantId: VariantId;
  readonly vendorId: VendorId;
  readonly shopperId: UserId;
  readonly status: ReviewStatus;
  readonly hiddenReason: string | null;
  readonly reply: string | null;
  readonly repliedAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly editedAt: Date | null;
}

/** What a change leaves: the review as it is now, or nothing. */
export type Decision = Result<Review | null, Refusal>;

/** The rating that counts towards the product's, if any does. */
export function countedRating(review: Review | null): Rating | null {
  return review?.status === 'published' ? review.rating : null;
}

export function firstStatus({ moderation }: ReviewConfig): ReviewStatus {
  return moderation === 'after' ? 'published' : 'pending';
}

export function editableUntil(review: Review, { editWindowMs }: ReviewConfig): Date {
  return new Date(review.createdAt.getTime() + editWindowMs);
}

/** New words go through moderation again where it comes first; what is hidden stays hidden. */
export function edit(
  review: Review,
  words: Partial<ReviewWords>,
  { now, config }: { readonly now: Date; readonly config: ReviewConfig },
): Result<Review, Refusal> {
  if (now > editableUntil(review, config)) {
    return refuse('REVIEW_EDIT_EXPIRED', 'A review can be changed for 30 days after it was written.');
  }
  return ok({
    ...review,
    ...words,
    status: review.status === 'hidden' ? 'hidden' : firstStatus(config),
    version: review.version + 1,
    editedAt: now,
  });
}

/** A hidden review leaves its mark, so that writing it again does not undo the moderator. */
export function remove(review: Review): Review | null {
  if (review.status !== 'hidden') return null;
  return {
    ...review,
    status: 'removed',
    title: '',
    body: '',
    displayName: null,
    reply: null,
    repliedAt: null,
    version: review.version + 1,
  };
}

/** Hiding what is hidden already changes the reason alone. */
export function hide(review: Review, reason: string): Review {
  return { ...review, status: 'hidden', hiddenReason: reason, version: review.version + 1 };
}

export function show(review: Review): Review {
  if (review.status === 'published') return review;
  return { ...review, status: 'published', hiddenReason: null, version: review.version + 1 };
}
