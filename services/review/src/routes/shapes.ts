import { id, text, timestamp, version } from '@mkt/contracts';
import { type UserId, assert } from '@mkt/kernel';
import { type Actor, type Database, decodeCursor } from '@mkt/service-kit';
import type { Clock } from '@mkt/kernel';
import { z } from 'zod';
import type { ReviewConfig } from '../config.ts';
import { type Rating, type Review, editableUntil } from '../domain/review.ts';
import type { PageKey } from '../store/reviews.ts';

export interface RouteParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: ReviewConfig;
}

export const rating = z.int().min(1).max(5) as unknown as z.ZodType<Rating, number>;
export const words = {
  rating,
  title: text(120),
  body: text(4_000),
  displayName: text(60).nullable(),
};
export const byReviewId = z.strictObject({ reviewId: id<'Review'>() });
export const noSuchReview = { REVIEW_NOT_FOUND: 404 } as const;

const shown = {
  reviewId: id<'Review'>(),
  productId: id<'Product'>(),
  variantId: id<'Variant'>(),
  vendorId: id<'Vendor'>(),
  rating,
  title: z.string(),
  body: z.string(),
  displayName: z.string().nullable(),
  reply: z.strictObject({ body: z.string(), repliedAt: timestamp }).nullable(),
  createdAt: timestamp,
  editedAt: timestamp.nullable(),
  version,
};

/** What everybody may read: not who wrote it, nor in which order it was bought. */
export const publicReview = z.strictObject(shown);

export const ownReview = z.strictObject({
  ...shown,
  lineId: id<'OrderLine'>(),
  status: z.enum(['pending', 'published', 'hidden', 'removed']),
  hiddenReason: z.string().nullable(),
  editableUntil: timestamp,
});

export function publicView(review: Review): z.output<typeof publicReview> {
  const { reviewId, productId, variantId, vendorId, title, body, displayName } = review;
  const { reply, repliedAt, createdAt, editedAt } = review;
  return {
    ...{ reviewId, productId, variantId, vendorId, title, body, displayName },
    rating: review.rating,
    reply:
      reply === null || repliedAt === null
        ? null
        : { body: reply, repliedAt: repliedAt.toISOString() },
    createdAt: createdAt.toISOString(),
    editedAt: editedAt?.toISOString() ?? null,
    version: review.version,
  };
}

export function ownView(review: Review, config: ReviewConfig): z.output<typeof ownReview> {
  return {
    ...publicView(review),
    lineId: review.lineId,
    status: review.status,
    hiddenReason: review.hiddenReason,
    editableUntil: editableUntil(review, config).toISOString(),
  };
}

const pageKey = z.tuple([timestamp, z.uuid()]);

export function afterCursor(cursor: string | undefined): PageKey | null {
  return decodeCursor(cursor, pageKey);
}

export function keyOf({ createdAt, reviewId }: Review): PageKey {
  return [createdAt.toISOString(), reviewId];
}

export function accountOf(actor: Actor): UserId {
  assert(actor.kind === 'user', 'The access rule lets only an account in');
  return actor.userId;
}
