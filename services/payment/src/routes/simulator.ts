import { Readable } from 'node:stream';
import { type Clock, ok, refuse, uuidv7 } from '@mkt/kernel';
import { Answer, type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import { recognize, testCards } from '../simulator/cards.ts';
import { challengePage } from '../simulator/challenge-page.ts';
import type { SimulatedPayment, SimulatorStore } from '../simulator/store.ts';

export interface SimulatorRouteOptions {
  readonly store: SimulatorStore;
  readonly clock: Clock;
  /** A notice is due. */
  armNotices(dueAt: Date): void;
}

const card = z.strictObject({
  number: z.string().min(1).max(32),
  expMonth: z.int().min(1).max(12),
  expYear: z.int().min(2000).max(2100),
  cvc: z.string().regex(/^\d{3,4}$/, 'must be 3 or 4 digits'),
});
const challengeParams = z.strictObject({ challengeId: z.uuid() });
const challenge = z.strictObject({
  challengeId: z.uuid(),
  status: z.enum(['open', 'approved', 'denied', 'ended']),
  amountMinor: z.int(),
  currency: z.string(),
});

function challengeOf(payment: SimulatedPayment): z.output<typeof challenge> {
  const statuses = {
    requiresAction: 'open',
    authorized: 'approved',
    declined: 'denied',
    processing: 'open',
    voided: 'ended',
  } as const;
  const { amountMinor, currency } = payment;
  return {
    challengeId: payment.challengeId ?? '',
    status: statuses[payment.status],
    amountMinor,
    currency,
  };
}

const outcomes = {
  approve: { status: 'authorized', declineCode: null },
  deny: { status: 'declined', declineCode: 'authentication_failed' },
} as const;

const noChallenge = refuse('CHALLENGE_NOT_FOUND', 'There is no such challenge.');

/** The simulated provider's own pages: its card form's address and its bank's confirmation. */
export function simulatorRoutes(options: SimulatorRouteOptions): AnyRoute[] {
  const { store, clock } = options;
  return [
    route({
      method: 'GET',
      path: '/v1/payment-simulator/cards',
      summary: 'The test cards and what each does',
      access: 'public',
      publicCacheSeconds: 300,
      reply: {
        status: 200,
        schema: z.strictObject({
          items: z.array(
            z.strictObject({ number: z.string(), behaviour: z.string(), summary: z.string() }),
          ),
        }),
      },
      handle: async () =>
        ok({
          items: testCards.map(({ number, behaviour, summary }) => ({
            number,
            behaviour,
            summary,
          })),
        }),
    }),
    route({
      method: 'POST',
      path: '/v1/payment-simulator/tokens',
      summary: 'Exchange a test card for a payment token; the number is not kept',
      access: 'public',
      repeat: 'natural',
      body: card,
      reply: {
        status: 201,
        schema: z.strictObject({ token: z.string(), last4: z.string() }),
      },
      refusals: { CARD_NUMBER_INVALID: 422, CARD_EXPIRED: 422, CARD_NOT_A_TEST_CARD: 422 },
      async handle({ body }) {
        const now = clock.now();
        const known = recognize(body, now);
        if (!known.ok) return known;
        const token = `tok_${crypto.randomUUID().replaceAll('-', '')}`;
        await store.addToken(token, known.value, now);
        return ok({ token, last4: known.value.number.slice(-4) });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/payment-simulator/challenges/:challengeId',
      summary: 'Show a 3-D Secure challenge, as a page or as JSON by Accept',
      access: 'public',
      params: challengeParams,
      reply: { status: 200, schema: 'stream', type: 'application/json; charset=utf-8' },
      refusals: { CHALLENGE_NOT_FOUND: 404 },
      async handle({ params, headers }) {
        const payment = await store.challenge(params.challengeId);
        if (!payment) return noChallenge;
        if (!(headers.accept ?? '').includes('text/html')) {
          return ok(Readable.from([JSON.stringify(challengeOf(payment))]));
        }
        const page = challengePage(payment);
        return ok(new Answer(Readable.from([page.html]), page.headers));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/payment-simulator/challenges/:challengeId',
      summary: 'Approve or deny a 3-D Secure challenge',
      access: 'public',
      repeat: 'natural',
      params: challengeParams,
      body: z.strictObject({ outcome: z.enum(['approve', 'deny']) }),
      reply: { status: 200, schema: challenge },
      refusals: { CHALLENGE_NOT_FOUND: 404, CHALLENGE_ENDED: 409 },
      async handle({ params, body }) {
        const outcome = outcomes[body.outcome];
        const now = clock.now();
        const eventId = `evt_${uuidv7()}`;
        if (await store.endChallenge(params.challengeId, outcome, eventId, now)) {
          options.armNotices(now);
        }
        const payment = await store.challenge(params.challengeId);
        if (!payment) return noChallenge;
        if (payment.status !== outcome.status) {
          return refuse('CHALLENGE_ENDED', 'This challenge has another outcome already.');
        }
        return ok(challengeOf(payment));
      },
    }),
  ];
}
