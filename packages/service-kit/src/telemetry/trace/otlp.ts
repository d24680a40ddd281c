import type { SpanSink } from './recorder.ts';
import type { Span, SpanKind } from './span.ts';

export interface OtlpOptions {
  /** The collector, such as `http://127.0.0.1:4318`; spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly version: string;
  readonly intervalMs?: number;
  readonly maxQueue?: number;
}

// mkt-allow fast-timer: sends to the collector, asks no store
const usual = { intervalMs: 5_000, maxQueue: 4_096 };
const batchSize = 512;
const timeoutMs = 5_000;
/** The numbers of the protocol's enum. */
const kinds: Readonly<Record<SpanKind, number>> = {
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
};

/**
 * Sends spans as OTLP over HTTP in JSON. It never holds work up and never grows: what the queue has
 * no room for, or the collector does not take, is counted and forgotten.
 */
export function createOtlpExporter(options: OtlpOptions): SpanSink {
  const { intervalMs = usual.intervalMs, maxQueue = usual.maxQueue } = options;
  const url = `${options.endpoint.replace(/\/+$/, '')}/v1/traces`;
  let queue: Span[] = [];
  let sending: Promise<void> | undefined;

  let lost = 0;

  function drop(count: number): void {
    lost += count;
  }

  async function send(batch: readonly Span[]): Promise<void> {
    try {
      const reply = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...options.headers },
        body: JSON.stringify(requestOf(batch, options.version)),
        signal: AbortSignal.timeout(timeoutMs),
      });
      await reply.body?.cancel();
      if (!reply.ok) drop(batch.length);
    } catch {
      drop(batch.length);
    }
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, batchSize);
      queue = queue.slice(batchSize);
      await send(batch);
    }
  }

  function flush(): Promise<void> {
    sending ??= drain().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  const timer = setInterval(() => void flush(), intervalMs);
  timer.unref();
  return {
    offer(span) {
      if (queue.length >= maxQueue) return drop(1);
      queue.push(span);
      if (queue.length === batchSize) void flush();
    },
    dropped: () => lost,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

function requestOf(spans: readonly Span[], version: string): unknown {
  const byService = Map.groupBy(spans, ({ service }) => service);
  return {
    resourceSpans: [...byService].map(([service, own]) => ({
      resource: {
        attributes: [
          textAttribute('service.name', service),
          textAttribute('service.namespace', 'mkt'),
        ],
      },
      scopeSpans: [{ scope: { name: 'mkt', version }, spans: own.map(wireSpan) }],
    })),
  };
}

const textAttribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });

function wireSpan(span: Span) {
  const facts = Object.entries(span.facts).map(([name, value]) => ({
    key: name === 'status' ? 'http.response.status_code' : `mkt.${name}`,
    value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value },
  }));
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentId ? { parentSpanId: span.parentId } : {}),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanoseconds(span.startedAtMs),
    endTimeUnixNano: nanoseconds(span.startedAtMs + span.durationMs),
    attributes: facts,
    status: span.error === null ? {} : { code: 2, message: span.error },
  };
}

/** Beyond the safe integers as a number, so it is written as text: whole milliseconds and the rest. */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms);
  const rest = Math.round((ms - whole) * 1e6);
  return String(BigInt(whole) * 1_000_000n + BigInt(rest));
}
