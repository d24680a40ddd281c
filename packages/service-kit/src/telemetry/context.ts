import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync, randomUUID } from 'node:crypto';

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
}

/** Starts a unit of work; a given trace goes on as its child. */
export function newContext(given: NewContext = {}): WorkContext {
  return {
    correlationId: given.correlationId ?? randomUUID(),
    causationId: given.causationId ?? null,
    traceparent: childOf(given.traceparent),
    ...(given.timeoutMs === undefined ? {} : { deadlineMs: performance.now() + given.timeoutMs }),
    spent: { sqlRoundTrips: 0 },
  };
}

/** Milliseconds the caller still waits, or undefined where nobody does. */
export function remainingMs(context = currentContext()): number | undefined {
  return context?.deadlineMs === undefined ? undefined : context.deadlineMs - performance.now();
}

const traceparentPattern = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

function childOf(traceparent: string | null | undefined): string {
  const parent = traceparent ? traceparentPattern.exec(traceparent) : null;
  const trace = parent?.[1] ?? randomHex(16);
  return `00-${trace}-${randomHex(8)}-${parent?.[2] ?? '01'}`;
}

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
