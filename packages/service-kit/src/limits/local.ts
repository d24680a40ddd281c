import { LRUCache } from 'lru-cache';
import { type BucketSpec, type RateLimiter, type Taken, takenOf } from './rate-limiter.ts';

interface Bucket {
  tokens: number;
  refilledAtMs: number;
}

export interface LocalRateLimiter extends RateLimiter {
  take(key: string): Taken;
}

/** Least recently seen keys go first: a flood of new keys cannot fill the memory. */
const maxKeys = 20_000;

/** Token buckets of this process alone. `nowMs` is a steady clock. */
export function createLocalRateLimiter(
  spec: BucketSpec,
  nowMs: () => number = () => performance.now(),
): LocalRateLimiter {
  const buckets = new LRUCache<string, Bucket>({ max: maxKeys });
  return {
    take(key) {
      const now = nowMs();
      let bucket = buckets.get(key);
      if (!bucket) {
        bucket = { tokens: spec.burst, refilledAtMs: now };
        buckets.set(key, bucket);
      }
      const elapsedSeconds = Math.max(0, now - bucket.refilledAtMs) / 1_000;
      bucket.tokens = Math.min(spec.burst, bucket.tokens + elapsedSeconds * spec.perSecond);
      bucket.refilledAtMs = now;
      const allowed = bucket.tokens >= 1;
      if (allowed) bucket.tokens -= 1;
      return takenOf(spec, allowed, bucket.tokens);
    },
  };
}
