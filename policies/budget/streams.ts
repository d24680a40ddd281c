import type { Traffic, UseCase } from '@mkt/topology';
import { streamsOf as visitsOf } from '../simulate/demand.ts';
import type { Month } from '../simulate/scenario.ts';

export const daysOfMonth = 31;
export const hoursOfMonth = daysOfMonth * 24;

/** How often a second something is done, for each hour of a month that begins on a Monday. */
export type Streams = Readonly<Partial<Record<UseCase, readonly number[]>>>;

/** No month in particular: as long as the longest, and it begins on a Monday. */
const month: Month = { name: 'any', days: daysOfMonth, firstWeekday: 0 };

/**
 * What people do in each hour, bots with them, and what follows from it. Bulk edits count as the
 * vendors' other changes do, spread over their working hours.
 */
export function streamsOf(traffic: Traffic): Streams {
  const { perMonth, shape } = traffic;
  const edits = perMonth.vendorUpdate + shape.bulkEdits.perMonth * shape.bulkEdits.rows;
  const withEdits = { ...traffic, perMonth: { ...perMonth, vendorUpdate: edits } };
  const sums: Partial<Record<UseCase, readonly number[]>> = {};
  for (const { useCase, perSecond } of visitsOf({ traffic: withEdits, month })) {
    const before = sums[useCase];
    sums[useCase] = Array.from(perSecond, (rate, hour) => rate + (before?.[hour] ?? 0));
  }
  return sums;
}

/**
 * Visits that no cache answers. What is wanted is spread by Zipf; of an item wanted at the rate r,
 * r / (1 + r x ttl) a second find nothing kept.
 */
export function misses(perSecond: readonly number[], keys: number, ttlSeconds: number): number[] {
  const groups = popularityGroups(keys);
  const known = new Map<number, number>();
  return perSecond.map((rate) => {
    const before = known.get(rate);
    if (before !== undefined) return before;
    let missed = 0;
    for (const { share, count } of groups) {
      const wanted = rate * share;
      missed += (count * wanted) / (1 + wanted * ttlSeconds);
    }
    known.set(rate, missed);
    return missed;
  });
}

/** Ranks beyond this are taken together where they differ by less than a hundredth. */
const singleRanks = 200;

/** How much of all visits one item of each rank gets, neighbours in the long tail together. */
function popularityGroups(keys: number): { readonly share: number; readonly count: number }[] {
  const groups: { weight: number; count: number }[] = [];
  for (let rank = 1; rank <= keys; ) {
    const width = rank <= singleRanks ? 1 : Math.floor(rank / 100);
    const count = Math.min(width, keys - rank + 1);
    groups.push({ weight: 1 / (rank + (count - 1) / 2), count });
    rank += count;
  }
  const whole = groups.reduce((sum, { weight, count }) => sum + weight * count, 0);
  return groups.map(({ weight, count }) => ({ share: weight / whole, count }));
}
