import { describe, expect, it } from 'vitest';
import { limitAt, termsAt } from '../../limits/index.ts';
import type { BudgetFacts } from '../facts.ts';
import { judge } from '../judge.ts';
import { isFinding } from '../judgement.ts';
import { factsWith } from '../testing/facts.ts';
import { clusterFrom, cronJobText, deploymentText, testNode } from '../testing/manifest.ts';

const day = '2026-11-27';
const catalogue = { limitOf: (id: string) => limitAt(id, day), terms: termsAt(day), limits: [] };
/** What a rule finds, as `severity subject`. */
function found(rule: string, changes: Partial<BudgetFacts>): string[] {
  return judge(factsWith(changes), catalogue)
    .judgements.filter((one) => one.rule === rule && isFinding(one))
    .map(({ severity, subject }) => `${severity} ${subject}`);
}
const withCluster = (...texts: readonly string[]) => ({ cluster: clusterFrom(...texts) });
const still = { strategy: { type: 'Recreate' } };
const written = (value: object) => JSON.stringify(value);

it('facts that nothing is wrong with are not refused', () => {
  const { isRefused, judgements } = judge(factsWith(withCluster(deploymentText())), catalogue);
  expect(judgements.filter(isFinding)).toEqual([]);
  expect(isRefused).toBe(false);
});

describe('room on the nodes', () => {
  it('is refused above 85% all day, and a warning while a rollout lasts', () => {
    const rule = 'placement/headroom';
    const all = (memory: string) => withCluster(deploymentText({ memory, spec: still }));
    expect(found(rule, all('850Mi'))).toEqual([]);
    expect(found(rule, all('851Mi'))).toEqual(['error node main, memory, steady']);
    expect(found(rule, withCluster(deploymentText({ memory: '450Mi' })))).toEqual([
      'warning node main, memory, fullest',
    ]);
  });

  it('says of a pod without a node what is missing where, and the cheapest change', () => {
    const facts = factsWith(withCluster(deploymentText({ memory: '1100Mi', spec: still })));
    const pending = judge(facts, catalogue).judgements.find(({ rule }) => rule === 'placement/fit');
    expect(pending).toMatchObject({ severity: 'error', subject: 'shop/app, steady' });
    expect(pending?.why).toBe('no node takes it. main: 100 MiB of memory missing');
    expect(pending?.remedy).toBe('cheapest: -112 MiB of memory on shop/app');
    expect(pending?.place?.line).toBe(1);
  });

  it('says where memory limits together are more than there is, or have no end', () => {
    const generous = deploymentText({ spec: still }).replace(
      '"limits": {\n                "memory": "100Mi"',
      '"limits": {\n                "memory": "2Gi"',
    );
    expect(found('placement/limits', withCluster(generous))).toEqual([
      'warning node main, memory limits',
    ]);
    const open = deploymentText({ more: { containers: [{ name: 'app' }] } });
    expect(found('placement/unbounded', withCluster(open))).toEqual([
      'warning shop/app, memory limit',
    ]);
  });

  it('has to be there for the most replicas of an autoscaler', () => {
    const scaler = (maxReplicas: number) =>
      written({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'app', namespace: 'shop' },
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'app' }, maxReplicas },
      });
    const growing = (most: number) => withCluster(deploymentText({ cpu: '1m' }), scaler(most));
    expect(found('placement/scaling', growing(9))).toEqual([]);
    expect(found('placement/scaling', growing(10))).toEqual(['error autoscaler of shop/app']);
  });

  it('of a namespace has to hold the surge of a rollout', () => {
    const quota = (memory: string) =>
      written({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'quota', namespace: 'shop' },
        spec: { hard: { 'requests.memory': memory, pods: '2' } },
      });
    const of = (memory: string) => withCluster(deploymentText(), quota(memory));
    expect(found('placement/namespace-quota', of('200Mi'))).toEqual([]);
    expect(found('placement/namespace-quota', of('199Mi'))).toEqual([
      'error namespace shop, requests.memory',
    ]);
  });

  it('of a namespace has to hold what runs on every node as often as there are nodes', () => {
    const quota = written({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'room', namespace: 'shop' },
      spec: { hard: { pods: '2' } },
    });
    const daemon = deploymentText().replace('"Deployment"', '"DaemonSet"');
    const on = (names: readonly string[]) => ({
      ...withCluster(daemon, quota),
      nodes: names.map((name) => testNode(name)),
    });
    expect(found('placement/namespace-quota', on(['a', 'b']))).toEqual([]);
    expect(found('placement/namespace-quota', on(['a', 'b', 'c']))).toEqual([
      'error namespace shop, pods',
    ]);
  });

  it('of a disk has to hold the local volumes beside the system', () => {
    const claim = written({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop' },
      spec: { resources: { requests: { storage: '31Gi' } } },
    });
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    const cluster = clusterFrom(claim, deploymentText({ more: { volumes } }));
    const on = (sizeGb: number) => ({ cluster, disks: [{ node: 'main', sizeGb, systemGb: 20 }] });
    expect(found('disk/local-volumes', on(51))).toEqual([]);
    expect(found('disk/local-volumes', on(50))).toEqual(['error node main, disk']);
    // Elsewhere there is room: it has to be steered there.
    const disks = [...on(50).disks, { node: 'second', sizeGb: 100, systemGb: 20 }];
    expect(found('disk/local-volumes', { cluster, disks })).toEqual(['warning node main, disk']);
  });
});

