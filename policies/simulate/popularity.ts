import type { Random } from './random.ts';

/** How demand is spread over things: the nth most wanted is wanted 1/n as often as the first. */
export interface Popularity {
  readonly count: number;
  /** Share of the demand of each, the most wanted first. */
  readonly shares: Float64Array;
  /** One of them, in constant time (Walker's alias method). */
  pick(random: Random): number;
}

/** Zipf's law with exponent 1 over `count` things. */
export function zipf(count: number): Popularity {
  const shares = new Float64Array(count);
  let sum = 0;
  for (let n = 0; n < count; n += 1) sum += 1 / (n + 1);
  for (let n = 0; n < count; n += 1) shares[n] = 1 / (n + 1) / sum;
  const { threshold, alias } = aliasTable(shares);
  return {
    count,
    shares,
    pick(random) {
      const scaled = random() * count;
      const at = Math.floor(scaled);
      return scaled - at < (threshold[at] as number) ? at : (alias[at] as number);
    },
  };
}

function aliasTable(shares: Float64Array): { threshold: Float64Array; alias: Int32Array } {
  const count = shares.length;
  const threshold = shares.map((share) => share * count);
  const alias = new Int32Array(count);
  const small: number[] = [];
  const large: number[] = [];
  for (const [at, weight] of threshold.entries()) (weight < 1 ? small : large).push(at);
  for (;;) {
    const low = small.pop();
    const high = large.at(-1);
    if (low === undefined || high === undefined) break;
    alias[low] = high;
    const left = (threshold[high] as number) - (1 - (threshold[low] as number));
    threshold[high] = left;
    if (left < 1) {
      large.pop();
      small.push(high);
    }
  }
  // What rounding left over is certain.
  for (const at of [...small, ...large]) threshold[at] = 1;
  return { threshold, alias };
}
