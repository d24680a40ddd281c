import { ok, refuse } from '@mkt/kernel';
import { z } from 'zod';
import { decodeCursor, pageOf } from '../http/cursor.ts';
import { type AnyRoute, route } from '../http/route.ts';
import type { TraceRecorder } from '../telemetry/trace/recorder.ts';
import type { KeptTrace } from '../telemetry/trace/ring.ts';
import type { Span } from '../telemetry/trace/span.ts';
import { listQuery, listReply, operationsPath, operatorsOnly } from './page.ts';

const traceId = z.string().regex(/^[0-9a-f]{32}$/);
const milliseconds = z.coerce.number().int().min(0).max(3_600_000);

/**
 * What one service knows of a trace. Durations and the name are of the whole process, where that is
 * known; spans and errors are the service's own, so that the answers of all services add up.
 */
const summary = z.strictObject({
  traceId: z.string(),
  name: z.string(),
  rootService: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
  spans: z.int(),
  errors: z.int(),
});
const span = z.strictObject({
  spanId: z.string(),
  parentId: z.string().nullable(),
  service: z.string(),
  kind: z.enum(['server', 'client', 'internal', 'producer', 'consumer']),
  name: z.string(),
  startedAt: z.string(),
  startedAtMs: z.number(),
  durationMs: z.number(),
  error: z.string().nullable(),
  facts: z.record(z.string(), z.number()),
});
const detail = z.strictObject({ traceId: z.string(), spans: z.array(span) });
const cursorKey = z.tuple([z.number(), traceId]);

const tenths = (ms: number): number => Math.round(ms * 10) / 10;
const startOf = (trace: KeptTrace): number =>
  trace.spans.reduce((first, one) => Math.min(first, one.startedAtMs), Number.POSITIVE_INFINITY);

/** The span that the others hang from, as far as this process knows. */
function rootOf({ spans }: KeptTrace): Span | undefined {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentId }) => parentId === null || !known.has(parentId));
  return roots.toSorted((a, b) => a.startedAtMs - b.startedAtMs)[0];
}

export function traceRoutes(service: string, traces: TraceRecorder): AnyRoute[] {
  function summaryOf(trace: KeptTrace) {
    const root = rootOf(trace);
    const own = trace.spans.filter((one) => one.service === service);
    return {
      traceId: trace.traceId,
      name: root?.name ?? '',
      rootService: root?.service ?? service,
      startedAt: new Date(startOf(trace)).toISOString(),
      durationMs: tenths(trace.longestMs),
      spans: own.length,
      errors: own.filter(({ error }) => error !== null).length,
    };
  }

  return [
    route({
      ...operatorsOnly,
      method: 'GET',
      path: operationsPath(service, 'traces'),
      summary:
        'List the traces that this service took part in and that are still kept, newest first',
      query: z.strictObject({
        ...listQuery,
        /** Only where a span lasted as long. */
        minMs: milliseconds.default(0),
        failed: z.enum(['true', 'false']).default('false'),
      }),
      reply: { status: 200, schema: listReply(summary) },
      handle: async ({ query: { limit, cursor, minMs, failed } }) => {
        const before = decodeCursor(cursor, cursorKey);
        const found = [...traces.kept.all()]
          .filter((one) => one.longestMs >= minMs && (failed === 'false' || one.errors > 0))
          .filter(({ spans }) => spans.some((one) => one.service === service))
          .map((trace) => ({ trace, key: [startOf(trace), trace.traceId] as const }))
          .filter(({ key }) => !before || isBefore(key, before))
          .sort((a, b) => (isBefore(a.key, b.key) ? 1 : -1))
          .slice(0, limit + 1);
        return ok(
          pageOf(found, limit, { item: ({ trace }) => summaryOf(trace), key: ({ key }) => key }),
        );
      },
    }),
    route({
      ...operatorsOnly,
      method: 'GET',
      path: operationsPath(service, 'traces/:traceId'),
      summary: 'Show the spans of this service in a trace',
      params: z.strictObject({ traceId }),
      reply: { status: 200, schema: detail },
      refusals: { TRACE_NOT_FOUND: 404 },
      handle: async ({ params }) => {
        const kept = traces.kept.get(params.traceId)?.spans ?? [];
        const spans = kept.filter((one) => one.service === service);
        if (spans.length === 0) {
          return refuse('TRACE_NOT_FOUND', 'This service keeps nothing of this trace (any more).');
        }
        return ok({ traceId: params.traceId, spans: spans.map(viewOf) });
      },
    }),
  ];
}

function isBefore(a: readonly [number, string], b: readonly [number, string]): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

function viewOf({ spanId, parentId, service, kind, name, error, facts, ...times }: Span) {
  return {
    ...{ spanId, parentId, service, kind, name, error },
    startedAt: new Date(times.startedAtMs).toISOString(),
    startedAtMs: times.startedAtMs,
    durationMs: Math.round(times.durationMs * 1_000) / 1_000,
    facts: { ...facts } as Record<string, number>,
  };
}
