import { join } from 'node:path';
import {
  type Context,
  type CostVector,
  contexts,
  costModel,
  type Environment,
  environmentNames,
  environments,
  noCost,
  profileNames,
  profiles,
  services,
  type UseCase,
} from '@mkt/topology';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitAt } from '../limits/index.ts';
import { assumptions } from '../simulate/assumptions.ts';
import type { Quota } from '../simulate/quota.ts';
import { longestMonth, scaled, scenarioOf } from '../simulate/scenario.ts';
import { expectedQuotas, simulate } from '../simulate/verdict.ts';
import { assembleFacts, type Sources } from './assemble.ts';
import type { CostModel } from './flows.ts';
import type { Judgement } from './judgement.ts';
import { clusterOf } from './kubernetes/cluster.ts';
import { readManifests } from './kubernetes/read.ts';
import { templateClaims } from './placement/pods.ts';
import { renderedManifests } from './repository.ts';
import { judgeCapacities } from './rules/machines.ts';
import { judgeQuotas } from './rules/quotas.ts';
import { testFile } from './testing/manifest.ts';

const day = '2026-11-27';
const costing = (useCase: UseCase, cost: Partial<CostVector>): CostModel => ({
  [useCase]: { always: { ...noCost, ...cost } },
});
const { staging, production } = environments;
const flat: Environment = {
  ...staging,
  redis: 'upstash',
  databases: { ...staging.databases, sales: 'neon' },
  traffic: {
    perMonth: { pageView: 0, search: 0, addToCart: 0, checkout: 744, vendorUpdate: 0 },
    shape: {
      ...staging.traffic.shape,
      hours: Array(24).fill(1),
      weekdays: Array(7).fill(1),
      campaign: null,
      bulkEdits: { perMonth: 0, rows: 0 },
    },
  },
};

const assembled = (environment: Environment, more: Partial<Sources> = {}) =>
  assembleFacts({
    day,
    environment,
    profile: profiles[environment.profile],
    services,
    costModel,
    manifests: [],
    workflows: [],
    limitOf: (id) => limitAt(id, day),
    ...more,
  }).facts;
const useOf = (model: CostModel, limitId: string, environment = flat) =>
  assembled(environment, { costModel: model }).uses.find(
    (use) => use.limitId === limitId && (use.instance ?? 'sales') === 'sales',
  );

