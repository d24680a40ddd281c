import { type Clock, ok, refuse } from '@mkt/kernel';
import { z } from 'zod';
import type { Database } from '../db/database.ts';
import { decodeCursor, pageOf } from '../http/cursor.ts';
import { type AnyRoute, route } from '../http/route.ts';
import {
  findSaga,
  type InspectedSaga,
  listSagas,
  makeDue,
  type SagaDetail,
} from '../saga/inspect.ts';
import type { SagaRunner } from '../saga/runner.ts';
import { redact, scrub } from '../telemetry/redact.ts';
import { iso, listQuery, listReply, operationsPath, operatorsOnly, when, word } from './page.ts';

const summary = z.strictObject({
  kind: z.string(),
  sagaId: z.string(),
  step: z.string(),
  stuck: z.boolean(),
  underWay: z.boolean(),
  attempts: z.int(),
  lastError: z.string().nullable(),
  dueAt: when,
  createdAt: when,
  updatedAt: when,
  finishedAt: when,
});
const detail = summary.extend({
  state: z.unknown(),
  command: z.unknown(),
  signals: z.array(z.unknown()),
});
const params = z.strictObject({ kind: word, sagaId: z.uuid() });
const cursorKey = z.tuple([word, z.uuid()]);
type SagaKey = z.output<typeof params>;

export interface SagaRouteParts {
  readonly service: string;
  readonly db: Database;
  readonly clock: Clock;
  /** By kind; those that this code no longer knows cannot be driven. */
  readonly runners: ReadonlyMap<string, Pick<SagaRunner<unknown, unknown>, 'advance'>>;
}

function summaryOf(row: InspectedSaga) {
  return {
    kind: row.kind,
    sagaId: row.id,
    step: row.step,
    stuck: row.stuck,
    underWay: row.leased,
    attempts: row.attempts,
    lastError: row.last_error === null ? null : scrub(row.last_error),
    dueAt: iso(row.due_at),
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
    finishedAt: iso(row.finished_at),
  };
}

function detailOf(row: SagaDetail) {
  return {
    ...summaryOf(row),
    state: redact(row.state),
    command: redact(row.command),
    signals: row.signals.map((signal) => redact(signal)),
  };
}

const notFound = ({ kind, sagaId }: SagaKey) =>
  refuse('SAGA_NOT_FOUND', `This service stores no ${kind} with the id ${sagaId}.`);

export function sagaRoutes(parts: SagaRouteParts): AnyRoute[] {
  const { service, db, clock } = parts;
  return [
    route({
      ...operatorsOnly,
      method: 'GET',
      path: operationsPath(service, 'sagas'),
      summary: 'List the stored processes of this service; those that are stuck, where asked',
      query: z.strictObject({
        ...listQuery,
        kind: word.optional(),
        step: word.optional(),
        state: z.enum(['open', 'stuck', 'finished', 'all']).default('open'),
      }),
      reply: { status: 200, schema: listReply(summary) },
      handle: async ({ query: { limit, cursor, kind = null, step = null, state } }) => {
        const before = decodeCursor(cursor, cursorKey);
        const now = clock.now();
        const rows = await listSagas(db, { kind, step, state, before, limit, now });
        return ok(pageOf(rows, limit, { item: summaryOf, key: (row) => [row.kind, row.id] }));
      },
    }),
    route({
      ...operatorsOnly,
      method: 'GET',
      path: operationsPath(service, 'sagas/:kind/:sagaId'),
      summary: 'Show where a process stands, personal data hidden',
      params,
      reply: { status: 200, schema: detail },
      refusals: { SAGA_NOT_FOUND: 404 },
      handle: async ({ params: key }) => {
        const found = await findSaga(db, { kind: key.kind, id: key.sagaId }, clock.now());
        return found ? ok(detailOf(found)) : notFound(key);
      },
    }),
    route({
      ...operatorsOnly,
      method: 'POST',
      path: operationsPath(service, 'sagas/:kind/:sagaId/retry'),
      summary: 'Take a process up now: its command again, or what waits for it',
      repeat: 'natural',
      params,
      reply: { status: 200, schema: detail },
      refusals: { SAGA_NOT_FOUND: 404, SAGA_FINISHED: 409, SAGA_UNDER_WAY: 409, SAGA_UNKNOWN: 409 },
      handle: ({ params: key }) => retry(parts, key),
    }),
  ];
}

async function retry({ db, clock, runners }: SagaRouteParts, key: SagaKey) {
  const saga = { kind: key.kind, id: key.sagaId };
  const found = await findSaga(db, saga, clock.now());
  if (!found) return notFound(key);
  if (found.finished_at) {
    return refuse('SAGA_FINISHED', `It ended as ${found.step}: there is nothing left to try.`);
  }
  const runner = runners.get(key.kind);
  if (!runner) {
    return refuse('SAGA_UNKNOWN', `This version of the service has no process ${key.kind}.`);
  }
  if (!(await makeDue(db, saga, clock.now()))) {
    return refuse('SAGA_UNDER_WAY', 'It is being driven right now. Look again in a moment.');
  }
  await runner.advance(key.sagaId);
  const after = await findSaga(db, saga, clock.now());
  return after ? ok(detailOf(after)) : notFound(key);
}