describe('upkeep', () => {
  const budgetOf = (spec: object) =>
    written({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'app', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'app' } }, ...spec },
    });

  it.each([
    [1, { minAvailable: 1 }, ['error disruption budget shop/app']],
    [2, { minAvailable: 1 }, []],
    [2, { minAvailable: '100%' }, ['error disruption budget shop/app']],
    [2, { maxUnavailable: 0 }, ['error disruption budget shop/app']],
    [1, { maxUnavailable: 1 }, []],
  ])('of %i replicas with the disruption budget %j', (replicas, spec, expected) => {
    const facts = withCluster(deploymentText({ replicas }), budgetOf(spec));
    expect(found('placement/disruption', facts)).toEqual(expected);
  });
});

describe('what has a place', () => {
  it('is every service', () => {
    const cluster = clusterFrom(deploymentText({ name: 'order' }));
    expect(found('placement/services', { cluster, services: ['order'] })).toEqual([]);
    expect(found('placement/services', { cluster, services: ['order', 'cart'] })).toEqual([
      'error services with a place',
    ]);
  });

  it('is the controller of every custom resource', () => {
    const certificate =
      '{"apiVersion":"cert-manager.io/v1","kind":"Issuer","metadata":{"name":"a"}}'.replace(
        '{"apiVersion"',
        'apiVersion: cert-manager.io/v1\nkind: Issuer\n#{',
      );
    expect(found('placement/controller', withCluster(certificate))).toEqual([
      'error cert-manager, for cert-manager.io',
    ]);
    const both = withCluster(certificate, deploymentText({ name: 'cert-manager' }));
    expect(found('placement/controller', both)).toEqual([]);
  });

  it('names its architecture where there are several', () => {
    const nodes = [testNode('a'), testNode('b', { labels: { 'kubernetes.io/arch': 'amd64' } })];
    const of = (more: Record<string, unknown>) => ({
      nodes,
      cluster: clusterFrom(deploymentText({ more })),
    });
    expect(found('placement/architecture', of({}))).toEqual(['error shop/app']);
    const nodeSelector = { 'kubernetes.io/arch': 'arm64' };
    expect(found('placement/architecture', of({ nodeSelector }))).toEqual([]);
    expect(found('placement/architecture', { ...of({}), nodes: [testNode('a')] })).toEqual([]);
  });
});

