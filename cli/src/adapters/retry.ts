/** How often a refusal for the moment is taken up again, and for how long at most. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly longestWaitMs: number;
  readonly totalWaitMs: number;
}

export const defaultRetry: RetryPolicy = {
  attempts: 5,
  longestWaitMs: 10_000,
  totalWaitMs: 30_000,
};

const firstWaitMs = 250;

/**
 * How long to wait before the next attempt, or null to give up: what the server asks for, else
 * twice as long each time. `random` (0 to 1) keeps clients that failed together apart.
 */
export function waitBeforeRetry(
  policy: RetryPolicy,
  state: { readonly attempt: number; readonly waitedMs: number; readonly retryAfterMs?: number },
  random: number,
): number | null {
  const { attempt, waitedMs, retryAfterMs } = state;
  if (attempt >= policy.attempts) return null;
  const own = Math.min(policy.longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
  const waitMs = retryAfterMs ?? Math.round(own * (0.5 + random / 2));
  const isBearable = waitMs <= policy.longestWaitMs && waitedMs + waitMs <= policy.totalWaitMs;
  return isBearable ? waitMs : null;
}

/** `Retry-After` in seconds or as a date. */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
