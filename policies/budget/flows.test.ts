import { type CostVector, costModel, environments, noCost, type UseCase } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { type CostModel, flowsOf } from './flows.ts';
import { misses, streamsOf } from './streams.ts';

const serverless = { autosuspendSeconds: 300, smallestCu: 0.25 };
const free = Object.fromEntries(
  Object.keys(costModel).map((name) => [name, { always: noCost }]),
) as unknown as CostModel;
const costing = (useCase: UseCase, cost: Partial<CostVector>): CostModel => ({
  ...free,
  [useCase]: { always: { ...noCost, ...cost } },
});
const { staging } = environments;
const flat = {
  ...staging,
  redis: 'upstash' as const,
  databases: { ...staging.databases, sales: 'neon' as const },
  traffic: {
    perMonth: { pageView: 0, search: 0, addToCart: 0, checkout: 744, vendorUpdate: 0 },
    shape: {
      ...staging.traffic.shape,
      hours: Array(24).fill(1),
      weekdays: Array(7).fill(1),
      campaign: null,
    },
  },
};
const useOf = (model: CostModel, limitId: string, environment: typeof flat = flat) =>
  flowsOf(environment, model, serverless).uses.find((use) => use.limitId === limitId);

describe('what traffic spends', () => {
  it('is its cost times how often it happens', () => {
    const use = useOf(costing('checkout', { redisCommands: 5 }), 'upstash.commands.count');
    expect(use?.quantity).toBeCloseTo(744 * 5, 6);
    expect(use?.because).toBe('checkout 744 x 5');
    expect(use?.days?.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
  });

  it('is no command to Upstash where Redis is in the cluster', () => {
    const own = { ...flat, redis: 'valkey' as never };
    const model = costing('checkout', { redisCommands: 5 });
    expect(useOf(model, 'upstash.commands.count', own)).toBeUndefined();
  });

  it('keeps a serverless database awake for five minutes after each visit', () => {
    const use = useOf(costing('checkout', { statements: { sales: 1 } }), 'neon.compute.cu-hours');
    // One visit an hour, by chance: 1 - e^(-300/3600) of the time.
    expect(use?.quantity).toBeCloseTo(0.25 * 744 * (1 - Math.exp(-1 / 12)), 6);
    expect(use?.instance).toBe('sales');
  });

  it('keeps it awake all month where machinery asks every minute', () => {
    const model = costing('usageReport', { statements: { sales: 1 } });
    const often = { ...flat, usageReportSeconds: 60 };
    expect(useOf(model, 'neon.compute.cu-hours', often)?.quantity).toBeCloseTo(186, 6);
    // Every half an hour it sleeps for 25 minutes: 31 CU-hours.
    const seldom = { ...flat, usageReportSeconds: 1800 };
    expect(useOf(model, 'neon.compute.cu-hours', seldom)?.quantity).toBeCloseTo(31, 6);
  });

  it('wakes no database that is in the cluster', () => {
    const model = costing('checkout', { statements: { sales: 1 } });
    const own = { ...flat, databases: { ...flat.databases, sales: 'cluster' as never } };
    expect(useOf(model, 'neon.compute.cu-hours', own)).toBeUndefined();
  });

  it('of processors is told for the busiest hour', () => {
    const shape = { ...flat.traffic.shape, campaign: { day: 3, hour: 20, hours: 2, times: 10 } };
    const busy = { ...flat, traffic: { ...flat.traffic, shape } };
    const { peakCpuMilli } = flowsOf(busy, costing('checkout', { cpuMs: 360 }), serverless);
    // 10 checkouts an hour of 360 ms each.
    expect(peakCpuMilli.value).toBeCloseTo(1, 6);
    expect(peakCpuMilli.because).toMatch(/^day 3, 20:00 UTC: checkout/);
  });

  it('of the document store is its busiest second', () => {
    const many = {
      ...flat,
      traffic: {
        ...flat.traffic,
        perMonth: { ...flat.traffic.perMonth, checkout: 744 * 3600 * 4 },
      },
    };
    const use = useOf(
      costing('checkout', { documentOperations: 1 }),
      'atlas.operations.per-second',
      many,
    );
    // Four a second on the mean: 3.1 standard deviations more now and then.
    expect(use?.quantity).toBeCloseTo(4 + 3.1 * 2, 3);
  });
});

describe('streams', () => {
  const total = (rates: readonly number[] = []) => rates.reduce((sum, one) => sum + one * 3600, 0);

  it('add up to the month, with bots, and with a campaign on top', () => {
    const { pageView, search, checkout } = streamsOf(environments.staging.traffic);
    const { perMonth, shape } = environments.staging.traffic;
    expect(total(checkout) / perMonth.checkout).toBeCloseTo(1, 2);
    const withBots = 1 + shape.botsPerPerson;
    expect(total(pageView) / (perMonth.pageView * withBots)).toBeCloseTo(1, 2);
    expect(total(search) / (perMonth.search * withBots)).toBeCloseTo(1, 2);
    const sale = streamsOf(environments.production.traffic).checkout;
    expect(total(sale)).toBeGreaterThan(environments.production.traffic.perMonth.checkout);
  });

  it('of vendors run in working hours', () => {
    const { fulfillment = [] } = streamsOf(environments.staging.traffic);
    expect([fulfillment[7], fulfillment[5 * 24 + 12]]).toEqual([0, 0]);
    expect(fulfillment[12]).toBeGreaterThan(0);
  });
});

describe('visits that no cache answers', () => {
  it('are all of them where nothing is kept, and one in a time where all want the same', () => {
    expect(misses([2], 1000, 0)[0]).toBeCloseTo(2, 6);
    // One key, wanted 100 times a second, kept for 10 s: once in 10.01 s.
    expect(misses([100], 1, 10)[0]).toBeCloseTo(1 / 10.01, 9);
  });

  it('are counted as exactly in the long tail as one by one', () => {
    const exact = (rate: number, keys: number, ttl: number) => {
      let harmonic = 0;
      for (let rank = 1; rank <= keys; rank += 1) harmonic += 1 / rank;
      let sum = 0;
      for (let rank = 1; rank <= keys; rank += 1) {
        const wanted = rate / (rank * harmonic);
        sum += wanted / (1 + wanted * ttl);
      }
      return sum;
    };
    for (const [rate, ttl] of [
      [0.1, 5],
      [5, 60],
      [200, 300],
    ] as const) {
      expect((misses([rate], 20_000, ttl)[0] ?? 0) / exact(rate, 20_000, ttl)).toBeCloseTo(1, 4);
    }
  });
});
