import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cache, createLocalEntries, type Loaded } from '@mkt/service-kit';
import type { RedisConnections } from '../connections.ts';
import { within } from '../within.ts';
import { decode, encode } from './codec.ts';
import type { Invalidation } from './invalidations.ts';
import { finishScript } from './scripts.ts';
import { createSharedLog } from './shared-log.ts';
import { createUnsent } from './unsent.ts';

export interface RedisCacheOptions {
  /** Whose values these are: services do not see each other's. */
  readonly service: string;
  /** Values kept in this process's own memory. */
  readonly maxLocalEntries: number;
  /** How long a value may stay there: the most it can be stale while Redis is out of reach. */
  readonly localTtlMs?: number;
  readonly compressAboveBytes?: number;
  /** Larger values are kept in this process alone. */
  readonly maxSharedBytes?: number;
  /** How long Redis may take to answer before a caller goes on without it. */
  readonly answerWithinMs?: number;
  /** How long a process waits for another one that loads the same value. */
  readonly loadWaitMs?: number;
}

/** Who loads: this process for all, or for itself because Redis does not answer. */
type Turn = 'ours' | 'alone';

const maxTtlMs = 24 * 3_600_000;
const defaults = {
  localTtlMs: { cluster: 5_000, metered: 60_000 },
  compressAboveBytes: 2_048,
  maxSharedBytes: 1024 * 1024,
  answerWithinMs: 250,
  loadWaitMs: 2_000,
} as const;
const waitStepMs = { first: 15, max: 200 };

/**
 * Two levels: a bounded memory of this process in front of what all processes share. Whatever
 * becomes of Redis, callers get their value: from here, or loaded.
 */
