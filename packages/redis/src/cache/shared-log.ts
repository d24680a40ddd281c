import type { RedisConnections } from '../connections.ts';
import { createInvalidationLog, type Invalidation, noId } from './invalidations.ts';
import { invalidateScript } from './scripts.ts';

export interface SharedLogOptions {
  readonly redis: RedisConnections;
  readonly service: string;
  /** Something was declared stale, by whichever process. */
  readonly onInvalidation: (invalidation: Invalidation) => void;
  /** Some invalidations were missed and can no longer be told: everything may be stale. */
  readonly onLost: () => void;
}

/** The invalidations of all processes: a stream that holds the latest, and news of each. */
export interface SharedLog {
  /** The key under which the server keeps the id of the latest invalidation. */
  readonly lastIdKey: string;
  /** The latest that is known here. */
  readonly knownId: string;
  send(invalidation: Invalidation, valueKeys: readonly [string, string]): Promise<void>;
  /** Makes sure that everything up to the server's latest is known. */
  catchUp(lastId: string | null): Promise<void>;
  holds(key: string, readAt: string): boolean;
  close(): void;
}

const maxEntries = 1_000;
/** Far longer than any value lives: a value never outlives what was said about it. */
export const logLifetimeMs = 7 * 24 * 3_600_000;

export function createSharedLog(options: SharedLogOptions): SharedLog {
  const { redis, service } = options;
  const streamKey = redis.key('cache', service, 'log');
  const lastIdKey = redis.key('cache', service, 'last');
  const channel = redis.key('cache', service, 'stale');
  const log = createInvalidationLog(maxEntries);
  let fetching: Promise<void> | undefined;

  /** Reads what came since the latest known one; of too many only the newest. */
  async function fetchNewer(): Promise<void> {
    const rows = await redis.commands.xrevrange(
      streamKey,
      '+',
      log.lastId === noId ? '-' : `(${log.lastId}`,
      'COUNT',
      maxEntries,
    );
    const oldest = rows.at(-1);
    if (rows.length >= maxEntries && oldest) {
      log.forgetUpTo(oldest[0]);
      options.onLost();
    }
    for (const [id, [, kind = 'prefix', , text = '']] of rows.toReversed()) {
      const invalidation = { id, text, kind: kindOf(kind) };
      log.add(invalidation);
      options.onInvalidation(invalidation);
    }
  }

  function fetchOnce(): Promise<void> {
    fetching ??= fetchNewer().finally(() => {
      fetching = undefined;
    });
    return fetching;
  }

  function hear(message: string): void {
    const [id = noId, before = noId, kind = 'prefix', ...rest] = message.split(' ');
    const invalidation = { id, text: rest.join(' '), kind: kindOf(kind) };
    options.onInvalidation(invalidation);
    if (before === log.lastId) log.add(invalidation);
    // Something was missed: what is older than this message must be known too.
    else fetchOnce().catch(() => {});
  }

  const stopHearing = redis.hearing.hear(channel, {
    onMessage: hear,
    onBegin: () => {
      if (redis.isAvailable()) fetchOnce().catch(() => {});
    },
  });

  return {
    lastIdKey,
    get knownId() {
      return log.lastId;
    },
    async send({ kind, text }, [value, lock]) {
      await redis.run(
        invalidateScript,
        [streamKey, lastIdKey, value, lock],
        [kind, text, maxEntries, logLifetimeMs, channel],
      );
    },
    async catchUp(lastId) {
      if (lastId === null || lastId === log.lastId) return;
      await fetchOnce();
    },
    holds: (key, readAt) => log.holds(key, readAt),
    close: stopHearing,
  };
}

const kindOf = (text: string): Invalidation['kind'] => (text === 'key' ? 'key' : 'prefix');
