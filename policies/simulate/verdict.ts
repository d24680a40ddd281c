import { demands, type UseCase, useCases } from '@mkt/topology';
import { type Activity, total } from './activity.ts';
import { hoursOf } from './demand.ts';
import { expectedMonth } from './fluid.ts';
import { simulateMonth } from './month.ts';
import type { Quota } from './quota.ts';
import { monthLimitsOf, quotasOf } from './quotas.ts';
import type { Scenario } from './scenario.ts';

/** The month as one seed gives it. */
export interface SimulatedMonth {
  readonly seed: number;
  readonly quotas: readonly Quota[];
  readonly activity: Activity;
}

/** What people want to know of a month. */
export interface Verdict {
  readonly fits: boolean;
  /** Of every quota with something spent, fullest first; the first seed's. */
  readonly quotas: readonly Quota[];
  /** What runs out first within the month, over all seeds. */
  readonly firstExhausted: Exhaustion | null;
  /** What is over without running out on a day: disks, after a year. */
  readonly over: readonly Quota[];
  readonly visits: Readonly<Record<UseCase, { readonly done: number; readonly refused: number }>>;
  /** Times that a sleeping database made somebody wait. */
  readonly coldStarts: number;
  /** Share of page views that a cache answered. */
  readonly pageHitRate: number;
}

export interface Exhaustion {
  readonly limitId: string;
  readonly instance: string | null;
  /** Days of the month, from 1, of the earliest and the latest seed. */
  readonly earliestDay: number;
  readonly latestDay: number;
  /** Seeds in which it ran out, of all. */
  readonly seeds: number;
}

export function simulate(scenario: Scenario, seeds: readonly number[]): SimulatedMonth[] {
  const limits = monthLimitsOf(scenario);
  return seeds.map((seed) => {
    const activity = simulateMonth(scenario, limits, seed);
    return { seed, activity, quotas: quotasOf(scenario, activity) };
  });
}

/** The quotas of the month that is expected, without chance. */
export function expectedQuotas(scenario: Scenario): Quota[] {
  return quotasOf(scenario, expectedMonth(scenario, monthLimitsOf(scenario)));
}

export function verdictOf(months: readonly SimulatedMonth[]): Verdict {
  const [first] = months;
  if (!first) throw new Error('A verdict needs a month');
  const { activity } = first;
  const over = first.quotas.filter(
    ({ share, exhaustedAtHour }) => share > 1 && exhaustedAtHour === null,
  );
  const firstExhausted = firstExhaustionOf(months);
  const views = total(activity.done.pageView);
  return {
    fits: firstExhausted === null && over.length === 0,
    quotas: first.quotas,
    firstExhausted,
    over,
    visits: Object.fromEntries(
      useCases.map((useCase) => [
        useCase,
        {
          done: Math.round(total(activity.done[useCase])),
          refused: Math.round(total(activity.refused[useCase])),
        },
      ]),
    ) as Verdict['visits'],
    coldStarts: Object.values(activity.wakes).reduce((sum, wakes) => sum + total(wakes), 0),
    pageHitRate: views === 0 ? 0 : 1 - total(activity.missed.pageView) / views,
  };
}

function firstExhaustionOf(months: readonly SimulatedMonth[]): Exhaustion | null {
  const firsts = months.flatMap(({ quotas }) => {
    const [soonest] = quotas
      .filter((quota) => quota.exhaustedAtHour !== null)
      .toSorted((a, b) => (a.exhaustedAtHour ?? 0) - (b.exhaustedAtHour ?? 0));
    return soonest ? [soonest] : [];
  });
  const [named] = firsts.toSorted((a, b) => (a.exhaustedAtHour ?? 0) - (b.exhaustedAtHour ?? 0));
  if (!named) return null;
  const days = firsts.map(({ exhaustedAtHour }) => Math.floor((exhaustedAtHour ?? 0) / 24) + 1);
  return {
    limitId: named.limitId,
    instance: named.instance,
    earliestDay: Math.min(...days),
    latestDay: Math.max(...days),
    seeds: firsts.length,
  };
}

/** Requests of visitors that the month simulates: people's and bots', vendors', webhooks. */
export const requestsOf = ({ activity }: SimulatedMonth): number =>
  [...demands, 'fulfillment' as const, 'webhook' as const].reduce(
    (sum, useCase) => sum + total(activity.done[useCase]) + total(activity.refused[useCase]),
    0,
  );

/** A moment of the month, such as `2026-12-17T09:00Z`. */
export function momentOf(scenario: Scenario, hour: number): string {
  const clamped = Math.min(hour, hoursOf(scenario.month) - 1);
  const start = Date.parse(`${scenario.month.name}-01T00:00:00Z`);
  return `${new Date(start + clamped * 3_600_000).toISOString().slice(0, 16)}Z`;
}
