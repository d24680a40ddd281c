import { environments } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { catalogue, limitAt, limitsAt } from '../limits/index.ts';
import { type AlertRule, alertRules, burnRules } from './alert-rules.ts';
import { meteredQuotas } from './metered.ts';
import { reasonUnmetered, unmetered } from './unmetered.ts';

const day = '2026-11-27';
/** All that can be spent: every context at Neon, and Redis at Upstash. */
const spendthrift = {
  ...environments.production,
  redis: 'upstash' as const,
  databases: {
    infrastructure: 'neon',
    customer: 'neon',
    discovery: 'neon',
    sales: 'neon',
    fulfillment: 'neon',
    billing: 'neon',
  } as const,
};
const rulesOf = (environment: typeof spendthrift): readonly AlertRule[] =>
  alertRules(environment, day).groups.flatMap((group) => group.rules);
const rules = rulesOf(spendthrift);
const metered = meteredQuotas(spendthrift, 0.25);
const rate = (window: string) => `rate(x[${window}])`;

describe('alert rules', () => {
  it('are there for every flow that is metered, and for all others there is a reason', () => {
    const flows = limitsAt(day).filter(
      ({ bound, period, value }) =>
        bound === 'most' && value !== 'unlimited' && !['instant', 'standing'].includes(period),
    );
    for (const { id } of flows) {
      const isMetered = rules.some(({ labels }) => labels['limit'] === id);
      expect(isMetered !== (reasonUnmetered(id) !== undefined), id).toBe(true);
    }
    for (const start of Object.keys(unmetered)) {
      expect(
        flows.some(({ id }) => id.startsWith(start)),
        start,
      ).toBe(true);
    }
  });

  it('have names of their own, two windows and a runbook', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, expr, annotations } of rules) {
      expect(alert).toMatch(/^[A-Za-z0-9]+$/);
      expect(expr.split('\nand\n')).toHaveLength(2);
      expect(annotations['runbook_url']).toBe('docs/runbooks/quota-burns.md');
    }
  });

  it('page where a month would be spent in days, and write a ticket where it does not last', () => {
    const quota = metered.find(({ limitId }) => limitId === 'upstash.commands.count')!;
    const burns = burnRules(quota, limitAt(quota.limitId, day));
    const lasting = 500_000 / (31 * 86_400);
    expect(burns.map(({ labels }) => labels['severity'])).toEqual(['page', 'page', 'ticket']);
    const thresholds = burns.map(({ expr }) => Number(/> ([\d.]+)\n/.exec(expr)?.[1]));
    expect(thresholds[0]).toBeCloseTo(14.4 * lasting, 3);
    expect(thresholds[1]).toBeCloseTo(6 * lasting, 3);
    expect(thresholds[2]).toBeCloseTo(lasting, 3);
  });

  it('leave out a burn that cannot be: a database cannot be awake for more than all the time', () => {
    const sales = rules.filter(({ labels }) => labels['instance_name'] === 'sales');
    expect(sales.map(({ labels }) => labels['severity'])).toEqual(['ticket']);
    expect(sales[0]?.expr).toContain('service=~"cart|pricing|order"');
    // 100 of 744 hours at one CU.
    expect(sales[0]?.expr).toContain('[3d:1m]) > 0.1344');
  });

  it('judge what is allowed in a second by its share', () => {
    const atlas = rules.filter(({ labels }) => labels['limit'] === 'atlas.operations.per-second');
    expect(atlas.map(({ expr }) => /> ([\d.]+)\n/.exec(expr)?.[1])).toEqual(['90', '70']);
  });

  it('are made of what an environment spends alone', () => {
    const { databases } = spendthrift;
    const frugal = {
      ...spendthrift,
      redis: 'valkey',
      profile: 'any-k3s',
      databases: { ...databases, sales: 'cluster' },
    } as unknown as typeof spendthrift;
    const limits = new Set(rulesOf(frugal).map(({ labels }) => labels['limit']));
    expect([...limits]).toEqual(['neon.compute.cu-hours', 'atlas.operations.per-second']);
    const contexts = rulesOf(frugal).map(({ labels }) => labels['instance_name']);
    expect(contexts).toContain('billing');
    expect(contexts).not.toContain('sales');
  });

  it('are not made for what cannot burn', () => {
    const standing = limitAt('oracle.block-volume.gb', day);
    expect(() => burnRules({ limitId: standing.id, per: 'second', rate }, standing)).toThrow(
      /no flow with an end/,
    );
    const [unknown] = catalogue.filter(({ id }) => id === 'oracle.a1.paid-ocpu-hours');
    expect(() => burnRules({ limitId: 'x', per: 'second', rate }, unknown!)).toThrow();
  });
});
