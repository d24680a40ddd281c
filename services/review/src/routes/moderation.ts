import { id, text } from '@mkt/contracts';
import { type Clock, ok, refuse, type VendorId } from '@mkt/kernel';
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
