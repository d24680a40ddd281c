import { nextStep, type PaidStep } from './paid-step.ts';
import type { Quota } from './quota.ts';
import { type Scenario, scaled } from './scenario.ts';
import { expectedQuotas } from './verdict.ts';

/** The most that fits, and what a small bill would add. */
export interface Largest {
  /** So many times the scenario's traffic. */
  readonly times: number;
  readonly ordersPerMonth: number;
  readonly pageViewsPerMonth: number;
  /** What is full then. */
  readonly limitedBy: Pick<Quota, 'limitId' | 'instance' | 'resource' | 'limit' | 'unit'>;
  readonly nextStep: PaidStep | null;
}

/** Beyond it the answer is "more than anybody needs", and the arithmetic has left its ground. */
const mostTimes = 1_000;
const precision = 1.001;
const lastsAtMost = 60;

/**
 * The largest traffic of the same shape with which every quota lasts, by bisection over expected
 * months; null where not even a thousandth fits.
 */
export function largestTraffic(
  scenario: Scenario,
  lifted: ReadonlyMap<string, number> = new Map(),
): Largest | null {
  const fullest = (times: number): Quota | undefined =>
    expectedQuotas({ ...scenario, traffic: scaled(scenario.traffic, times) })
      .map((quota) => withLimit(quota, lifted))
      .toSorted((a, b) => b.share - a.share)[0];
  const fits = (times: number): boolean => (fullest(times)?.share ?? 0) <= 1;
  let low = 1 / mostTimes;
  if (!fits(low)) return null;
  let high = mostTimes;
  for (let step = 0; high / low > precision && step < lastsAtMost; step += 1) {
    const middle = Math.sqrt(low * high);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  const limiting = fullest(low);
  if (!limiting) return null;
  const { limitId, instance, resource, limit, unit } = limiting;
  return {
    times: low,
    ordersPerMonth: Math.floor(scenario.traffic.perMonth.checkout * low),
    pageViewsPerMonth: Math.floor(scenario.traffic.perMonth.pageView * low),
    limitedBy: { limitId, instance, resource, limit, unit },
    nextStep:
      lifted.size > 0
        ? null
        : nextStep(scenario, limiting, (limits) => largestTraffic(scenario, limits)),
  };
}

function withLimit(quota: Quota, lifted: ReadonlyMap<string, number>): Quota {
  const limit = lifted.get(quota.limitId);
  return limit === undefined ? quota : { ...quota, limit, share: quota.used / limit };
}
