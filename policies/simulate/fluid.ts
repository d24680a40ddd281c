import { type Context, contexts, type UseCase } from '@mkt/topology';
import { type Activity, emptyActivity } from './activity.ts';
import { assumptions } from './assumptions.ts';
import { asleepShare } from './awake.ts';
import { hoursOf, streamsOf } from './demand.ts';
import type { MonthLimits } from './month-limits.ts';
import { type Popularity, zipf } from './popularity.ts';
import type { Scenario } from './scenario.ts';

const hourSeconds = 3_600;

/**
 * The expected month, without chance: what the simulation gives on average, in a hundredth of a
 * second, for searching among many traffics. It knows no stops and no ladder.
 */
export function expectedMonth(scenario: Scenario, limits: MonthLimits): Activity {
  const hours = hoursOf(scenario.month);
  const activity = emptyActivity(hours);
  const streams = streamsOf(scenario);
  const missesOf = createMissRates(scenario);
  for (let hour = 0; hour < hours; hour += 1) {
    const rates = new Map<UseCase, { people: number; bots: number }>();
    for (const { useCase, isBot, perSecond } of streams) {
      const rate = rates.get(useCase) ?? { people: 0, bots: 0 };
      rate[isBot ? 'bots' : 'people'] += perSecond[hour] as number;
      rates.set(useCase, rate);
    }
    const misses = new Map<UseCase, number>();
    for (const [useCase, { people, bots }] of rates) {
      activity.done[useCase][hour] = (people + bots) * hourSeconds;
      const missRate = missesOf(useCase, people, bots);
      misses.set(useCase, missRate);
      activity.missed[useCase][hour] = missRate * hourSeconds;
    }
    addMachinery(scenario, activity, hour);
    activity.peakDocumentOperations[hour] = busiestSecond(scenario, rates, misses);
    for (const context of contexts) {
      if (scenario.databases[context] !== 'neon') continue;
      const touches = touchRate(scenario, context, rates, misses);
      const { suspendSeconds } = limits;
      const asleep = asleepShare(scenario, context, suspendSeconds);
      const awake = 1 - Math.exp(-suspendSeconds * touches) * asleep;
      activity.awakeSeconds[context][hour] = awake * hourSeconds;
    }
  }
  return activity;
}

/** Of an hour's 3,600 seconds, one is some three and a half deviations above the mean. */
export const busiestOf = (mean: number, variance: number): number =>
  mean + 3.5 * Math.sqrt(variance);

function busiestSecond(
  { costs }: Scenario,
  rates: ReadonlyMap<UseCase, { people: number; bots: number }>,
  misses: ReadonlyMap<UseCase, number>,
): number {
  let mean = 0;
  for (const [useCase, { people, bots }] of rates) {
    const { always, onMiss } = costs[useCase];
    mean += (people + bots) * always.documentOperations;
    mean += (misses.get(useCase) ?? 0) * (onMiss?.cost.documentOperations ?? 0);
  }
  return busiestOf(mean, mean);
}

/** Sweeps, scrapes, reports and bulk edits, spread over the month. */
function addMachinery(scenario: Scenario, activity: Activity, hour: number): void {
  const { perMonth, rows } = scenario.traffic.shape.bulkEdits;
  const { done } = activity;
  done.sweep[hour] = hourSeconds / scenario.sweepSeconds;
  done.scrape[hour] = hourSeconds / assumptions.scrapeSeconds;
  done.usageReport[hour] = hourSeconds / scenario.usageReportSeconds;
  done.vendorUpdate[hour] =
    (done.vendorUpdate[hour] as number) + (perMonth * rows) / activity.hours;
}

function touchRate(
  { costs }: Scenario,
  context: Context,
  rates: ReadonlyMap<UseCase, { people: number; bots: number }>,
  misses: ReadonlyMap<UseCase, number>,
): number {
  let sum = 0;
  for (const [useCase, { people, bots }] of rates) {
    const { always, onMiss } = costs[useCase];
    if ((always.statements[context] ?? 0) > 0) sum += people + bots;
    if ((onMiss?.cost.statements[context] ?? 0) > 0) sum += misses.get(useCase) ?? 0;
  }
  return sum;
}

/** Misses a second of a cache: a thing asked for λ times a second misses λ / (1 + λ·ttl) times. */
function createMissRates({ costs, traffic }: Scenario) {
  const { shape } = traffic;
  const things = { product: zipf(shape.products), question: zipf(shape.questions) };
  const known = new Map<string, number>();
  return (useCase: UseCase, people: number, bots: number): number => {
    const { onMiss } = costs[useCase];
    if (!onMiss) return 0;
    const key = `${useCase} ${people} ${bots}`;
    const found =
      known.get(key) ?? missRate(things[onMiss.keyedBy], onMiss.ttlSeconds, people, bots);
    known.set(key, found);
    return found;
  };
}

function missRate(
  { shares, count }: Popularity,
  ttlSeconds: number,
  people: number,
  bots: number,
): number {
  let sum = 0;
  for (const share of shares) {
    const rate = people * share + bots / count;
    sum += rate / (1 + rate * ttlSeconds);
  }
  return sum;
}
