import { id, pageQuery, text, timestamp } from '@mkt/contracts';
import { assert, type Clock, newId, ok, refuse, type UserId } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  decodeIdCursor,
  pageOf,
  platformScope,
  route,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { displayNameOf, summaryOf } from '../domain/rating.ts';
import { findLine, reviewableLines } from '../store/lines.ts';
import {
  addReport,
  countRating,
  insertReview,
  listReviews,
  lockReview,
  ratingCounts,
  saveReview,
} from '../store/reviews.ts';
import { rating, replyOf, reviewPage, reviewReply } from './shapes.ts';

const dayMs = 86_400_000;
/** A review may be rewritten for as long as the impression is fresh. */
const editableForMs = 30 * dayMs;

const byReview = z.strictObject({ reviewId: id<'Review'>() });
const words = { rating, title: text(120), body: text(4_000) };

function personOf(actor: Actor): UserId {
  assert(actor.kind === 'user', 'The access rule lets only accounts in');
  return actor.userId;
}

export function shopperRoutes(db: Database, clock: Clock): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/reviews',
      summary: 'Published reviews of a product, newest first, with their summary',
      access: 'public',
      query: z.strictObject({ ...pageQuery, productId: id<'Product'>() }),
      reply: { status: 200, schema: reviewPage },
      publicCacheSeconds: 5,
      async handle({ query }) {
        const { productId, limit } = query;
        const before = decodeIdCursor(query.cursor);
        const filter = { productId, shopperId: undefined, publishedOnly: true, before, limit };
        const [rows, counts] = await Promise.all([
          listReviews(db, filter),
          ratingCounts(db, productId),
        ]);
        const listed = pageOf(rows, limit, { item: replyOf, key: ({ reviewId }) => reviewId });
        return ok({ ...listed, summary: { ...summaryOf(counts), counts: [...counts] } });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/reviews/reviewable',
      summary: 'What has arrived and has no review yet',
      access: 'account',
      reply: {
        status: 200,
        schema: z.strictObject({
          items: z.array(
            z.strictObject({
              lineId: id<'OrderLine'>(),
              productId: id<'Product'>(),
              title: z.string(),
              deliveredAt: timestamp,
            }),
          ),
        }),
      },
      async handle({ actor }) {
        const lines = await reviewableLines(db, personOf(actor));
        return ok({
          items: lines.flatMap(({ lineId, productId, title, deliveredAt }) =>
            deliveredAt
              ? [{ lineId, productId, title, deliveredAt: deliveredAt.toISOString() }]
              : [],
          ),
        });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/reviews/mine',
      summary: 'Own reviews, newest first',
      access: 'account',
      query: z.strictObject(pageQuery),
      reply: { status: 200, schema: reviewPage },
      async handle({ actor, query: { cursor, limit } }) {
        const rows = await listReviews(db, {
          productId: undefined,
          shopperId: personOf(actor),
          publishedOnly: false,
          before: decodeIdCursor(cursor),
          limit,
        });
        const listed = pageOf(rows, limit, { item: replyOf, key: ({ reviewId }) => reviewId });
        return ok({ ...listed, summary: null });
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reviews',
      summary: 'Review something that was bought here and has arrived',
      access: 'account',
      body: z.strictObject({
        lineId: id<'OrderLine'>(),
        ...words,
        displayName: text(60).optional(),
      }),
      reply: { status: 201, schema: reviewReply },
      refusals: { LINE_NOT_FOUND: 404, REVIEW_NOT_DELIVERED: 409, REVIEW_EXISTS: 409 },
      handle: ({ actor, body, mutate }) =>
        mutate(platformScope, async (tx) => {
          const shopperId = personOf(actor);
          const line = await findLine(tx, body.lineId, shopperId);
          if (!line) return refuse('LINE_NOT_FOUND', 'You have bought no such line.');
          if (!line.deliveredAt) {
            return refuse('REVIEW_NOT_DELIVERED', 'Review it once it has arrived.');
          }
          const review = await insertReview(tx, {
            reviewId: newId<'Review'>(),
            lineId: line.lineId,
            vendorId: line.vendorId,
            productId: line.productId,
            shopperId,
            displayName: displayNameOf(body.displayName),
            rating: body.rating,
            title: body.title,
            body: body.body,
            createdAt: clock.now(),
          });
          if (!review) return refuse('REVIEW_EXISTS', 'You have reviewed this line already.');
          await countRating(tx, review, null, review.rating);
          return ok(versioned(replyOf(review)));
        }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/reviews/:reviewId',
      summary: 'Rewrite an own review within thirty days',
      access: 'account',
      params: byReview,
      body: z.strictObject(words),
      reply: { status: 200, schema: reviewReply },
      refusals: { REVIEW_NOT_FOUND: 404, REVIEW_TOO_OLD: 409 },
      handle: ({ actor, params, body, ifMatch, mutate }) =>
        mutate(platformScope, async (tx) => {
          const known = await lockReview(tx, params.reviewId);
          if (known?.shopperId !== personOf(actor)) {
            return refuse('REVIEW_NOT_FOUND', 'You have written no such review.');
          }
          if (ifMatch !== undefined && ifMatch !== known.version) {
            return refuse('VERSION_CONFLICT', `The review has version ${known.version} now.`);
          }
          if (clock.now().getTime() > known.createdAt.getTime() + editableForMs) {
            return refuse('REVIEW_TOO_OLD', 'A review can be rewritten for thirty days.');
          }
          const saved = await saveReview(tx, { ...known, ...body });
          if (known.status === 'published') {
            await countRating(tx, known, known.rating, saved.rating);
          }
          return ok(versioned(replyOf(saved)));
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/reviews/:reviewId/report',
      summary: 'Point an operator at a review that breaks the rules',
      access: 'account',
      params: byReview,
      body: z.strictObject({ reason: text(500) }),
      reply: { status: 200, schema: z.strictObject({ reported: z.literal(true) }) },
      refusals: { REVIEW_NOT_FOUND: 404 },
      handle: ({ actor, params, body, mutate }) =>
        mutate(platformScope, async (tx) => {
          const known = await lockReview(tx, params.reviewId);
          if (!known) return refuse('REVIEW_NOT_FOUND', 'There is no such review.');
          await addReport(tx, params.reviewId, personOf(actor), body.reason);
          return ok({ reported: true as const });
        }),
    }),
  ];
}
