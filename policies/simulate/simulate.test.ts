import { costModel, environments, useCases } from '@mkt/topology';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyActivity, total } from './activity.ts';
import { expectedMonth } from './fluid.ts';
import { ladderLevels, levelFor } from './ladder.ts';
import { largestTraffic } from './largest.ts';
import { simulateMonth } from './month.ts';
import { zipf } from './popularity.ts';
import { flowQuota, peakQuota } from './quota.ts';
import { monthLimitsOf, quotasOf } from './quotas.ts';
import { createRandom } from './random.ts';
import { monthOf, scenarioOf, type WhatIf } from './scenario.ts';
import { createServerlessDatabases } from './serverless.ts';
import { expectedQuotas, simulate, verdictOf } from './verdict.ts';

const december = monthOf('2026-12');
const small = 0.02;
const scenario = (whatIf: WhatIf = {}) =>
  scenarioOf(environments.production, december, { traffic: small, ...whatIf });

const factsOf = (period: string, limit: number) => ({
  limitId: 'provider.thing.count',
  instance: null,
  resource: 'Things',
  unit: 'count',
  period,
  limit,
  whenExceeded: 'stop',
  arithmetic: '',
});

describe('a month', () => {
  test('is the same for the same seed and another for another', () => {
    const once = simulate(scenario(), [7])[0];
    const again = simulate(scenario(), [7])[0];
    const other = simulate(scenario(), [8])[0];
    expect(once?.activity).toEqual(again?.activity);
    expect(once?.activity.done.checkout).not.toEqual(other?.activity.done.checkout);
  });

  test('has its days and weekdays', () => {
    expect(december).toEqual({
      name: '2026-12',
      days: 31,
      firstWeekday: 1,
      limitsOf: '2026-12-01',
    });
    expect(monthOf('2024-02').days).toBe(29);
    for (const wrong of ['2026-13', '2026', 'December', '2026-1']) {
      expect(() => monthOf(wrong)).toThrow(/Write one as 2026-12/);
    }
  });

  test.each<[string, WhatIf, number?]>([
    ['databases at Neon', { databases: 'neon' }],
    ['sweeps at any moment', { databases: 'neon', sweepsTogether: false, traffic: 0.002 }, 0.08],
    ['pages kept for five minutes', { databases: 'neon', cacheTtlSeconds: 300 }],
  ])('comes out by chance as it is expected: %s', (_, whatIf, apart = 0.03) => {
    const asked = scenario(whatIf);
    const limits = { ...monthLimitsOf(asked), awakeSeconds: Number.POSITIVE_INFINITY };
    const lived = simulateMonth(asked, limits, 3);
    const expected = expectedMonth(asked, limits);
    const isClose = (name: string, one: number, other: number, part: number) =>
      expect(Math.abs(one - other) <= part * other + 60, `${name}: ${one} and ${other}`).toBe(true);
    for (const useCase of useCases) {
      const [done, missed] = [total(expected.done[useCase]), total(expected.missed[useCase])];
      isClose(useCase, total(lived.done[useCase]), done, 0.03);
      isClose(`${useCase} missed`, total(lived.missed[useCase]), missed, 0.03);
    }
    for (const context of ['customer', 'sales', 'fulfillment', 'billing'] as const) {
      const [one, other] = [lived.awakeSeconds[context], expected.awakeSeconds[context]];
      // Four services that sweep at any moment are four chances: they scatter more.
      isClose(`${context} awake`, total(one), total(other), apart);
    }
  });

  test('a campaign is in it: more orders in its hours than in the same hours a week before', () => {
    const { done } = expectedMonth(scenario(), monthLimitsOf(scenario()));
    const { campaign } = environments.production.traffic.shape;
    const at = ((campaign?.day ?? 0) - 1) * 24 + (campaign?.hour ?? 0);
    expect(done.checkout[at]).toBeCloseTo((campaign?.times ?? 0) * (done.checkout[at - 168] ?? 0));
  });
});

describe('a serverless database', () => {
  const activity = emptyActivity(2);
  const databases = createServerlessDatabases(
    { databases: { ...environments.production.databases, sales: 'neon' } },
    300,
    activity,
  );
  const sales = databases.maskOf({ statements: { sales: 1 } });

  test('is awake from a question until nobody has asked for its suspend time', () => {
    databases.touch(sales, 1_000);
    databases.touch(sales, 1_200);
    databases.touch(sales, 2_000);
    databases.touch(sales, 3_500);
    databases.endHour(0);
    databases.endHour(1);
    // 1,000 to 1,500, 2,000 to 2,300, and 3,500 to 3,800 over the end of the hour.
    expect([...activity.awakeSeconds.sales]).toEqual([900, 200]);
    expect([...activity.wakes.sales]).toEqual([3, 0]);
    expect(databases.awakeSeconds('sales')).toBe(1_100);
  });

  test('is none of those in the cluster', () => {
    expect(databases.maskOf({ statements: { billing: 5, customer: 1 } })).toBe(0);
  });
});

