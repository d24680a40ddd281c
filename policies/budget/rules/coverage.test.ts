import {
  costModel,
  type Environment,
  environments,
  type Profile,
  profileNames,
  profiles,
  services,
} from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { limitAt, limitsAt, termsAt } from '../../limits/index.ts';
import { assembleFacts } from '../assemble.ts';
import { judge } from '../judge.ts';
import { reasons } from '../not-judged.ts';
import { testLimit } from '../testing/facts.ts';
import { testFile } from '../testing/manifest.ts';
import { coverageOf } from './coverage.ts';

const day = '2026-11-27';
const limits = limitsAt(day);
const catalogue = { limitOf: (id: string) => limitAt(id, day), terms: termsAt(day), limits };
const { production } = environments;
const everywhere: Environment = {
  ...production,
  redis: 'upstash',
  databases: {
    infrastructure: 'neon',
    customer: 'neon',
    discovery: 'neon',
    sales: 'neon',
    fulfillment: 'neon',
    billing: 'neon',
  },
};
const loadBalancer =
  '{"apiVersion":"v1","kind":"Service","metadata":{"name":"in"},"spec":{"type":"LoadBalancer"}}';

function judged(environment: Environment, profile: Profile, manifest = '') {
  const { facts } = assembleFacts({
    day,
    environment,
    profile,
    services,
    costModel,
    manifests: [{ path: testFile, text: manifest }],
    workflows: [{ path: 'a.yml', text: 'on: push\njobs: { a: { timeout-minutes: 2 } }' }],
    limitOf: catalogue.limitOf,
  });
  return judge(facts, catalogue);
}

describe('every entry of the catalogue', () => {
  it.each(profileNames)('is judged on %s, or it is told why not', (name) => {
    const { judgements, notJudged } = judged(production, profiles[name]);
    const told = new Set([...judgements, ...notJudged].map(({ limitId }) => limitId));
    for (const { id } of limits) expect(told, id).toContain(id);
    expect(judgements.filter(({ rule }) => rule === 'quota/not-judged')).toEqual([]);
  });

  it('is so wherever databases and Redis are', () => {
    const { judgements } = judged(everywhere, profiles['full-2x2'], loadBalancer);
    expect(judgements.filter(({ rule }) => rule === 'quota/not-judged')).toEqual([]);
  });

  it('that a fact addresses has no reason left over', () => {
    const facts = [
      judged(everywhere, profiles['full-2x2']),
      judged(production, profiles['free-1x2']),
    ];
    const addressed = new Set(facts.flatMap((one) => one.judgements.map((line) => line.limitId)));
    const names = Object.keys(reasons);
    const stale = limits.filter(({ id }) => addressed.has(id) && names.includes(id));
    expect(stale.map(({ id }) => id)).toEqual([]);
    for (const name of names) {
      expect(
        limits.some(({ id }) => id.startsWith(name)),
        name,
      ).toBe(true);
    }
  });

  it('without a fact and a reason is a finding, with its place in the catalogue', () => {
    const limit = testLimit({ id: 'upstash.queues.count', resource: 'Queues' });
    const { judgements, notJudged } = coverageOf(
      { plannedUses: [{ plan: 'upstash', use: 'commerce', because: 'a part runs there' }] },
      [limit],
      [],
    );
    expect(notJudged).toEqual([]);
    expect(judgements).toEqual([
      expect.objectContaining({
        rule: 'quota/not-judged',
        severity: 'warning',
        limitId: 'upstash.queues.count',
        place: limit.declaredAt,
      }),
    ]);
  });

  it('of a provider that nobody uses says so', () => {
    const { judgements, notJudged } = coverageOf({ plannedUses: [] }, [testLimit()], []);
    expect(judgements).toEqual([]);
    expect(notJudged).toEqual([
      expect.objectContaining({
        limitId: 'upstash.commands.count',
        limit: 1000,
        reason: 'no part of the shop runs there',
      }),
    ]);
  });
});
