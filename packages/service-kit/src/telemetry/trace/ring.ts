import type { Span } from './span.ts';

/** Spans kept in this process, by trace. */
export interface KeptTrace {
  readonly traceId: string;
  readonly spans: Span[];
  /** The longest of its spans. */
  longestMs: number;
  errors: number;
  rank: Rank;
  kept: boolean;
}

/** What is more worth keeping: reads, changes, then what was slow or failed. */
type Rank = 0 | 1 | 2;

export interface TraceRing {
  add(span: Span): void;
  get(traceId: string): KeptTrace | undefined;
  /** In no order. */
  all(): IterableIterator<KeptTrace>;
}

export interface TraceRingOptions {
  /** Over all traces; a span takes from 300 bytes, in company, to 900, as a trace of its own. */
  readonly maxSpans: number;
  /** A span that lasted as long makes its trace one to keep. */
  readonly slowMs: number;
}

const maxSpansOfTrace = 400;
/** Browsing must not push the last checkouts out, nor checkouts the last failures. */
const shares = { reads: 0.2, changes: 0.4, notable: 0.4 };

/** Traces of one rank in the order they came to it; some have risen or gone since. */
interface Queue {
  readonly rank: Rank;
  readonly maxSpans: number;
  traces: KeptTrace[];
  head: number;
  spans: number;
}

/** Whole traces, each rank in its own share, the oldest of a rank out first. */
export function createTraceRing({ maxSpans, slowMs }: TraceRingOptions): TraceRing {
  const traces = new Map<string, KeptTrace>();
  const queueOf = (rank: Rank, share: number): Queue => ({
    rank,
    maxSpans: Math.floor(share * maxSpans),
    traces: [],
    head: 0,
    spans: 0,
  });
  const { reads, changes, notable } = shares;
  const queues = [queueOf(0, reads), queueOf(1, changes), queueOf(2, notable)] as const;

  function rankOf(span: Span): Rank {
    if (span.error !== null || span.durationMs >= slowMs) return 2;
    const isChange = span.kind === 'server' && !span.name.startsWith('GET ');
    return isChange || span.kind === 'producer' || span.kind === 'consumer' ? 1 : 0;
  }

  function begin(span: Span, rank: Rank): void {
    const { traceId, durationMs: longestMs, error } = span;
    const errors = error === null ? 0 : 1;
    // Most traces have one span: a list that begins with it has no room to spare.
    const trace: KeptTrace = { traceId, spans: [span], longestMs, errors, rank, kept: true };
    traces.set(traceId, trace);
    append(queues[rank], trace);
    count(trace);
  }

  function count(trace: KeptTrace): void {
    const queue = queues[trace.rank];
    queue.spans += 1;
    if (queue.spans > queue.maxSpans) evict(queue, trace);
  }

  function raise(trace: KeptTrace, rank: Rank): void {
    queues[trace.rank].spans -= trace.spans.length;
    trace.rank = rank;
    append(queues[rank], trace);
    queues[rank].spans += trace.spans.length;
  }

  function forget(queue: Queue, trace: KeptTrace): void {
    trace.kept = false;
    traces.delete(trace.traceId);
    queue.spans -= trace.spans.length;
  }

  function evict(queue: Queue, newest: KeptTrace): void {
    while (queue.spans > queue.maxSpans && queue.head < queue.traces.length) {
      const oldest = queue.traces[queue.head];
      // The one that is being written to goes last, and alone it is within its own bound.
      if (oldest === newest) return;
      queue.head += 1;
      if (oldest && isIn(queue, oldest)) forget(queue, oldest);
    }
  }

  return {
    add(span) {
      const rank = rankOf(span);
      const trace = traces.get(span.traceId);
      if (!trace) return begin(span, rank);
      if (rank > trace.rank) raise(trace, rank);
      if (span.error !== null) trace.errors += 1;
      if (span.durationMs > trace.longestMs) trace.longestMs = span.durationMs;
      if (trace.spans.length >= maxSpansOfTrace) return;
      trace.spans.push(span);
      count(trace);
    },
    get: (traceId) => traces.get(traceId),
    all: () => traces.values(),
  };
}

const isIn = (queue: Queue, trace: KeptTrace): boolean => trace.kept && trace.rank === queue.rank;

/** Leaves behind what has risen or gone, often enough that it never outgrows what is kept. */
function append(queue: Queue, trace: KeptTrace): void {
  queue.traces.push(trace);
  if (queue.traces.length < 2 * queue.maxSpans + 64) return;
  queue.traces = queue.traces.slice(queue.head).filter((one) => isIn(queue, one));
  queue.head = 0;
}
