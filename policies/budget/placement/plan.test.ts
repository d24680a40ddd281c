import { profiles } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { clusterFrom, cronJobText, deploymentText, named, testNode } from '../testing/manifest.ts';
import { cronPeak } from './cron-peak.ts';
import { allocatableOf, clusterNodes } from './node.ts';
import { place } from './place.ts';
import { fits, judgePlan } from './plan.ts';
import { cheapestChanges } from './remedy.ts';
import { emptyState } from './state.ts';

const mi = 1024 ** 2;
const planOf = (texts: readonly string[], nodes = [testNode('main')]) => {
  const cluster = clusterFrom(...texts);
  expect(cluster.faults).toEqual([]);
  return { cluster, plan: { workloads: cluster.workloads, nodes } };
};
const momentsOf = (...texts: readonly string[]) => {
  const { plan, cluster } = planOf(texts);
  return judgePlan(plan, cluster).moments.map(({ name, pods, placement }) => [
    name,
    pods.length,
    placement.verdict,
  ]);
};
const from = new Date('2027-01-01T00:00:00Z');

describe('what a node can allocate', () => {
  const [main] = profiles['free-1x2'].nodes;

  it('is its total less system, kube and eviction reserve', () => {
    const amounts = main && allocatableOf(main);
    expect(amounts).toMatchObject({ memory: (11_700 - 450 - 1_600 - 300) * mi, pods: 110 });
    // A core of an A1 is one OCPU.
    expect(amounts?.['cpu']).toBe(2_000 - 300);
  });

  it('is two threads for each OCPU of an amd64 machine', () => {
    const [any] = profiles['any-k3s'].nodes;
    expect(any && allocatableOf(any)['cpu']).toBe(4_000 - 300);
  });

  it('is nothing for a witness, which is not part of the cluster', () => {
    expect(clusterNodes(profiles['full-2x2'].nodes).map(({ name }) => name)).toEqual([
      'main',
      'second',
    ]);
  });
});

describe('a plan', () => {
  it('is placed with all its replicas, and once more with the pods of a rollout', () => {
    expect(momentsOf(deploymentText({ replicas: 2 }))).toEqual([
      ['steady', 2, 'placed'],
      ['rollout', 3, 'placed'],
      ['fullest', 3, 'placed'],
    ]);
  });

  it('that fits only while nothing changes has no room for its next version', () => {
    expect(momentsOf(deploymentText({ replicas: 2, memory: '400Mi' })).slice(0, 2)).toEqual([
      ['steady', 2, 'placed'],
      ['rollout', 3, 'pending'],
    ]);
  });

  it('may roll out one workload after the other where there is no room for all at once', () => {
    const texts = ['a', 'b', 'c'].map((name) => deploymentText({ name, memory: '200Mi' }));
    const { plan, cluster } = planOf(texts);
    const { moments, cron } = judgePlan(plan, cluster);
    expect(moments.map(({ name, placement }) => [name, placement.verdict])).toEqual([
      ['steady', 'placed'],
      ['rollout', 'placed'],
      ['fullest', 'pending'],
    ]);
    expect(fits(plan, cluster, cron)).toBe(true);
  });

  it('rolls one wave of an application out at a time', () => {
    const wave = (name: string, number: number) =>
      deploymentText({ name, memory: '300Mi' }).replace(
        '"namespace": "shop"',
        `"namespace": "shop", "annotations": { "argocd.argoproj.io/sync-wave": "${number}" }`,
      );
    expect(momentsOf(wave('a', 1), wave('b', 2)).at(-1)).toEqual(['fullest', 3, 'placed']);
    expect(momentsOf(wave('a', 1), wave('b', 1)).at(-1)).toEqual(['fullest', 4, 'pending']);
  });

  it('counts jobs that come with a rollout, and those of the clock', () => {
    const job = JSON.stringify({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', namespace: 'shop' },
      spec: {
        parallelism: 2,
        template: { spec: { containers: [{ name: 'migrate' }], restartPolicy: 'Never' } },
      },
    });
    const night = cronJobText({ name: 'dump', schedule: '@daily' });
    expect(momentsOf(deploymentText(), job, night)).toEqual([
      ['steady', 1, 'placed'],
      ['rollout', 2, 'placed'],
      ['jobs', 2, 'placed'],
      // The wave of the job and the deployment, and the job of the clock.
      ['fullest', 5, 'placed'],
    ]);
  });

  it('runs a DaemonSet on every node that its pods tolerate', () => {
    const daemon = deploymentText().replace('"Deployment"', '"DaemonSet"');
    const taints = [{ key: 'only', effect: 'NoSchedule' as const }];
    const nodes = [testNode('a'), testNode('b'), testNode('c', { taints })];
    const { plan, cluster } = planOf([daemon], nodes);
    const [steady] = judgePlan(plan, cluster).moments;
    expect(steady?.placement.state.bindings.map(({ node }) => node)).toEqual(['a', 'b']);
  });

  it('gives each pod of a StatefulSet its own volume, on the node where it runs', () => {
    const claims = [
      { metadata: { name: 'data' }, spec: { resources: { requests: { storage: '1Gi' } } } },
    ];
    const set = deploymentText({
      replicas: 2,
      memory: '600Mi',
      spec: { volumeClaimTemplates: claims },
    }).replace('"Deployment"', '"StatefulSet"');
    const { plan, cluster } = planOf([set], [testNode('a'), testNode('b')]);
    const [steady] = judgePlan(plan, cluster).moments;
    expect(Object.fromEntries(steady?.placement.state.volumeNodes ?? [])).toEqual({
      'shop/data-app-0': 'a',
      'shop/data-app-1': 'b',
    });
  });
});

