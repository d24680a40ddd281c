import { services } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { wakeBudget, wakeCost } from './neon-wake.ts';
import { tokenBuckets } from './token-buckets.ts';

const day = '2026-11-27';

describe('what clients hold themselves to', () => {
  it('shares the operations of Atlas among all processes that hold documents', () => {
    const [some] = services.filter(({ stores }) => stores.includes('documents'));
    const three = [{ ...some!, replicas: 3 }];
    expect(tokenBuckets(day, three).documents.perProcess).toEqual({ [some!.name]: 33 });
    expect(tokenBuckets(day, []).documents.perProcess).toEqual({});
    expect(tokenBuckets(day).documents).toMatchObject({
      operationsPerSecond: 100,
      connections: 500,
    });
  });

  it('spreads the commands of Upstash over the longest month', () => {
    const { commandsPerHour, commandsPerDay } = tokenBuckets(day).upstash;
    expect({ commandsPerHour, commandsPerDay }).toEqual({
      commandsPerHour: 672,
      commandsPerDay: 16_129,
    });
  });

  it('lets work that nobody waits for wake a database every half hour', () => {
    expect(tokenBuckets(day).neon).toMatchObject({
      backgroundIntervalSeconds: 1_800,
      awakeMinutesPerDay: 774,
      connectionsPerContext: 97,
    });
  });
});

describe('a database that sleeps', () => {
  const budget = wakeBudget(day);

  it.each([
    [60, 186],
    [10 * 60, 94.6],
    [15 * 60, 63],
    [30 * 60, 31.5],
    [60 * 60, 15.8],
  ])('and is woken every %d s takes %d CU-hours a month', (seconds, expected) => {
    expect(wakeCost(seconds, budget)).toBeCloseTo(expected, 0);
  });

  it('is never awake for longer than all the time', () => {
    expect(wakeCost(1, budget)).toBe(186);
    expect(budget.awakeHours).toBe(400);
  });
});