describe('a quota', () => {
  const spent = Float64Array.from({ length: 24 * 10 }, () => 1);

  test('of a month adds up, of a day begins anew, of seven days forgets the eighth', () => {
    expect(flowQuota(factsOf('month', 100), spent)).toMatchObject({
      used: 240,
      exhaustedAtHour: 100,
    });
    expect(flowQuota(factsOf('day-utc', 24), spent)).toMatchObject({
      used: 24,
      exhaustedAtHour: null,
    });
    expect(flowQuota(factsOf('rolling-7-days', 167), spent)).toMatchObject({
      used: 168,
      exhaustedAtHour: 167,
    });
  });

  test('of which nothing may be used is over with the first use, and not before', () => {
    expect(flowQuota(factsOf('month', 0), spent).share).toBe(Number.POSITIVE_INFINITY);
    expect(flowQuota(factsOf('month', 0), new Float64Array(24)).share).toBe(0);
  });

  test('that lies on a disk runs out on no day of the month', () => {
    const quota = peakQuota(factsOf('standing', 1), Float64Array.of(2, 3));
    expect(quota).toMatchObject({ used: 3, share: 3, exhaustedAtHour: null });
  });
});

describe('what runs out', () => {
  test('everything at Neon and never asleep: a hundred CU-hours end on the 17th', () => {
    const verdict = verdictOf(simulate(scenario({ databases: 'neon', traffic: 0.2 }), [1, 2]));
    expect(verdict.fits).toBe(false);
    expect(verdict.firstExhausted).toMatchObject({
      limitId: 'neon.compute.cu-hours',
      earliestDay: 17,
      latestDay: 17,
      seeds: 2,
    });
    expect(verdict.visits.checkout.refused).toBeGreaterThan(0);
  });

  test('the same with the ladder: pages come from the cache, and more orders are taken', () => {
    const asked: WhatIf = { databases: 'neon', traffic: 0.02, usageReportSeconds: 1_800 };
    const orders = (ladder: boolean) =>
      verdictOf(simulate(scenario({ ...asked, ladder }), [1])).visits.checkout.done;
    expect(orders(true)).toBeGreaterThan(orders(false));
  });

  test('the topology as it is fits, with what it promises', () => {
    const verdict = verdictOf(simulate(scenarioOf(environments.production, december), [7]));
    expect(verdict.quotas.filter(({ share }) => share > 1)).toEqual([]);
    expect(verdict.visits.checkout.done).toBeGreaterThan(100_000);
    expect(verdict.visits.pageView.done).toBeGreaterThan(5_000_000);
  });

  test('a polled Upstash ends in the first half of the month', () => {
    const asked = scenarioOf(environments.production, december, { redis: 'upstash' });
    const quota = expectedQuotas(asked).find(({ limitId }) => limitId === 'upstash.commands.count');
    expect(quota?.exhaustedAtHour).toBeLessThan(15 * 24);
  });
});

describe('the largest traffic', () => {
  test('is the most with which every quota lasts', () => {
    const asked = scenarioOf(environments.production, december);
    const largest = largestTraffic(asked);
    const worst = (times: number) =>
      expectedQuotas(scenarioOf(environments.production, december, { traffic: times }))[0]?.share ??
      0;
    expect(worst(largest?.times ?? 0)).toBeLessThanOrEqual(1);
    expect(worst((largest?.times ?? 0) * 1.01)).toBeGreaterThan(1);
    expect(largest?.nextStep?.ordersPerMonth).toBeGreaterThan(largest?.ordersPerMonth ?? 0);
  });

  test('has a next step whose price leaves out what is left of the allowance', () => {
    const scenarioOn = (profile: 'free-1x2' | 'any-k3s') =>
      scenarioOf(environments.production, december, { profile });
    const whole = scenarioOn('free-1x2');
    const nodes = whole.profile.nodes.map((node) => ({ ...node, bootVolumeGb: 150 }));
    // 100 GB more: of 150 GB taken 50 are still free, of 200 none.
    const partly = { ...whole, profile: { ...whole.profile, nodes } };
    expect(largestTraffic(partly)?.nextStep?.usdPerMonth).toBe(1.28);
    expect(largestTraffic(whole)?.nextStep?.usdPerMonth).toBe(2.55);
    expect(largestTraffic(scenarioOn('any-k3s'))?.nextStep).toBeNull();
  });

  test('does not depend on the traffic it was asked with', () => {
    const [one, other] = [0.1, 3].map((traffic) =>
      largestTraffic(scenarioOf(environments.production, december, { traffic })),
    );
    const orders = one?.ordersPerMonth ?? 0;
    // Bulk edits do not grow with the visits.
    expect(Math.abs(orders - (other?.ordersPerMonth ?? 0)) / orders).toBeLessThan(0.02);
  });
});