describe('luck', () => {
  it('is no placement: what spreading may miss is told apart from what has no room', () => {
    const nodes = [testNode('a'), testNode('b')];
    // 600 fits beside 400 only if both 400 share a node.
    const sizes = [400, 400, 600, 600];
    const { plan, cluster } = planOf(
      sizes.map((size, at) =>
        deploymentText({ name: `app-${at}`, memory: `${size}Mi`, cpu: '1m' }),
      ),
      nodes,
    );
    const [steady] = judgePlan(plan, cluster).moments;
    expect(steady?.placement.verdict).toBe('fragile');
    expect(steady?.placement.state.bindings).toHaveLength(4);
  });

  it('does not matter to a cluster without pods', () => {
    const start = emptyState({ nodes: [], namespaces: new Map(), claims: new Map() });
    expect(place(start, [[]]).verdict).toBe('placed');
  });
});

describe('jobs that may run together', () => {
  const peak = (...texts: readonly string[]) => {
    const { jobs, at } = cronPeak(clusterFrom(...texts).workloads, from);
    return [jobs.map(({ workload, runs }) => `${runs} ${workload.name}`), at];
  };
  const job = (name: string, schedule: string, minutes?: number, spec = {}) =>
    cronJobText({ name, schedule, spec, ...(minutes ? { deadlineSeconds: minutes * 60 } : {}) });

  it('are those whose times overlap, until their deadlines', () => {
    const night = job('dump', '0 3 * * *', 60);
    expect(peak(night, job('index', '30 3 * * *', 10))).toEqual([
      ['1 dump', '1 index'],
      '03:30 UTC',
    ]);
    expect(peak(night, job('index', '0 4 * * *', 10))).toEqual([['1 dump'], '03:00 UTC']);
  });

  it('are found past midnight, and on the days on which they meet', () => {
    const late = job('dump', '30 23 * * *', 60);
    expect(peak(late, job('early', '10 0 1 * *', 5))[0]).toEqual(['1 dump', '1 early']);
    // A Sunday that is the 29th of February.
    const rare = job('rare', '0 5 29 2 *', 30);
    const sundays = job('weekly', '15 5 * * sun', 10);
    expect(peak(rare, sundays)).toEqual([['1 rare', '1 weekly'], '05:15 UTC']);
  });

  it('are all that have no deadline, or another clock', () => {
    expect(peak(job('endless', '0 1 * * *'), job('dump', '0 3 * * *', 60))[0]).toEqual([
      '1 endless',
      '1 dump',
    ]);
    const dublin = job('local', '0 1 * * *', 5, { timeZone: 'Europe/Dublin' });
    expect(peak(dublin, job('dump', '0 3 * * *', 60))[0]).toEqual(['1 local', '1 dump']);
  });

  it('are several runs of one, unless they wait for each other', () => {
    const often = (spec: object) => job('often', '*/10 * * * *', 25, spec);
    expect(peak(often({}))[0]).toEqual(['3 often']);
    expect(peak(often({ concurrencyPolicy: 'Forbid' }))[0]).toEqual(['1 often']);
  });
});

describe('the cheapest change', () => {
  const changesOf = (...texts: readonly string[]) => {
    const { plan, cluster } = planOf(texts);
    const { cron, moments } = judgePlan(plan, cluster);
    expect(moments.some(({ placement }) => placement.verdict !== 'placed')).toBe(true);
    return cheapestChanges(plan, (changed) => fits(changed, cluster, cron));
  };

  it('is as little less memory as makes it fit', () => {
    const steady = { spec: { strategy: { type: 'Recreate' } } };
    const changes = changesOf(
      deploymentText({ name: 'large', memory: '900Mi', ...steady }),
      deploymentText({ name: 'small', memory: '150Mi', ...steady }),
    );
    // 50 MiB too many, in steps of 16; of the large one that is the smaller share.
    expect(changes.map(({ text }) => text)).toEqual([
      '-64 MiB of memory on shop/large',
      '-64 MiB of memory on shop/small',
    ]);
  });

  it('may be a replica fewer, or no surge', () => {
    const texts = changesOf(deploymentText({ replicas: 2, memory: '400Mi' })).map(
      ({ text }) => text,
    );
    expect(texts).toContain('maxSurge 0 on shop/app');
    expect(texts).toContain('replicas -1 on shop/app');
  });

  it('is a larger node where no workload alone is to blame', () => {
    const many = Array.from({ length: 12 }, (_, at) =>
      deploymentText({ name: `app-${at}`, memory: '200Mi', cpu: '1m' }),
    );
    const [change] = changesOf(...many);
    // 12 x 200, and one more in a rollout, are 1,600 too many, in steps of 256.
    expect(change?.text).toBe('+1,792 MiB of memory on the node main');
  });

  it('makes the plan fit when it is made', () => {
    const { plan, cluster } = planOf([
      deploymentText({ name: 'large', memory: '700Mi', spec: { strategy: { type: 'Recreate' } } }),
      deploymentText({ name: 'small', memory: '160Mi' }),
    ]);
    const { cron } = judgePlan(plan, cluster);
    expect(fits(plan, cluster, cron)).toBe(false);
    const large = named(plan.workloads, 'large');
    const requests = { cpu: 100, memory: (700 - 32) * mi };
    const smaller = { ...large, pod: { ...large.pod, requests } };
    const workloads = plan.workloads.map((one) => (one === large ? smaller : one));
    expect(fits({ ...plan, workloads }, cluster, cron)).toBe(true);
  });
});
