import { assert } from './assert.ts';
import { assertNatural, roundHalfUpRatio } from './rate.ts';

/**
 * The part of the amount `x` of a line of `q` units that its units a+1 … a+k carry: the
 * difference of two rounded running totals, so that the parts of any split add up to `x`.
 */
export function partOf(x: number, q: number, a: number, k: number): number {
  for (const units of [q, a, k]) assertNatural(units, 'quantity');
  assert(q > 0 && a + k <= q, `Units ${a + 1} to ${a + k} are not in a line of ${q}`);
  return roundHalfUpRatio(x, a + k, q) - roundHalfUpRatio(x, a, q);
}
