import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Actor,
  actorKey,
  type BucketSpec,
  type RateLimiter,
  type Taken,
  vendorOfActor,
} from '@mkt/service-kit';
import type { EarlyRefusal } from './early-refusals.ts';

/** `RateLimit` and `RateLimit-Policy` as structured fields. */
function rateLimitHeaders(spec: BucketSpec, taken: Taken): Record<string, string> {
  const windowSeconds = Math.ceil(spec.burst / spec.perSecond);
  const untilFull = Math.ceil((spec.burst - taken.remaining) / spec.perSecond);
  return {
    ratelimit: `"${spec.name}";r=${taken.remaining};t=${untilFull}`,
    'ratelimit-policy': `"${spec.name}";q=${spec.burst};w=${windowSeconds}`,
  };
}

/** A refusal, and the bucket that had no more. */
interface OverLimit extends EarlyRefusal {
  readonly bucket: BucketSpec;
}

/** Takes from the buckets of a request, says in the answer what is left, and whether it is over. */
type Limits = (
  actor: Actor,
  request: IncomingMessage,
  response: ServerResponse,
) => OverLimit | null | Promise<OverLimit | null>;

/** One bucket per client address or account, and one per vendor over all its people and keys. */
export function createLimits(
  limits: { readonly client: BucketSpec; readonly vendor: BucketSpec },
  rateLimiter: (spec: BucketSpec) => RateLimiter,
): Limits {
  const clientLimiter = rateLimiter(limits.client);
  const vendorLimiter = rateLimiter(limits.vendor);

  function judge(
    client: Taken,
    vendor: Taken | undefined,
    response: ServerResponse,
  ): OverLimit | null {
    const headers = rateLimitHeaders(limits.client, client);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const refused = [client, vendor].find((taken) => taken && !taken.allowed);
    if (!refused) return null;
    const { retryAfterSeconds } = refused;
    const detail = `Too many requests: try again in ${retryAfterSeconds} s.`;
    return {
      headers,
      refusal: { code: 'RATE_LIMITED', detail, data: { retryAfterSeconds } },
      bucket: refused === client ? limits.client : limits.vendor,
    };
  }

  return (actor, request, response) => {
    const address = request.socket.remoteAddress ?? 'unknown';
    const client = clientLimiter.take(actor.kind === 'anonymous' ? address : actorKey(actor));
    const vendorId = vendorOfActor(actor);
    const vendor = vendorId ? vendorLimiter.take(vendorId) : undefined;
    return client instanceof Promise || vendor instanceof Promise
      ? Promise.all([client, vendor]).then(([c, v]) => judge(c, v, response))
      : judge(client, vendor, response);
  };
}
