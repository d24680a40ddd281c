/** A bucket holds `burst` requests and refills evenly. */
export interface BucketSpec {
  readonly name: string;
  readonly perSecond: number;
  readonly burst: number;
}

export interface Taken {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Until the next request would be allowed; 0 for one that was. */
  readonly retryAfterSeconds: number;
}

/**
 * Token buckets by key. Never fails a caller: an adapter that cannot reach its store decides by
 * itself. An answer that is there already comes as a plain value, so that a request in one process
 * waits for nothing.
 */
export interface RateLimiter {
  take(key: string): Taken | Promise<Taken>;
}

/** What a bucket with so many tokens after the attempt answers. */
export function takenOf(spec: BucketSpec, allowed: boolean, tokens: number): Taken {
  return allowed
    ? { allowed, remaining: Math.floor(tokens), retryAfterSeconds: 0 }
    : { allowed, remaining: 0, retryAfterSeconds: Math.ceil((1 - tokens) / spec.perSecond) };
}
