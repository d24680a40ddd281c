import { LRUCache } from 'lru-cache';

/** A bucket holds `burst` requests and refills evenly. */
export interface BucketSpec {
  readonly name: string;
  readonly perSecond: number;
  readonly burst: number;
}

export interface Taken {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the next request would be allowed; 0 while some remain. */
  readonly retryAfterSeconds: number;
}

interface Bucket {
  tokens: number;
  refilledAtMs: number;
}

/** Least recently seen keys go first: a flood of new keys cannot fill the memory. */
const maxKeys = 20_000;

/** Token buckets by key, in this process. `nowMs` is a steady clock's time. */
export function createRateLimiter(spec: BucketSpec): (key: string, nowMs: number) => Taken {
  const buckets = new LRUCache<string, Bucket>({ max: maxKeys });
  return (key, nowMs) => {
    let bucket = buckets.get(key);
    if (!bucket) {
      bucket = { tokens: spec.burst, refilledAtMs: nowMs };
      buckets.set(key, bucket);
    }
    const elapsedSeconds = Math.max(0, nowMs - bucket.refilledAtMs) / 1_000;
    bucket.tokens = Math.min(spec.burst, bucket.tokens + elapsedSeconds * spec.perSecond);
    bucket.refilledAtMs = nowMs;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return { allowed: true, remaining: Math.floor(bucket.tokens), retryAfterSeconds: 0 };
    }
    const retryAfterSeconds = Math.ceil((1 - bucket.tokens) / spec.perSecond);
    return { allowed: false, remaining: 0, retryAfterSeconds };
  };
}

/** `RateLimit` and `RateLimit-Policy` as structured fields. */
export function rateLimitHeaders(spec: BucketSpec, taken: Taken): Record<string, string> {
  const windowSeconds = Math.ceil(spec.burst / spec.perSecond);
  const untilFull = Math.ceil((spec.burst - taken.remaining) / spec.perSecond);
  return {
    ratelimit: `"${spec.name}";r=${taken.remaining};t=${untilFull}`,
    'ratelimit-policy': `"${spec.name}";q=${spec.burst};w=${windowSeconds}`,
  };
}