describe('machines', () => {
  it('cannot be replaced by one beside them', () => {
    const of = (replacement: BudgetFacts['replacement']) => ({ replacement, machineOcpus: [2] });
    expect(found('machines/replacement', of('delete-before-create'))).toEqual([]);
    expect(found('machines/replacement', of('create-before-delete'))).toEqual([
      'error replacing a machine (create-before-delete)',
    ]);
  });

  it('have to bear the expected month', () => {
    const resource = 'Processors of the nodes';
    const cpu = { id: 'profile.cpu.cores', resource, unit: 'core', limit: 1, because: 'day 14' };
    const of = (quantity: number) => ({ capacities: [{ ...cpu, quantity }] });
    expect(found('machines/capacity', of(0.85))).toEqual([]);
    expect(found('machines/capacity', of(0.86))).toEqual([`warning ${resource}`]);
    expect(found('machines/capacity', of(1.01))).toEqual([`error ${resource}`]);
  });

  it('may have a larger disk bought, where somebody sells it and accepts the cost', () => {
    const disk = { id: 'profile.disk.gb', resource: 'Disk', unit: 'gb', because: 'a year of rows' };
    const over = { ...disk, quantity: 140, limit: 100, priceOf: 'oracle.block-volume.gb' };
    const judged = (capacities: BudgetFacts['capacities'], acknowledged: boolean) =>
      judge(factsWith({ capacities }), catalogue, { acknowledged }).judgements.find(
        ({ rule }) => rule === 'machines/capacity',
      );
    expect(judged([over], false)).toMatchObject({ severity: 'error' });
    expect(judged([over], false)?.costUsd).toBeCloseTo(40 * 0.0255, 9);
    expect(judged([over], true)?.severity).toBe('warning');
    const { priceOf: _, ...unsold } = over;
    expect(judged([unsold], true)?.severity).toBe('error');
  });

  it.each([
    [1, 0, []],
    [2, 1, ['error servers that may fail']],
    [3, 1, []],
    [4, 2, ['error servers that may fail']],
    [5, 2, []],
  ])('of which %i hold the state let %i fail', (servers, failuresPromised, expected) => {
    const availability = { servers, failuresPromised };
    expect(found('machines/quorum', { availability })).toEqual(expected);
  });
});

describe('beliefs and terms', () => {
  it('are held against the catalogue', () => {
    const of = (value: number) => ({
      assumptions: [{ limitId: 'oracle.a1.ocpu-hours', value, because: 'four OCPU' }],
    });
    expect(found('terms/assumption', of(1500))).toEqual([]);
    expect(found('terms/assumption', of(3000))).toHaveLength(1);
  });

  it('bar a use by their clause, for the plan and what belongs to it', () => {
    const of = (plan: string) => ({
      plannedUses: [{ plan, use: 'commerce' as const, because: 'a shop' }],
    });
    expect(found('terms/barred', of('vercel.hobby'))).toEqual(['error commerce on vercel.hobby']);
    expect(found('terms/barred', of('vercel.hobby.edge'))).toHaveLength(1);
    expect(found('terms/barred', of('vercel.hobbyist'))).toEqual([]);
    expect(found('terms/barred', of('cloudflare.pages'))).toEqual([]);
  });
});

describe('data', () => {
  const truth = { data: 'orders', homes: ['Neon'], isPromised: false };

  it('without a copy is a warning, and refused where it was promised', () => {
    expect(found('data/backup', { truths: [truth] })).toEqual(['warning backup of orders']);
    expect(found('data/backup', { truths: [{ ...truth, isPromised: true }] })).toEqual([
      'error backup of orders',
    ]);
    expect(found('data/backup', { truths: [{ ...truth, backedUpEveryHours: 24 }] })).toEqual([]);
  });

  it('has one home', () => {
    const truths = [{ ...truth, homes: ['Neon', 'Atlas'] }];
    expect(found('data/one-home', { truths })).toEqual(['error home of orders']);
    expect(found('data/one-home', { truths: [truth] })).toEqual([]);
  });

  it('in a queue is gone when it is done, not when it is taken', () => {
    const of = (taking: 'pop' | 'acknowledge') => ({ queues: [{ name: 'orders', taking }] });
    expect(found('data/queue', of('pop'))).toEqual(['error queue orders']);
    expect(found('data/queue', of('acknowledge'))).toEqual([]);
  });
});

describe('accepting the cost', () => {
  const profile = { name: 'full-2x2', mayCost: true };
  const uses = [{ limitId: 'oracle.a1.ocpu-hours', quantity: 1600, because: 'more' }];
  const answer = (acknowledged: boolean, changes: Partial<BudgetFacts> = {}) =>
    judge(factsWith({ profile, uses, ...changes }), catalogue, { acknowledged });

  it('is asked of a profile that may cost, with the sum', () => {
    const { isRefused, costUsd, judgements } = answer(false);
    expect({ isRefused, costUsd }).toEqual({ isRefused: true, costUsd: 1 });
    expect(judgements.map(({ rule }) => rule)).toContain('profile/may-cost');
  });

  it('lets pass what money can buy, as a warning', () => {
    expect(answer(true).isRefused).toBe(false);
  });

  it('lets nothing else pass', () => {
    const cluster = clusterFrom(
      deploymentText({ memory: '2Gi' }),
      cronJobText({ name: 'a', schedule: '@daily' }),
    );
    expect(answer(true, { cluster }).isRefused).toBe(true);
  });
});
