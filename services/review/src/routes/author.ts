import { id, page, pageQuery, timestamp } from '@mkt/contracts';
import { ok } from '@mkt/kernel';
import { type AnyRoute, pageOf, platformScope, route, versioned } from '@mkt/service-kit';
import { z } from 'zod';
import type { ReviewWords } from '../domain/review.ts';
import { editReview, removeReview, writeReview } from '../operations/write-review.ts';
import { listReviewable } from '../store/lines.ts';
import { listReviews } from '../store/reviews.ts';
import {
  type RouteParts,
  accountOf,
  afterCursor,
  byReviewId,
  keyOf,
  noSuchReview,
  ownReview,
  ownView,
  words,
} from './shapes.ts';

const reviewable = z.strictObject({
  lineId: id<'OrderLine'>(),
  orderId: id<'Order'>(),
  productId: id<'Product'>(),
  variantId: id<'Variant'>(),
  vendorId: id<'Vendor'>(),
  title: z.string(),
  deliveredAt: timestamp,
});

const newReview = z.strictObject({
  ...words,
  lineId: id<'OrderLine'>(),
  displayName: words.displayName.default(null),
});

const changedReview = z
  .strictObject(words)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change something');

/** What the caller named, without the fields it left out. */
function given(change: z.output<typeof changedReview>): Partial<ReviewWords> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

export function authorRoutes(parts: RouteParts): AnyRoute[] {
  return [...authorReads(parts), ...authorWrites(parts)];
}

function authorReads({ db, config }: RouteParts): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/reviews/mine',
      summary: 'Your reviews, newest first',
      access: 'account',
      query: z.strictObject(pageQuery),
      reply: { status: 200, schema: page(ownReview) },
      async handle({ actor, query: { limit, cursor } }) {
        const filter = { by: 'shopper_id', value: accountOf(actor), limit } as const;
        const rows = await listReviews(db, { ...filter, after: afterCursor(cursor) });
        return ok(pageOf(rows, limit, { item: (row) => ownView(row, config), key: keyOf }));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/reviews/reviewable',
      summary: 'Delivered lines that you have not reviewed yet',
      access: 'account',
      query: z.strictObject(pageQuery),
      reply: { status: 200, schema: page(reviewable) },
      async handle({ actor, query: { limit, cursor } }) {
        const after = afterCursor(cursor);
        const rows = await listReviewable(db, accountOf(actor), { after, limit });
        return ok(
          pageOf(rows, limit, {
            item: ({ shopperId: _, deliveredAt, ...line }) => ({
              ...line,
              deliveredAt: deliveredAt.toISOString(),
            }),
            key: ({ deliveredAt, lineId }) => [deliveredAt.toISOString(), lineId],
          }),
        );
      },
    }),
  ];
}

function authorWrites({ clock, config }: RouteParts): AnyRoute[] {
  return [
    route({
      method: 'POST',
      path: '/v1/reviews',
      summary: 'Review a delivered line of your own',
      access: 'account',
      body: newReview,
      reply: { status: 201, schema: ownReview },
      refusals: { LINE_NOT_FOUND: 404, REVIEW_NOT_DELIVERED: 409, REVIEW_EXISTS: 409 },
      handle: ({ actor, body: { lineId, ...given }, mutate }) =>
        mutate(platformScope, async (tx) => {
          const author = { shopperId: accountOf(actor), now: clock.now(), config };
          const written = await writeReview(tx, author, { lineId, words: given });
          return written.ok ? ok(versioned(ownView(written.value, config))) : written;
        }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/reviews/:reviewId',
      summary: 'Change your review, within 30 days',
      access: 'account',
      params: byReviewId,
      body: changedReview,
      reply: { status: 200, schema: ownReview },
      refusals: { ...noSuchReview, REVIEW_EDIT_EXPIRED: 409 },
      handle: ({ actor, body, ifMatch, params: { reviewId }, mutate }) =>
        mutate(platformScope, async (tx) => {
          const author = { shopperId: accountOf(actor), now: clock.now(), config };
          const edited = await editReview(tx, author, { reviewId, words: given(body), ifMatch });
          return edited.ok ? ok(versioned(ownView(edited.value, config))) : edited;
        }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/reviews/:reviewId',
      summary: 'Take your review back',
      access: 'account',
      params: byReviewId,
      reply: { status: 204 },
      refusals: noSuchReview,
      handle: ({ actor, params: { reviewId }, mutate }) =>
        mutate(platformScope, async (tx) => {
          const removed = await removeReview(tx, accountOf(actor), reviewId);
          return removed.ok ? ok(undefined) : removed;
        }),
    }),
  ];
}
