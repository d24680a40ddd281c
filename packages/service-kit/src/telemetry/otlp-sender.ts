export interface OtlpTarget {
  /** The collector, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly version: string;
  readonly intervalMs?: number;
  readonly maxQueue?: number;
}

/** Takes what is to be told, and tells it when there is time. */
export interface OtlpSender<T> {
  offer(item: T): void;
  /** How many were lost: no room, or not taken by the collector. */
  dropped(): number;
  /** Sends what is left. */
  stop(): Promise<void>;
}

// mkt-allow fast-timer: it sends what is waiting to the collector, and asks no store.
const usual = { intervalMs: 5_000, maxQueue: 4_096 };
const batchSize = 512;
const timeoutMs = 5_000;

/**
 * Sends items as OTLP over HTTP in JSON. It never holds work up and never grows: what the queue has
 * no room for, or the collector does not take, is counted and forgotten.
 */
export function createOtlpSender<T>(
  { endpoint, headers, intervalMs = usual.intervalMs, maxQueue = usual.maxQueue }: OtlpTarget,
  path: string,
  requestOf: (batch: readonly T[]) => unknown,
): OtlpSender<T> {
  const url = `${endpoint.replace(/\/+$/, '')}${path}`;
  let queue: T[] = [];
  let sending: Promise<void> | undefined;
  let lost = 0;

  function drop(count: number): void {
    lost += count;
  }

  async function send(batch: readonly T[]): Promise<void> {
    try {
      const reply = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(requestOf(batch)),
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
    offer(item) {
      if (queue.length >= maxQueue) return drop(1);
      queue.push(item);
      if (queue.length === batchSize) void flush();
    },
    dropped: () => lost,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

export const textAttribute = (key: string, stringValue: string) => ({
  key,
  value: { stringValue },
});

/** Whose spans or lines they are. */
export const resourceOf = (service: string) => ({
  attributes: [textAttribute('service.name', service), textAttribute('service.namespace', 'mkt')],
});
