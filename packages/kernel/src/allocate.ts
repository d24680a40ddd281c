import { assert } from './assert.ts';
import { assertNatural } from './rate.ts';

/**
 * Splits a total in proportion to the weights so that the shares add up to it: every share is
 * rounded down, then the largest remainders get one more, ties to the earlier item. No share
 * exceeds its weight unless the total exceeds the sum of the weights.
 */
export function allocate(total: number, weights: readonly number[]): number[] {
  assertNatural(total, 'total');
  for (const weight of weights) assertNatural(weight, 'weight');
  const sum = weights.reduce((soFar, weight) => soFar + BigInt(weight), 0n);
  if (sum === 0n) {
    assert(total === 0, `Nothing to allocate ${total} over`);
    return weights.map(() => 0);
  }
  const exact = weights.map((weight) => BigInt(total) * BigInt(weight));
  const shares = exact.map((product) => Number(product / sum));
  let missing = total - shares.reduce((soFar, share) => soFar + share, 0);
  for (const index of byLargestRemainder(exact.map((product) => product % sum))) {
    if (missing === 0) break;
    shares[index] = (shares[index] ?? 0) + 1;
    missing -= 1;
  }
  return shares;
}

function byLargestRemainder(remainders: readonly bigint[]): number[] {
  return remainders
    .map((remainder, index) => ({ remainder, index }))
    .sort((a, b) => compareBigInt(b.remainder, a.remainder) || a.index - b.index)
    .map(({ index }) => index);
}

function compareBigInt(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
