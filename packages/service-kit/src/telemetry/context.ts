import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync, randomUUID } from 'node:crypto';
import type { Tracer } from './trace/span.ts';

/**
 * What belongs to one unit of work (a request, an event, a saga step) and travels with it through
 * every call it makes, without being an argument of each.
 */
export interface WorkContext {
  /** Shared by everything that one outside cause set off. */
  readonly correlationId: string;
  /** The request or event that caused this work directly. */
  readonly causationId: string | null;
  /** W3C trace context, `00-<trace>-<span>-<flags>`. */
  readonly traceparent: string;
  /** The two ids within it. */
  readonly traceId: string;
  readonly spanId: string;
  /** The span that this work is part of, if it began with one. */
  readonly parentSpanId: string | null;
  /** Takes the spans of this work; absent where nobody records it. */
  readonly tracer?: Tracer;
  /** When the caller stops waiting, in `performance.now()` milliseconds; absent where nobody waits. */
  readonly deadlineMs?: number;
  /** Counted statements of this work over all services in the process. */
  readonly spent: { sqlRoundTrips: number };
}

const storage = new AsyncLocalStorage<WorkContext>();

export function currentContext(): WorkContext | undefined {
  return storage.getStore();
}

export function runInContext<T>(context: WorkContext, work: () => T): T {
  return storage.run(context, work);
}

export interface NewContext {
  readonly correlationId?: string | undefined;
  readonly causationId?: string | null | undefined;
  readonly traceparent?: string | null | undefined;
  readonly timeoutMs?: number | undefined;
  readonly tracer?: Tracer | undefined;
  /** It changes nothing. */
  readonly isRead?: boolean;
}

/** Starts a unit of work; a given trace goes on as its child, and is recorded if it says so. */
export function newContext(given: NewContext = {}): WorkContext {
  const parent = given.traceparent ? traceparentPattern.exec(given.traceparent) : null;
  const flags = parent?.[3] ?? sampled;
  const traceId = parent?.[1] ?? randomHex(16);
  const spanId = randomHex(8);
  const tracer = given.tracer && isSampled(flags) ? given.tracer : undefined;
  return {
    correlationId: given.correlationId ?? randomUUID(),
    causationId: given.causationId ?? null,
    traceparent: `00-${traceId}-${spanId}-${flags}`,
    traceId,
    spanId,
    parentSpanId: parent?.[2] ?? null,
    ...(tracer ? { tracer: given.isRead ? tracer.forRead(traceId) : tracer } : {}),
    ...(given.timeoutMs === undefined ? {} : { deadlineMs: performance.now() + given.timeoutMs }),
    spent: { sqlRoundTrips: 0 },
  };
}

/** The same work as a span of its own, below the one it was. */
export function withNewSpan(context: WorkContext, tracer = context.tracer): WorkContext {
  const { traceId, traceparent } = context;
  const spanId = newSpanId();
  return {
    ...context,
    traceparent: `00-${traceId}-${spanId}-${traceparent.slice(-2)}`,
    spanId,
    parentSpanId: context.spanId,
    ...(tracer ? { tracer } : {}),
  };
}

export const newSpanId = (): string => randomHex(8);

/** Milliseconds the caller still waits, or undefined where nobody does. */
export function remainingMs(context = currentContext()): number | undefined {
  return context?.deadlineMs === undefined ? undefined : context.deadlineMs - performance.now();
}

const traceparentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const sampled = '01';

const randomPool = Buffer.allocUnsafe(4_096);
let poolUsed = randomPool.byteLength;

/** Many small draws from one large one: asking the system each time was an eighth of a request. */
function randomHex(byteCount: number): string {
  if (poolUsed + byteCount > randomPool.byteLength) {
    randomFillSync(randomPool);
    poolUsed = 0;
  }
  poolUsed += byteCount;
  return randomPool.toString('hex', poolUsed - byteCount, poolUsed);
}

export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}

/** Whether those who began the trace want it recorded: the last bit of its flags. */
export function isSampled(traceparent: string): boolean {
  return (Number.parseInt(traceparent.slice(-2), 16) & 1) === 1;
}
