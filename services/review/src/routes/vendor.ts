import { page, pageQuery, text } from '@mkt/contracts';
import { type VendorId, assert, ok, refuse } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  pageOf,
  route,
  vendorOfActor,
  vendorScope,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { listReviews, saveReply } from '../store/reviews.ts';
import {
  type RouteParts,
  afterCursor,
  byReviewId,
  keyOf,
  noSuchReview,
  publicReview,
  publicView,
} from './shapes.ts';

const readers = {
  staff: ['owner', 'manager', 'fulfiller', 'finance'],
  scope: 'orders:read',
} as const;
const repliers = { staff: ['owner', 'manager'], scope: 'orders:write' } as const;

function vendorOf(actor: Actor): VendorId {
  const vendorId = vendorOfActor(actor);
  assert(vendorId, 'The access rule lets only a vendor in');
  return vendorId;
}

export function vendorRoutes({ db, clock }: RouteParts): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/reviews/received',
      summary: "Published reviews of the own vendor's products, newest first",
      access: [readers],
      query: z.strictObject(pageQuery),
      reply: { status: 200, schema: page(publicReview) },
      async handle({ actor, query: { limit, cursor } }) {
        const after = afterCursor(cursor);
        const filter = { by: 'status', value: 'published', after, limit } as const;
        // The scope leaves the vendor's own rows.
        const rows = await db.transaction(vendorScope(vendorOf(actor)), (tx) =>
          listReviews(tx, filter),
        );
        return ok(pageOf(rows, limit, { item: publicView, key: keyOf }));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reviews/:reviewId/reply',
      summary: "Reply to a review of the own vendor's product; another reply replaces it",
      access: [repliers],
      params: byReviewId,
      body: z.strictObject({ body: text(2_000) }),
      reply: { status: 200, schema: publicReview },
      refusals: noSuchReview,
      handle: ({ actor, body, params: { reviewId }, mutate }) =>
        mutate(vendorScope(vendorOf(actor)), async (tx) => {
          const saved = await saveReply(tx, reviewId, { reply: body.body, at: clock.now() });
          if (!saved) return refuse('REVIEW_NOT_FOUND', 'You have no such review to reply to.');
          return ok(versioned(publicView(saved)));
        }),
    }),
  ];
}
