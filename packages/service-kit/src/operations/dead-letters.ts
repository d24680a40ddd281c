import { ok, refuse } from '@mkt/kernel';
import { z } from 'zod';
import type { DeadLetter, DeadLetters, ReplayOutcome } from '../events/dead-letters.ts';
import { decodeIdCursor, pageOf } from '../http/cursor.ts';
import { type AnyRoute, route } from '../http/route.ts';
import { redact, scrub } from '../telemetry/redact.ts';
import { iso, listQuery, listReply, operationsPath, operatorsOnly, when, word } from './page.ts';

const summary = z.strictObject({
  eventId: z.string(),
  type: z.string(),
  aggregateId: z.string(),
  occurredAt: z.string(),
  reason: z.string(),
  attempts: z.int(),
  failedAt: when,
  replayedAt: when,
});
const detail = summary.extend({ envelope: z.record(z.string(), z.unknown()) });
const replayed = z.strictObject({
  eventId: z.string(),
  outcome: z.enum(['applied', 'alreadyApplied', 'failed']),
  reason: z.string().optional(),
});
const params = z.strictObject({ eventId: z.uuid() });
const unknown = { DEAD_LETTER_NOT_FOUND: 404 } as const;
/** Far below every operation's timeout: what is left is taken up by the next call. */
const replayBudgetMs = 4_000;

const notFound = (eventId: string) =>
  refuse('DEAD_LETTER_NOT_FOUND', `No event ${eventId} is parked at this service.`);

function viewOf({ event_id, type, envelope, reason, attempts, ...row }: DeadLetter) {
  return {
    eventId: event_id,
    type,
    aggregateId: envelope.aggregateId,
    occurredAt: envelope.occurredAt,
    reason: scrub(reason),
    attempts,
    failedAt: iso(row.failed_at),
    replayedAt: iso(row.replayed_at),
  };
}

export function deadLetterRoutes(service: string, letters: DeadLetters): AnyRoute[] {
  return [
    route({
      ...operatorsOnly,
      method: 'GET',
      path: operationsPath(service, 'dead-letters'),
      summary: 'List events that this service could not apply, newest first',
      query: z.strictObject({
        ...listQuery,
        type: word.optional(),
        state: z.enum(['waiting', 'replayed', 'all']).default('waiting'),
      }),
      reply: { status: 200, schema: listReply(summary) },
      handle: async ({ query: { limit, cursor, type = null, state } }) => {
        const before = decodeIdCursor(cursor);
        const rows = await letters.list({ type, state, before, limit });
        return ok(pageOf(rows, limit, { item: viewOf, key: ({ event_id }) => event_id }));
      },
    }),
    route({
      ...operatorsOnly,
      method: 'GET',
      path: operationsPath(service, 'dead-letters/:eventId'),
      summary: 'Show a parked event with its envelope, personal data hidden',
      params,
      reply: { status: 200, schema: detail },
      refusals: unknown,
      handle: async ({ params: { eventId } }) => {
        const letter = await letters.find(eventId);
        if (!letter) return notFound(eventId);
        const { payload, ...envelope } = letter.envelope;
        return ok({ ...viewOf(letter), envelope: { ...envelope, payload: redact(payload) } });
      },
    }),
    route({
      ...operatorsOnly,
      method: 'POST',
      path: operationsPath(service, 'dead-letters/:eventId/replay'),
      summary: 'Apply a parked event again; once it is applied a repeat changes nothing',
      repeat: 'natural',
      params,
      reply: { status: 200, schema: replayed },
      refusals: unknown,
      handle: async ({ params: { eventId } }) => {
        const outcome = await letters.replay(eventId);
        return outcome ? ok(outcome) : notFound(eventId);
      },
    }),
    replayAll(service, letters),
  ];
}

function replayAll(service: string, letters: DeadLetters): AnyRoute {
  return route({
    ...operatorsOnly,
    method: 'POST',
    path: operationsPath(service, 'dead-letters/replay'),
    summary: 'Apply up to 100 parked events of a type again, oldest first',
    repeat: 'natural',
    body: z.strictObject({ type: word }),
    reply: {
      status: 200,
      schema: z.strictObject({ items: z.array(replayed), waiting: z.int() }),
    },
    handle: async ({ body: { type } }) => {
      const rows = await letters.oldestWaiting(type, 100);
      const endsAtMs = performance.now() + replayBudgetMs;
      const items: ReplayOutcome[] = [];
      // One after the other: later events of an aggregate may need what earlier ones did.
      for (const { event_id } of rows) {
        if (performance.now() >= endsAtMs) break;
        const outcome = await letters.replay(event_id);
        if (outcome) items.push(outcome);
      }
      return ok({ items, waiting: await letters.countWaiting(type) });
    },
  });
}