describe('what traffic spends', () => {
  it('is its cost times how often it happens', () => {
    const use = useOf(costing('checkout', { redisCommands: 5 }), 'upstash.commands.count');
    expect(use?.quantity).toBeCloseTo(744 * 5, 6);
    expect(use?.because).toBe('checkout 744 x 5');
    expect(use?.dailyLevels).toHaveLength(31);
    expect(use?.dailyLevels?.[0]).toBeCloseTo(24 * 5, 6);
    expect(use?.dailyLevels?.[30]).toBeCloseTo(744 * 5, 6);
  });

  it('is no command to Upstash where Redis is in the cluster', () => {
    const own = { ...flat, redis: 'valkey' as const };
    const model = costing('checkout', { redisCommands: 5 });
    expect(useOf(model, 'upstash.commands.count', own)).toBeUndefined();
  });

  it('keeps a serverless database awake for five minutes after each visit', () => {
    const quiet = { ...flat, sweepSeconds: 1e12 };
    const use = useOf(
      costing('checkout', { statements: { sales: 1 } }),
      'neon.compute.cu-hours',
      quiet,
    );
    // One visit an hour, by chance: 1 - e^(-300/3600) of the time.
    expect(use?.quantity).toBeCloseTo(0.25 * 744 * (1 - Math.exp(-1 / 12)), 6);
    expect(use?.instance).toBe('sales');
  });

  it('keeps it awake all month where machinery asks every minute', () => {
    const model = costing('usageReport', { statements: { sales: 1 } });
    const often = { ...flat, usageReportSeconds: 60 };
    expect(useOf(model, 'neon.compute.cu-hours', often)?.quantity).toBeCloseTo(186, 6);
  });

  it('wakes it once for all looks that fall on the same moments', () => {
    const both = { usageReport: costModel.usageReport, sweep: costModel.sweep };
    const facts = assembled(staging, { costModel: both });
    const use = facts.uses.find(({ limitId }) => limitId === 'neon.compute.cu-hours');
    // Every half an hour it sleeps for 25 minutes.
    expect(use?.quantity).toBeCloseTo(31, 6);
    expect(use?.because).toBe(
      '124 of 744 h awake x 0.25 CU (usageReport every 1,800 s, sweep every 1,800 s)',
    );
  });

  it('wakes no database that is in the cluster', () => {
    const model = costing('checkout', { statements: { sales: 1 } });
    const own = { ...flat, databases: { ...flat.databases, sales: 'cluster' as const } };
    expect(useOf(model, 'neon.compute.cu-hours', own)).toBeUndefined();
  });

  it('of processors is told for the busiest hour', () => {
    const shape = { ...flat.traffic.shape, campaign: { day: 3, hour: 20, hours: 2, times: 10 } };
    const busy = { ...flat, traffic: { ...flat.traffic, shape } };
    const { capacities } = assembled(busy, { costModel: costing('checkout', { cpuMs: 360 }) });
    const cpu = capacities.find(({ id }) => id === 'profile.cpu.cores');
    // 10 checkouts an hour of 360 ms each, on cores that are 1.4 times slower.
    expect(cpu?.quantity).toBeCloseTo(0.0014, 9);
    expect(cpu?.because).toMatch(/^day 3, 20:00 UTC; /);
  });

  it('goes through a load balancer only where the manifests ask for one', () => {
    const text =
      '{"apiVersion":"v1","kind":"Service","metadata":{"name":"in"},"spec":{"type":"LoadBalancer"}}';
    const model = costing('checkout', { responseBytes: 3_600e6 / 8 });
    const through = (manifests: Sources['manifests']) =>
      assembled(flat, { costModel: model, manifests }).uses.find(
        ({ limitId }) => limitId === 'oracle.load-balancer.mbps',
      );
    // One answer an hour of so many bytes is a megabit a second.
    expect(through([{ path: testFile, text }])?.quantity).toBeCloseTo(1, 9);
    expect(through([])?.quantity).toBe(0);
  });

  it('is nothing where a commit knew neither the use case nor the measure', () => {
    const early = { checkout: { always: { cpuMs: 36 } } } as CostModel;
    expect(useOf(early, 'upstash.commands.count')?.quantity).toBe(0);
    expect(useOf(early, 'oracle.egress.gb')?.quantity).toBe(0);
  });
});

const anyEnvironment = fc
  .record({
    name: fc.constantFrom(...environmentNames),
    times: fc.double({ min: 0.001, max: 20, noNaN: true }),
    bots: fc.double({ min: 0, max: 10, noNaN: true }),
    homes: fc.array(fc.constantFrom('neon' as const, 'cluster' as const), {
      minLength: contexts.length,
      maxLength: contexts.length,
    }),
    redis: fc.constantFrom('valkey' as const, 'upstash' as const),
    usageReportSeconds: fc.constantFrom(60, 600, 1_800, 3_600),
    sweepSeconds: fc.constantFrom(300, 900, 1_800, 2_700),
  })
  .map(({ name, times, bots, homes, ...settings }): Environment => {
    const { perMonth, shape } = scaled(environments[name].traffic, times);
    return {
      ...environments[name],
      ...settings,
      databases: Object.fromEntries(contexts.map((context, at) => [context, homes[at]])) as Record<
        Context,
        'neon' | 'cluster'
      >,
      traffic: { perMonth, shape: { ...shape, botsPerPerson: bots } },
    };
  });

const nameOf = ({ limitId, instance }: Pick<Quota, 'limitId' | 'instance'>) =>
  `${limitId} ${instance ?? ''}`.trim();

