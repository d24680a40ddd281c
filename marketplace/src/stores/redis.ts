import {
  type BreakerShare,
  type BucketSpec,
  type Cache,
  type EventBus,
  Fault,
  type Logger,
  type Meter,
  type Metrics,
  type RateLimiter,
  StartError,
} from '@mkt/service-kit';
import { isStreamIdle } from './bus-idle.ts';
import type { StoreUser } from './stores.ts';

export interface RedisOptions {
  readonly url: string;
  readonly metered: boolean;
  readonly log: Logger;
  readonly meter: Meter;
  readonly metrics: Metrics;
  readonly identity: string;
  readonly instance?: string | undefined;
  /** Fail where it does not answer now, instead of going on without it until it does. */
  readonly mustAnswer: boolean;
}

export interface RedisParts {
  readonly bus: EventBus;
  readonly breakerShare: BreakerShare;
  cacheOf(user: StoreUser): Cache;
  rateLimiter(spec: BucketSpec): RateLimiter;
  /** Whether every consumer has acknowledged everything on the stream that it wants. */
  isBusIdle(): Promise<boolean>;
  close(): Promise<void>;
}

const localCacheEntries = 2_000;

/** The ports on Redis or Valkey. The adapter is loaded here, where one is named. */
export async function openRedis(options: RedisOptions): Promise<RedisParts> {
  const adapter = await import('@mkt/redis');
  const { url, metered, log, meter, metrics, identity, instance } = options;
  const redis = adapter.connectRedis({ url, metered, log, meter, metrics, service: identity });
  try {
    await redis.ready();
  } catch (error) {
    const reason = startErrorOfRedis(error);
    if (reason.code !== 'STORE_UNREACHABLE' || options.mustAnswer) {
      await redis.close();
      throw reason;
    }
    log.warn(
      { service: identity, err: error },
      'starting without Redis; it is used once it is there',
    );
  }
  const caches: Cache[] = [];
  return {
    bus: adapter.createRedisBus(redis, {
      identity: instance ? `${identity}@${instance}` : identity,
    }),
    breakerShare: adapter.createRedisBreakerShare(redis),
    cacheOf({ name }) {
      const cache = adapter.createRedisCache(redis, {
        service: name,
        maxLocalEntries: localCacheEntries,
      });
      caches.push(cache);
      return cache;
    },
    rateLimiter: (spec) => adapter.createRedisRateLimiter(redis, spec),
    isBusIdle: () => isStreamIdle(redis),
    async close() {
      await Promise.all(caches.map((cache) => cache.close()));
      await redis.close();
    },
  };
}

/** Says which of the ways not to have a Redis this is. */
export function startErrorOfRedis(error: unknown): StartError {
  const cause = (error as { cause?: unknown } | null)?.cause ?? error;
  const message = `${(error as Error).message} ${(cause as Error | undefined)?.message ?? ''}`;
  const because = { cause: error };
  if (/WRONGPASS|NOAUTH|NOPERM|invalid username-password/.test(message)) {
    return new StartError(
      'STORE_LOGIN_REFUSED',
      'Redis refused the login.',
      'See that user and password in REDIS_URL are right.',
      because,
    );
  }
  if (message.includes('too old')) {
    return new StartError(
      'STORE_TOO_OLD',
      (error as Error).message,
      'Upgrade the server (Valkey will do), or set REDIS_URL to a newer one.',
      because,
    );
  }
  if (/SSL|TLS|certificate|wrong version number|packet length/i.test(message)) {
    return new StartError(
      'STORE_TLS_REFUSED',
      `Redis and this process do not agree about TLS: ${(error as Error).message}.`,
      'Write rediss:// where the server speaks TLS and redis:// where it does not.',
      because,
    );
  }
  if (error instanceof Fault) {
    return new StartError(
      'STORE_UNREACHABLE',
      (error as Error).message,
      'See that REDIS_URL names a Redis 7 or Valkey that runs.',
      because,
    );
  }
  return new StartError(
    'STORE_UNREACHABLE',
    `Redis cannot be used: ${(error as Error).message}`,
    'See that REDIS_URL names a Redis 7 or Valkey that runs.',
    because,
  );
}
