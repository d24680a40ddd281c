import { id, page, timestamp, version } from '@mkt/contracts';
import { z } from 'zod';
import type { Review } from '../store/reviews.ts';

export const rating = z.int().min(1).max(5);

export const reviewReply = z.strictObject({
  reviewId: id<'Review'>(),
  productId: id<'Product'>(),
  vendorId: id<'Vendor'>(),
  displayName: z.string(),
  rating,
  title: z.string(),
  body: z.string(),
  status: z.enum(['published', 'hidden']),
  reply: z.strictObject({ body: z.string(), at: timestamp }).nullable(),
  createdAt: timestamp,
  version,
});
export const reviewPage = z.strictObject({
  ...page(reviewReply).shape,
  /** Of the product asked for; null in lists of another kind. */
  summary: z
    .strictObject({ average: z.number(), count: z.int(), counts: z.array(z.int()) })
    .nullable(),
});

export function replyOf(review: Review): z.output<typeof reviewReply> {
  const { reply, repliedAt } = review;
  return {
    reviewId: review.reviewId,
    productId: review.productId,
    vendorId: review.vendorId,
    displayName: review.displayName,
    rating: review.rating,
    title: review.title,
    body: review.body,
    status: review.status,
    reply: reply && repliedAt ? { body: reply, at: repliedAt.toISOString() } : null,
    createdAt: review.createdAt.toISOString(),
    version: review.version,
  };
}
