import type { ServiceName } from '@mkt/topology';
import type { Api } from '../adapters/api.ts';
import { Failure } from '../failure.ts';
import { askAll, listOfAll, operationsPath, servicesMeant } from './fleet.ts';

/** From here on a piece of work is slow: the services keep its trace longer. */
export const slowMs = 500;

/** One service's part of a trace, as it lists it. */
interface TracePart {
  readonly traceId: string;
  readonly name: string;
  readonly rootService: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly spans: number;
  readonly errors: number;
}

export interface Trace extends TracePart {
  readonly services: readonly ServiceName[];
}

export interface Span {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly kind: string;
  readonly name: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly error: string | null;
}

export interface TraceFilter {
  readonly slow: boolean;
  readonly failed: boolean;
  readonly service?: string | undefined;
  readonly limit: number;
}

/** Traces put together of what each service knows of them, newest first. */
export async function listTraces(api: Api, { slow, failed, service, limit }: TraceFilter) {
  const query = { ...(slow ? { minMs: slowMs } : {}), ...(failed ? { failed: 'true' } : {}) };
  const found = await listOfAll<TracePart>(api, 'traces', { service, limit, query });
  const byId = Map.groupBy(found.items, ({ traceId }) => traceId);
  const merged = [...byId.values()]
    .map(mergeParts)
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  const hasMore = found.hasMore || merged.length > limit;
  return { items: merged.slice(0, limit), hasMore, silent: found.silent };
}

function mergeParts(parts: readonly (TracePart & { service: ServiceName })[]): Trace {
  const [first] = parts.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const sum = (of: (part: TracePart) => number) => parts.reduce((all, one) => all + of(one), 0);
  const { traceId = '', name = '', rootService = '', startedAt = '' } = first ?? {};
  return {
    ...{ traceId, name, rootService, startedAt },
    durationMs: Math.max(...parts.map(({ durationMs }) => durationMs)),
    spans: sum(({ spans }) => spans),
    errors: sum(({ errors }) => errors),
    services: parts.map(({ service }) => service),
  };
}

/** A span with what it was part of: how deep it hangs, and when it began in the trace. */
export interface PlacedSpan extends Span {
  readonly depth: number;
  readonly offsetMs: number;
}

export async function showTrace(api: Api, traceId: string) {
  const { answers, silent } = await askAll(servicesMeant(undefined), (service) =>
    api.get<{ spans: Span[] }>(operationsPath(service, `traces/${encodeURIComponent(traceId)}`)),
  );
  const spans = placed(answers.flatMap(({ reply }) => reply.spans));
  if (spans.length > 0) return { traceId, spans, silent };
  throw new Failure(`No service keeps anything of the trace ${traceId}.`, {
    code: 'TRACE_NOT_FOUND',
    next: 'Only the latest are kept: mkt trace list shows them.',
  });
}

/** As a tree, read from top to bottom; each span once, whoever told of it. */
function placed(told: readonly Span[]): PlacedSpan[] {
  const spans = [...new Map(told.map((span) => [span.spanId, span])).values()];
  const known = new Set(spans.map(({ spanId }) => spanId));
  const parentOf = ({ parentId }: Span) =>
    parentId !== null && known.has(parentId) ? parentId : null;
  const children = Map.groupBy(spans, parentOf);
  const startMs = Math.min(...spans.map(({ startedAtMs }) => startedAtMs));
  const rows: PlacedSpan[] = [];
  const place = (parent: string | null, depth: number): void => {
    const below = children.get(parent) ?? [];
    for (const span of below.toSorted((a, b) => a.startedAtMs - b.startedAtMs)) {
      rows.push({ ...span, depth, offsetMs: span.startedAtMs - startMs });
      place(span.spanId, depth + 1);
    }
  };
  place(null, 0);
  return rows;
}
