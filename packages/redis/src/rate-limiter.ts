import {
  type BucketSpec,
  createLocalRateLimiter,
  type RateLimiter,
  type Taken,
  takenOf,
} from '@mkt/service-kit';
import type { RedisConnections } from './connections.ts';
import { defineScript } from './script.ts';
import { within } from './within.ts';

/**
 * Refills and takes in one command, by the server's clock: the processes' clocks need not agree. A
 * bucket goes when it would be full again, which is what a missing one is taken for.
 * Keys: bucket. Arguments: tokens a second, burst. Answers whether it was allowed, and the tokens.
 */
const takeScript = defineScript(
  1,
  `
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
    local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
    local tokens = tonumber(bucket[1]) or burst
    local at = tonumber(bucket[2]) or now
    tokens = math.min(burst, tokens + math.max(0, now - at) / 1000 * rate)
    local allowed = 0
    if tokens >= 1 then allowed = 1; tokens = tokens - 1 end
    redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.0f', math.max(now, at)))
    redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / rate * 1000) + 1000)
    return {allowed, tostring(tokens)}`,
);

export interface RedisRateLimiterOptions {
  /** How long a request waits for the shared answer before this process decides by itself. */
  readonly waitMs?: number;
}

const defaultWaitMs = 100;

/**
 * Buckets that all processes share. Without Redis each process counts for itself, from full
 * buckets: limits are looser then by the number of processes, and nobody is refused for it.
 */
export function createRedisRateLimiter(
  redis: RedisConnections,
  spec: BucketSpec,
  options: RedisRateLimiterOptions = {},
): RateLimiter {
  const local = createLocalRateLimiter(spec);
  const waitMs = options.waitMs ?? defaultWaitMs;

  function decideAlone(key: string): Taken {
    redis.metrics.fallbacks.inc({ part: 'rate-limit' });
    return local.take(key);
  }

  async function ask(key: string): Promise<Taken> {
    const bucket = redis.key('rate', spec.name, key);
    const answer = redis.run(takeScript, [bucket], [spec.perSecond, spec.burst]);
    const reply = (await within(waitMs, answer)) as [number, string] | undefined;
    return reply ? takenOf(spec, reply[0] === 1, Number(reply[1])) : decideAlone(key);
  }

  return { take: (key) => (redis.isAvailable() ? ask(key) : decideAlone(key)) };
}
