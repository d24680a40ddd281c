import { limitAt } from '../limits/index.ts';
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

/** What lifting the fullest limit costs, and how much traffic then fits. */
export interface PaidStep {
  readonly buys: string;
  readonly usdPerMonth: number;
  readonly ordersPerMonth: number;
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
    nextStep: lifted.size > 0 ? null : nextStep(scenario, limiting),
  };
}

function withLimit(quota: Quota, lifted: ReadonlyMap<string, number>): Quota {
  const limit = lifted.get(quota.limitId);
  return limit === undefined ? quota : { ...quota, limit, share: quota.used / limit };
}

/** What to buy for a limit: how much more, and by which price of the catalogue. */
const steps: Readonly<
  Record<string, { more: number; priceOf: string; amount: number; buys: string }>
> = {
  'profile.disk.gb': {
    more: 100,
    priceOf: 'oracle.block-volume.gb',
    amount: 100,
    buys: '100 GB of block volume',
  },
  'profile.cpu.cores': {
    more: 0.7,
    priceOf: 'oracle.a1.ocpu-hours',
    amount: 744,
    buys: 'one more OCPU of A1',
  },
  'neon.compute.cu-hours': {
    more: 86,
    priceOf: 'neon.compute.cu-hours',
    amount: 86,
    buys: '86 CU-hours: a database awake all month',
  },
  'neon.storage.gb': { more: 10, priceOf: 'neon.storage.gb', amount: 10, buys: '10 GB at Neon' },
  'neon.egress.gb': {
    more: 10,
    priceOf: 'neon.egress.gb',
    amount: 10,
    buys: '10 GB of egress at Neon',
  },
  'upstash.commands.count': {
    more: 1_000_000,
    priceOf: 'upstash.commands.count',
    amount: 1_000_000,
    buys: 'a million commands at Upstash',
  },
};

function nextStep(scenario: Scenario, { limitId, limit }: Quota): PaidStep | null {
  const step = steps[limitId];
  if (!step) return null;
  const { price } = limitAt(step.priceOf, `${scenario.month.name}-01`);
  if (!price) return null;
  const after = largestTraffic(scenario, new Map([[limitId, limit + step.more]]));
  return {
    buys: step.buys,
    usdPerMonth: Math.round((step.amount / price.per) * price.usd * 100) / 100,
    ordersPerMonth: after?.ordersPerMonth ?? 0,
  };
}