describe('what is tried out', () => {
  const cpuOf = (whatIf: WhatIf) =>
    expectedQuotas(scenario(whatIf)).find(({ limitId }) => limitId === 'profile.cpu.cores');
  const readBy = (whatIf: WhatIf) =>
    expectedQuotas(scenario(whatIf)).find(({ limitId }) => limitId === 'neon.egress.gb')?.used ?? 0;

  test('more services sweep, report and are looked at, though nobody comes to them', () => {
    expect(cpuOf({ services: 2 })?.used).toBeGreaterThan(cpuOf({})?.used ?? 0);
    // Twelve more of fifteen read as much more: nothing but the machinery is in that project.
    expect(readBy({ services: 2 }) / readBy({})).toBeCloseTo(1 + 12 / 15, 6);
  });

  test('pages that are kept longer are read less often', () => {
    const missed = (whatIf: WhatIf) =>
      total(expectedMonth(scenario(whatIf), monthLimitsOf(scenario())).missed.pageView);
    expect(missed({ cacheTtlSeconds: 300 })).toBeLessThan(missed({}));
    expect(missed({ cacheTtlSeconds: 0 })).toBeGreaterThan(missed({}));
  });

  test('a profile brings its processors and its disk', () => {
    const limits = (profile: 'free-1x2' | 'full-2x2') =>
      new Map(expectedQuotas(scenario({ profile })).map(({ limitId, limit }) => [limitId, limit]));
    const [one, two] = [limits('free-1x2'), limits('full-2x2')];
    expect(two.get('profile.cpu.cores')).toBeGreaterThan(one.get('profile.cpu.cores') ?? 0);
    expect(two.get('profile.disk.gb')).toBeLessThan(one.get('profile.disk.gb') ?? 0);
  });
});

describe('chance', () => {
  test('things are picked as often as they are wanted', () => {
    const { pick, shares, count } = zipf(50);
    const random = createRandom(5);
    const picks = 200_000;
    const found = new Float64Array(count);
    for (let n = 0; n < picks; n += 1) {
      const at = pick(random);
      found[at] = (found[at] ?? 0) + 1;
    }
    for (const [at, share] of shares.entries()) {
      expect(Math.abs((found[at] ?? 0) / picks - share)).toBeLessThan(0.005);
    }
  });

  test('numbers are in [0, 1) and spread evenly', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const tenths = new Array<number>(10).fill(0);
        for (let n = 0; n < 2_000; n += 1) {
          const value = random();
          expect(value >= 0 && value < 1).toBe(true);
          const tenth = Math.floor(value * 10);
          tenths[tenth] = (tenths[tenth] ?? 0) + 1;
        }
        for (const count of tenths) expect(Math.abs(count - 200)).toBeLessThan(80);
      }),
      { numRuns: 20, seed: 1 },
    );
  });
});

test('the ladder rises with what is used and never falls by using more', () => {
  const level = (used: number, elapsed: number) => ladderLevels.indexOf(levelFor(used, elapsed));
  expect(levelFor(0.5, 0.5)).toBe('normal');
  expect(levelFor(0.6, 0.5)).toBe('thrift');
  expect(levelFor(0.9, 0.8)).toBe('essential');
  expect(levelFor(0.99, 0.99)).toBe('read-only');
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (one, other, elapsed) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(level(more, elapsed)).toBeGreaterThanOrEqual(level(less, elapsed));
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});

test('the cost model names every use case', () => {
  expect(Object.keys(costModel).toSorted()).toEqual([...useCases].toSorted());
  expect(quotasOf(scenario(), expectedMonth(scenario(), monthLimitsOf(scenario())))).not.toEqual(
    [],
  );
});
