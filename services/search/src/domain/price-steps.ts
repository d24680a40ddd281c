import { LIMITS } from './limits.ts';
import type { PriceBand } from './types.ts';

/** Prices that people find round, in minor units: 1, 1.5, 2, 2.5, 3, 4, 5, 6 and 8 × 10ⁿ. */
const EDGES: readonly number[] = roundPrices();

export const PRICE_STEPS = EDGES.length;

function roundPrices(): number[] {
  const edges = [0];
  for (let unit = 1; unit <= 1e15; unit *= 10) {
    for (const factor of [10, 15, 20, 25, 30, 40, 50, 60, 80]) {
      const edge = (factor * unit) / 10;
      if (Number.isInteger(edge)) edges.push(edge);
    }
  }
  return edges;
}

/** The last edge that the price reaches. */
export function priceStep(priceMinor: number): number {
  let low = 0;
  let high = EDGES.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((EDGES[middle] as number) <= priceMinor) low = middle;
    else high = middle;
  }
  return low;
}

/** By step: 1 where every price of it is within the range, 2 where some may be, else 0. */
export function stepsWithin(minMinor: number, maxMinor: number): Uint8Array {
  return Uint8Array.from(EDGES, (edge, step) => {
    const last = (EDGES[step + 1] ?? Number.POSITIVE_INFINITY) - 1;
    if (edge >= minMinor && last <= maxMinor) return 1;
    return last >= minMinor && edge <= maxMinor ? 2 : 0;
  });
}

/**
 * Joins neighbouring steps until each band holds a fair share of the products, so that every
 * catalogue, cheap or dear, gets a few bands of similar use. The outer bands are open.
 */
export function priceBands(countByStep: Uint32Array): PriceBand[] {
  const total = countByStep.reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const share = total / LIMITS.priceBands;
  const bands: { from: number; count: number }[] = [];
  let open = { from: 0, count: 0 };
  for (let step = 0; step < countByStep.length; step += 1) {
    const count = countByStep[step] as number;
    if (count > 0 && open.count === 0) open.from = step;
    open.count += count;
    if (open.count < share) continue;
    bands.push(open);
    open = { from: step + 1, count: 0 };
  }
  if (open.count > 0) bands.push(open);
  return bands.map(({ from, count }, at) => {
    const next = bands[at + 1];
    return {
      ...(at > 0 && { minMinor: EDGES[from] as number }),
      ...(next !== undefined && { maxMinor: (EDGES[next.from] as number) - 1 }),
      count,
    };
  });
}
