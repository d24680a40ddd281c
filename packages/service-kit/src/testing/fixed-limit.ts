import type { AdaptiveLimit } from '../load/adaptive-limit.ts';

/** So many places at once, whatever requests take. */
export function fixedLimit(current: number): AdaptiveLimit {
  return { current, observe: () => {}, observeFailure: () => {} };
}
