import { id, text } from '@mkt/contracts';
import { type Clock, type VendorId, ok, refuse } from '@mkt/kernel';
import {
  type AnyRoute,
  platformScope,
  route,
  vendorOfActor,
  vendorScope,
  versioned,
} from '@mkt/service-kit';
import { z } from 'zod';
import { countRating, lockReview, saveReview } from '../store/reviews.ts';
import { replyOf, reviewReply } from './shapes.ts';

const byReview = z.strictObject({ reviewId: id<'Review'>() });
const answers = { staff: ['owner', 'manager'], scope: 'orders:write' } as const;
const refusals = { REVIEW_NOT_FOUND: 404 };
const reply = { status: 200, schema: reviewReply } as const;

function notFound() {
  return refuse('REVIEW_NOT_FOUND', 'There is no such review.');
}

export function moderationRoutes(clock: Clock): AnyRoute[] {
  return [
    route({
      method: 'POST',
      path: '/v1/reviews/:reviewId/reply',
      summary: 'Answer a review of an own product; answering again replaces the answer',
      access: [answers],
      params: byReview,
      body: z.strictObject({ body: text(2_000) }),
      reply,
      refusals,
      handle: ({ actor, params, body, mutate }) =>
        mutate(vendorScope(vendorOfActor(actor) as VendorId), async (tx) => {
          const known = await lockReview(tx, params.reviewId);
          if (!known) return notFound();
          const answered = { ...known, reply: body.body, repliedAt: clock.now() };
          return ok(versioned(replyOf(await saveReview(tx, answered))));
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/reviews/:reviewId/hide',
      summary: 'Take a review out of sight; it no longer counts',
      access: 'operator',
      params: byReview,
      body: z.strictObject({ reason: text(500) }),
      reply,
      refusals,
      handle: ({ params, body, mutate }) =>
        mutate(platformScope, async (tx) => {
          const known = await lockReview(tx, params.reviewId);
          if (!known) return notFound();
          const hidden = { ...known, status: 'hidden', hiddenReason: body.reason } as const;
          const saved = await saveReview(tx, hidden);
          if (known.status === 'published') await countRating(tx, known, known.rating, null);
          return ok(versioned(replyOf(saved)));
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/reviews/:reviewId/show',
      summary: 'Show a hidden review again',
      access: 'operator',
      params: byReview,
      reply,
      refusals,
      handle: ({ params, mutate }) =>
        mutate(platformScope, async (tx) => {
          const known = await lockReview(tx, params.reviewId);
          if (!known) return notFound();
          const shown = { ...known, status: 'published', hiddenReason: null } as const;
          const saved = await saveReview(tx, shown);
          if (known.status === 'hidden') await countRating(tx, known, null, known.rating);
          return ok(versioned(replyOf(saved)));
        }),
    }),
  ];
}

function moderatedView(
  review: Review,
  reports: Reports | undefined,
  { config }: RouteParts,
): z.output<typeof moderatedReview> {
  return {
    ...ownView(review, config),
    shopperId: review.shopperId,
    reports: reports ?? { count: 0, reasons: [] },
  };
}

/** `reported` are published reviews that somebody has complained about. */
const queues = z.enum(['pending', 'reported', 'hidden']);

export function moderationRoutes(parts: RouteParts): AnyRoute[] {
  const { db, clock } = parts;
  return [
    route({
      method: 'GET',
      path: '/v1/reviews/moderation',
      summary: 'Reviews that wait for a moderator, or were hidden by one',
      access: 'operator',
      query: z.strictObject({ ...pageQuery, queue: queues.default('reported') }),
      reply: { status: 200, schema: page(moderatedReview) },
      async handle({ query: { queue, limit, cursor } }) {
        const reportedOnly = queue === 'reported';
        const value = reportedOnly ? 'published' : queue;
        const after = afterCursor(cursor);
        const rows = await listReviews(db, { by: 'status', value, reportedOnly, after, limit });
        const reports = await reportsOf(db, rows.map(({ reviewId }) => reviewId));
        return ok(
          pageOf(rows, limit, {
            item: (row) => moderatedView(row, reports.get(row.reviewId), parts),
            key: keyOf,
          }),
        );
      },
    }),
    route({
      method: 'POST',
      path: '/v1/reviews/:reviewId/hide',
      summary: 'Hide a review; its author sees the reason',
      access: 'operator',
      params: byReviewId,
      body: z.strictObject({ reason: text(500) }),
      reply: { status: 200, schema: moderatedReview },
      refusals: noSuchReview,
      handle: ({ body, params: { reviewId }, mutate }) =>
        mutate(platformScope, async (tx) => {
          const hidden = await moderate(tx, reviewId, (review) => hide(review, body.reason));
          return hidden.ok ? ok(versioned(moderatedView(hidden.value, undefined, parts))) : hidden;
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/reviews/:reviewId/show',
      summary: 'Publish a review that waits or was hidden; its reports are dismissed',
      access: 'operator',
      params: byReviewId,
      reply: { status: 200, schema: moderatedReview },
      refusals: noSuchReview,
      handle: ({ params: { reviewId }, mutate }) =>
        mutate(platformScope, async (tx) => {
          const shown = await moderate(tx, reviewId, show);
          return shown.ok ? ok(versioned(moderatedView(shown.value, undefined, parts))) : shown;
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/reviews/:reviewId/report',
      summary: 'Report a review to the moderators',
      access: 'account',
      params: byReviewId,
      body: z.strictObject({ reason: text(500) }),
      reply: { status: 204 },
      refusals: noSuchReview,
      handle: ({ actor, body, params: { reviewId }, mutate }) =>
        mutate(platformScope, async (tx) => {
          const who = { reviewId, reporterId: accountOf(actor) };
          const saved = await saveReport(tx, { ...who, ...body, reportedAt: clock.now() });
          return saved ? ok(undefined) : refuse('REVIEW_NOT_FOUND', 'There is no such review.');
        }),
    }),
  ];
}
