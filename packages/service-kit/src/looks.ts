/**
 * Regular looks fall on the same moments in every process, the multiples of the interval: a
 * serverless database then wakes once for all who ask it, and not once for each.
 */
export function untilNextLookMs(intervalMs: number, nowMs: number = Date.now()): number {
  return intervalMs - (nowMs % intervalMs);
}
