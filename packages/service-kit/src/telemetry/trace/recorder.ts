import { createTraceRing, type TraceRing } from './ring.ts';
import type { Span, Tracer } from './span.ts';

/** Takes every finished span besides the ring, such as an exporter. */
export interface SpanSink {
  offer(span: Span): void;
  /** Spans given up so far. */
  dropped(): number;
  /** Sends what it holds, within a bound. */
  stop(): Promise<void>;
}

/** What one process remembers of the work it did. */
export interface TraceRecorder {
  tracer(service: string): Tracer;
  readonly kept: Pick<TraceRing, 'all' | 'get'>;
  /** Spans that could not be exported. */
  dropped(): number;
  stop(): Promise<void>;
}

export interface TraceRecorderOptions {
  readonly maxSpans?: number;
  readonly slowMs?: number;
  readonly sink?: SpanSink | undefined;
}

const usual = { maxSpans: 4_000, slowMs: 500 };

/** New traces of reads in a second: enough to see how they go, and cheap however many come. */
const maxReadsPerSecond = 50;

export function createTraceRecorder(options: TraceRecorderOptions = {}): TraceRecorder {
  const { maxSpans = usual.maxSpans, slowMs = usual.slowMs, sink } = options;
  const ring = createTraceRing({ maxSpans, slowMs });
  const admits = createReadAdmission(maxReadsPerSecond);

  const isNotable = (span: Pick<Span, 'durationMs' | 'error'>): boolean =>
    span.error !== null || span.durationMs >= slowMs;

  function tracersOf(keeps: (span: Pick<Span, 'durationMs' | 'error'>) => boolean) {
    const known = new Map<string, Tracer>();
    return function tracerOf(service: string): Tracer {
      let tracer = known.get(service);
      if (!tracer) {
        tracer = {
          service,
          record(work) {
            if (!keeps(work)) return;
            const span = { ...work, service };
            ring.add(span);
            sink?.offer(span);
          },
          forService: tracerOf,
          forRead: (traceId) => (admits(traceId) ? tracerOf(service) : onlyNotable(service)),
        };
        known.set(service, tracer);
      }
      return tracer;
    };
  }
  const onlyNotable = tracersOf(isNotable);
  const tracer = tracersOf(() => true);

  return {
    tracer,
    kept: ring,
    dropped: () => sink?.dropped() ?? 0,
    stop: async () => sink?.stop(),
  };
}

/** The services of a process decide alike about a trace that one of them has admitted. */
function createReadAdmission(perSecond: number): (traceId: string) => boolean {
  const admitted = new Set<string>();
  let second = 0;
  return (traceId) => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      admitted.clear();
    }
    if (admitted.has(traceId)) return true;
    if (admitted.size >= perSecond) return false;
    admitted.add(traceId);
    return true;
  };
}