export function createRedisCache(redis: RedisConnections, options: RedisCacheOptions): Cache {
  const { service } = options;
  const localTtlMs =
    options.localTtlMs ?? defaults.localTtlMs[redis.metered ? 'metered' : 'cluster'];
  const answerWithinMs = options.answerWithinMs ?? defaults.answerWithinMs;
  const loadWaitMs = options.loadWaitMs ?? defaults.loadWaitMs;
  const codec = {
    compressAboveBytes: options.compressAboveBytes ?? defaults.compressAboveBytes,
    maxBytes: options.maxSharedBytes ?? defaults.maxSharedBytes,
  };
  const local = createLocalEntries({ maxEntries: options.maxLocalEntries });
  const unsent = createUnsent();
  const log = createSharedLog({
    redis,
    service,
    onInvalidation: forgetHere,
    onLost: () => local.clear(),
  });
  const stopWatching = redis.onAvailable(() => void flushUnsent());
  const valueKey = (key: string): string => redis.key('cache', service, 'value', key);
  const lockKey = (key: string): string => redis.key('cache', service, 'lock', key);
  const count = (outcome: 'shared' | 'loaded' | 'alone'): void =>
    redis.metrics.cacheLookups.inc({ service, outcome });

  function forgetHere({ kind, text }: Invalidation): void {
    if (kind === 'key') local.delete(text);
    else local.deletePrefix(text);
  }

  const send = (invalidation: Invalidation): Promise<void> => {
    const { text } = invalidation;
    return log.send(invalidation, [valueKey(text), lockKey(text)]);
  };

  async function flushUnsent(): Promise<void> {
    if (unsent.size > 0) await unsent.flush(send).catch(() => {});
  }

  /** With invalidations still unsent, what lies in Redis may be what they are about. */
  const isShared = (): boolean => redis.isAvailable() && unsent.size === 0;

  async function invalidate(invalidation: Invalidation): Promise<void> {
    forgetHere(invalidation);
    const sent = isShared()
      ? await within(
          answerWithinMs,
          send(invalidation).then(() => true),
        )
      : false;
    if (!sent) unsent.add(invalidation);
    if (redis.isAvailable()) await flushUnsent();
  }

  async function loadAlone<T>(ttlMs: number, load: () => Promise<T>): Promise<Loaded<T>> {
    count('alone');
    redis.metrics.fallbacks.inc({ part: 'cache' });
    return { value: await load(), ttlMs: Math.min(ttlMs, localTtlMs) };
  }

  /** What Redis holds for the key, if it still holds true, and whether somebody loads it now. */
  async function lookUp(
    key: string,
  ): Promise<{ readonly found?: Loaded<unknown>; readonly isLoading: boolean }> {
    const [bytes, lastId, lock] = await redis.commands.mgetBuffer(
      valueKey(key),
      log.lastIdKey,
      lockKey(key),
    );
    const isLoading = Boolean(lock);
    await log.catchUp(lastId ? lastId.toString() : null);
    if (!bytes) return { isLoading };
    const stored = await decode(bytes).catch(() => undefined);
    if (!stored || !log.holds(key, stored.readAt)) return { isLoading };
    const leftMs = Math.min(stored.expiresAtMs - Date.now(), localTtlMs);
    return { found: { value: stored.value, ttlMs: leftMs }, isLoading };
  }

  async function loadAndShare<T>(
    key: string,
    ttlMs: number,
    load: () => Promise<T>,
    loader: string,
  ): Promise<Loaded<T>> {
    const finish = (lifetimeMs: number, bytes: Buffer | string): Promise<unknown> =>
      redis.run(finishScript, [valueKey(key), lockKey(key)], [loader, lifetimeMs, bytes]);
    const readAt = log.knownId;
    count('loaded');
    let value: T;
    try {
      value = await load();
    } catch (error) {
      if (redis.isAvailable()) finish(0, '').catch(() => {});
      throw error;
    }
    const sharedMs = Math.min(ttlMs, maxTtlMs);
    const expiresAtMs = Date.now() + sharedMs;
    const bytes = log.holds(key, readAt)
      ? await encode({ value, readAt, expiresAtMs }, codec)
      : undefined;
    if (isShared()) {
      await within(answerWithinMs, finish(bytes ? Math.ceil(sharedMs) : 0, bytes ?? ''));
    }
    return { value, ttlMs: Math.min(ttlMs, localTtlMs) };
  }

  /** What others have or load within the time that it is waited for them; or whose turn it is. */
  async function askOthers(key: string, loader: string): Promise<Loaded<unknown> | Turn> {
    const giveUpAtMs = performance.now() + loadWaitMs;
    for (let stepMs = waitStepMs.first; ; stepMs = Math.min(stepMs * 1.5, waitStepMs.max)) {
      const look = await within(answerWithinMs, lookUp(key));
      if (!look) return 'alone';
      if (look.found) return look.found;
      if (!look.isLoading && (await isFirst(key, loader))) return 'ours';
      if (performance.now() >= giveUpAtMs) return 'ours';
      await delay(stepMs);
    }
  }

  /** One loader among all processes; the others wait for it, within bounds, and then load too. */
  async function loadShared<T>(
    key: string,
    ttlMs: number,
    load: () => Promise<T>,
  ): Promise<Loaded<T>> {
    const loader = randomUUID();
    const answer = isShared() ? await askOthers(key, loader) : 'alone';
    if (answer === 'alone') return loadAlone(ttlMs, load);
    if (answer === 'ours') return loadAndShare(key, ttlMs, load, loader);
    count('shared');
    return answer as Loaded<T>;
  }

  /** Whether this process may load; the lock goes by itself when its loader died. */
  async function isFirst(key: string, loader: string): Promise<boolean> {
    const lock = redis.commands.set(lockKey(key), loader, 'PX', loadWaitMs * 2, 'NX');
    const answer = await within(
      answerWithinMs,
      lock.then((text) => text ?? 'taken'),
    );
    // Without an answer nobody can be asked to wait.
    return answer !== 'taken';
  }

  return {
    getOrLoad: (key, ttlMs, load) => local.getOrLoad(key, () => loadShared(key, ttlMs, load)),
    delete: (key) => invalidate({ kind: 'key', text: key }),
    deletePrefix: (prefix) => invalidate({ kind: 'prefix', text: prefix }),
    size: local.size,
    async close() {
      stopWatching();
      log.close();
      local.clear();
    },
  };
}
