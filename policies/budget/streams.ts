import type { Traffic, UseCase } from '@mkt/topology';

export const daysOfMonth = 31;
export const hoursOfMonth = daysOfMonth * 24;
const secondsOfMonth = hoursOfMonth * 3600;

/** How often a second something is done, for each hour of a month that begins on a Monday. */
export type Streams = Readonly<Partial<Record<UseCase, readonly number[]>>>;

/** What people do in each hour, bots with them, and what follows from it. */
export function streamsOf({ perMonth, shape }: Traffic): Streams {
  const people = (count: number) =>
    hourly((hour, day) => {
      const daily = shape.hours[hour] ?? 1;
      const weekly = shape.weekdays[day % 7] ?? 1;
      return (count / secondsOfMonth) * daily * weekly * campaignTimes(shape, day * 24 + hour);
    });
  const withBots = (count: number) => {
    const bots = (count * shape.botsPerPerson) / secondsOfMonth;
    return people(count).map((rate) => rate + bots);
  };
  const working = hourly((hour, day) => (hour >= 8 && hour < 18 && day % 7 < 5 ? 1 : 0));
  const workingSeconds = working.reduce((sum, one) => sum + one, 0) * 3600;
  const vendors = (count: number) => working.map((one) => (one * count) / workingSeconds);
  const checkouts = people(perMonth.checkout);
  const { perMonth: edits, rows } = shape.bulkEdits;
  return {
    pageView: withBots(perMonth.pageView),
    search: withBots(perMonth.search),
    addToCart: people(perMonth.addToCart),
    checkout: checkouts,
    vendorUpdate: vendors(perMonth.vendorUpdate + edits * rows),
    fulfillment: vendors(perMonth.checkout),
    webhook: checkouts.map((rate) => rate * shape.webhooksPerCheckout),
  };
}

const hourly = (value: (hour: number, day: number) => number): number[] =>
  Array.from({ length: hoursOfMonth }, (_, at) => value(at % 24, Math.floor(at / 24)));

/** A campaign comes on top of the month: the plan has to hold with it. */
function campaignTimes({ campaign }: Traffic['shape'], hour: number): number {
  if (!campaign) return 1;
  const start = (campaign.day - 1) * 24 + campaign.hour;
  return hour >= start && hour < start + campaign.hours ? campaign.times : 1;
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
