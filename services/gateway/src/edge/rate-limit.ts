import type { BucketSpec, Taken } from '@mkt/service-kit';

/** `RateLimit` and `RateLimit-Policy` as structured fields. */
export function rateLimitHeaders(spec: BucketSpec, taken: Taken): Record<string, string> {
  const windowSeconds = Math.ceil(spec.burst / spec.perSecond);
  const untilFull = Math.ceil((spec.burst - taken.remaining) / spec.perSecond);
  return {
    ratelimit: `"${spec.name}";r=${taken.remaining};t=${untilFull}`,
    'ratelimit-policy': `"${spec.name}";q=${spec.burst};w=${windowSeconds}`,
  };
}
