import {
  currentContext,
  isSampled,
  newSpanId,
  runInContext,
  type WorkContext,
  withNewSpan,
} from '../context.ts';
import { errorCodeOf, type SpanFacts, type SpanKind, type Tracer } from './span.ts';

export interface NamedSpan {
  readonly name: string;
  readonly kind: SpanKind;
}

const noFacts: SpanFacts = {};

/** Milliseconds since 1970 on the steady clock that durations go by. */
export const steadyNowMs = (): number => performance.timeOrigin + performance.now();

/** Records the span that a unit of work is, once it is over. */
export function endSpan(
  context: WorkContext,
  { name, kind }: NamedSpan,
  ended: {
    readonly startedAtMs: number;
    readonly error: string | null;
    readonly facts?: SpanFacts;
  },
): void {
  const { tracer, traceId, spanId, parentSpanId: parentId } = context;
  const { startedAtMs, error, facts = noFacts } = ended;
  const durationMs = steadyNowMs() - startedAtMs;
  tracer?.record({
    traceId,
    spanId,
    parentId,
    kind,
    name,
    startedAtMs,
    durationMs,
    error,
    facts,
  });
}

/** Runs a unit of work in its context and records it as one span. */
export async function inSpan<T>(
  context: WorkContext,
  span: NamedSpan,
  work: () => Promise<T>,
  failureOf: (value: T) => string | null = () => null,
): Promise<T> {
  if (!context.tracer) return runInContext(context, work);
  const startedAtMs = steadyNowMs();
  let error: string | null = null;
  try {
    const value = await runInContext(context, work);
    error = failureOf(value);
    return value;
  } catch (thrown) {
    error = errorCodeOf(thrown);
    throw thrown;
  } finally {
    endSpan(context, span, { startedAtMs, error });
  }
}

/** The same below the present work; where nothing is traced it is the work and no more. */
export function inChildSpan<T>(
  span: NamedSpan,
  work: () => Promise<T>,
  tracer: Tracer | undefined = currentContext()?.tracer,
): Promise<T> {
  const context = currentContext();
  if (!context || !tracer || !isSampled(context.traceparent)) return work();
  return inSpan(withNewSpan(context, tracer), span, work);
}

/**
 * Records work that starts no other, such as a statement, without a context of its own: cheaper
 * by what carrying a context costs.
 */
export function recordLeaf(
  name: string,
  startedAtMs: number,
  error: string | null,
  facts: SpanFacts = noFacts,
): void {
  const context = currentContext();
  if (!context?.tracer) return;
  context.tracer.record({
    traceId: context.traceId,
    spanId: newSpanId(),
    parentId: context.spanId,
    kind: 'client',
    name,
    startedAtMs,
    durationMs: steadyNowMs() - startedAtMs,
    error,
    facts,
  });
}
