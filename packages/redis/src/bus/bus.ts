import type { EventEnvelope } from '@mkt/contracts';
import { type EventBus, Fault } from '@mkt/service-kit';
import type { RedisConnections } from '../connections.ts';
import { busNames } from './names.ts';
import { type Reader, startReader } from './reader.ts';
import { publishScript } from './scripts.ts';
import { type BusTiming, clusterTiming, meteredTiming } from './timing.ts';

export interface RedisBusOptions {
  /**
   * Who this process is to others that run the same services. The same one after a restart takes
   * its work up at once, a new one waits for the old one's lease to end. Made up where absent.
   */
  readonly identity?: string;
  /** Events that the stream keeps, at least; older ones are dropped. */
  readonly maxEntries?: number;
  readonly maxTries?: number;
  /** Events of one consumer that are handled at the same time. */
  readonly concurrency?: number;
  readonly timing?: Partial<BusTiming>;
  readonly retryDelayMs?: { readonly first: number; readonly max: number };
}

const defaultMaxEntries = 50_000;
const defaultMaxTries = 10;
const defaultConcurrency = 8;
const defaultRetryDelayMs = { first: 200, max: 5_000 };
/** A stream to which nothing was added for so long goes by itself. */
const streamLifetimeMs = 30 * 24 * 3_600_000;
const listenWaitMs = 500;

/**
 * Events on one stream with a group per consumer. An event is safe once `publish` resolves. Of the
 * processes that run one consumer a single one reads at a time, so order per aggregate is kept.
 */
export function createRedisBus(redis: RedisConnections, options: RedisBusOptions = {}): EventBus {
  const names = busNames(redis);
  const timing = { ...(redis.metered ? meteredTiming : clusterTiming), ...options.timing };
  const readers: Reader[] = [];
  const stopListening = new Set<() => void>();
  let closed: Promise<unknown> | undefined;

  return {
    async publish(event) {
      if (closed) throw new Error('The bus is closed');
      // Whoever began to listen in this process must hear what is published after it.
      if (stopListening.size > 0) await redis.hearing.settled(listenWaitMs);
      try {
        await redis.run(
          publishScript,
          [names.stream],
          [
            ...[event.type, JSON.stringify(event)],
            ...[options.maxEntries ?? defaultMaxEntries, streamLifetimeMs],
            ...[names.wakes, names.news(event.type)],
          ],
        );
      } catch (error) {
        if (error instanceof Fault) throw error;
        throw new Fault('DEPENDENCY_UNAVAILABLE', 'The bus did not take the event', {
          cause: error,
        });
      }
    },
    subscribe(subscription) {
      if (closed) return;
      readers.push(
        startReader({
          redis,
          names,
          subscription,
          timing,
          identity: options.identity ?? redis.processId,
          streamLifetimeMs,
          maxTries: options.maxTries ?? defaultMaxTries,
          concurrency: options.concurrency ?? defaultConcurrency,
          retryDelayMs: options.retryDelayMs ?? defaultRetryDelayMs,
        }),
      );
    },
    onAvailable: redis.onAvailable,
    listen(types, notice) {
      const stops = types.map((type) =>
        redis.hearing.hear(names.news(type), {
          onMessage: (message) => notify(notice, message),
        }),
      );
      const stop = (): void => {
        for (const each of stops) each();
        stopListening.delete(stop);
      };
      stopListening.add(stop);
      return stop;
    },
    async close() {
      closed ??= Promise.all(readers.map((reader) => reader.stop()));
      for (const stop of [...stopListening]) stop();
      await closed;
    },
  };
}

/** Who looks on must not disturb the others that hear the same message. */
function notify(notice: (event: EventEnvelope) => void, message: string): void {
  try {
    notice(JSON.parse(message) as EventEnvelope);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