describe('the check and the simulator', () => {
  it('leave as much of the disk to what is no row as the manifests ask for', () => {
    const root = join(import.meta.dirname, '..', '..');
    for (const name of environmentNames) {
      const { claims, workloads } = clusterOf(readManifests(renderedManifests(root, name)));
      const others = [...claims, ...workloads.flatMap(templateClaims)].filter(
        (claim) => !claim.name.includes('postgres'),
      );
      const inGb = others.reduce((sum, { storageBytes }) => sum + storageBytes, 0) / 1e9;
      expect(others.length).toBeGreaterThan(4);
      expect(inGb, name).toBeLessThanOrEqual(assumptions.otherVolumesGb);
    }
  });

  it.each(profileNames)('give the database no more than the disks of %s have', (name) => {
    const { nodes, databaseVolumeGiB, drillScratchGiB } = profiles[name];
    const { systemDiskGb, diskKeptFree, otherVolumesGb } = assumptions;
    const rooms = nodes
      .filter(({ role }) => role !== 'witness')
      .map(({ bootVolumeGb }) => bootVolumeGb * (1 - diskKeptFree) - systemDiskGb);
    const together = ((databaseVolumeGiB + drillScratchGiB) * 2 ** 30) / 1e9;
    expect(together).toBeLessThanOrEqual(Math.max(...rooms));
    expect(together + otherVolumesGb).toBeLessThanOrEqual(rooms.reduce((sum, gb) => sum + gb, 0));
  });

  const judgedOf = (environment: Environment, more: Partial<Sources> = {}) => {
    const facts = assembled(environment, more);
    const quotas = judgeQuotas(facts.uses, (id) => limitAt(id, day));
    const machines = judgeCapacities(facts, (id) => limitAt(id, day)).map(
      (line, at): [string, Judgement] => [facts.capacities[at]?.id ?? '', line],
    );
    return new Map([
      ...quotas.map((line): [string, Judgement] => [
        `${line.limitId} ${line.instance ?? ''}`.trim(),
        line,
      ]),
      ...machines,
    ]);
  };

  it('say the same of every quota, at any traffic and on any machines', () => {
    fc.assert(
      fc.property(anyEnvironment, fc.constantFrom(...profileNames), (environment, name) => {
        const judged = judgedOf(environment, { profile: profiles[name] });
        const expected = expectedQuotas(
          scenarioOf(environment, longestMonth(day), { profile: name }),
        );
        expect(expected.length).toBeGreaterThan(5);
        for (const quota of expected) {
          const line = judged.get(nameOf(quota));
          expect(line, nameOf(quota)).toMatchObject({
            value: quota.used,
            limit: quota.limit,
            arithmetic: quota.arithmetic,
          });
          expect(line?.severity === 'error', nameOf(quota)).toBe(quota.share > 1);
        }
        const names = new Set(expected.map(nameOf));
        const beside = [...judged].filter(
          ([key, { place }]) => place?.file.endsWith('cost-model.ts') && !names.has(key),
        );
        expect(beside).toEqual([]);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('agree with a month that is lived through by chance', () => {
    const traffic = scaled(production.traffic, 0.1);
    const environment = { ...production, traffic };
    const judged = judgedOf(environment);
    const [lived] = simulate(scenarioOf(environment, longestMonth(day)), [3]);
    const spent = (lived?.quotas ?? []).filter(
      ({ period, used }) => period !== 'second' && used > 0,
    );
    expect(spent.length).toBeGreaterThan(5);
    for (const quota of spent) {
      const value = judged.get(nameOf(quota))?.value ?? 0;
      expect(Math.abs(quota.used - value) / value, nameOf(quota)).toBeLessThan(0.03);
    }
  });

  it('name the same day on which an allowance is used up', () => {
    const environment: Environment = { ...production, redis: 'upstash' };
    const [quota] = expectedQuotas(scenarioOf(environment, longestMonth(day))).filter(
      ({ limitId }) => limitId === 'upstash.commands.count',
    );
    const line = judgedOf(environment).get('upstash.commands.count');
    expect(line?.exhaustedOnDay).toBe(Math.floor((quota?.exhaustedAtHour ?? 0) / 24) + 1);
  });
});
