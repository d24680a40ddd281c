import { environments, profiles, serviceSpec, services } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { limitAt } from '../../limits/index.ts';
import type { DeclaredUse } from '../facts.ts';
import { clusterFrom, deploymentText, testFile } from '../testing/manifest.ts';
import { accountUses } from './accounts.ts';
import { connectionUses, reservedConnections } from './connections.ts';
import { idleUses } from './idle.ts';
import { machineUses, manifestUses } from './machines.ts';
import { platformWorkloads } from './platform.ts';
import { usualPace, workflowUses } from './workflows.ts';

const sums = (uses: readonly DeclaredUse[]) => {
  const byLimit: Record<string, number> = {};
  for (const { limitId, instance, quantity } of uses) {
    const key = instance === undefined ? limitId : `${limitId} ${instance}`;
    byLimit[key] = (byLimit[key] ?? 0) + quantity;
  }
  return byLimit;
};

describe('the machines of a profile', () => {
  it('take hours of processors and memory in the longest month, and volumes', () => {
    const bootGb = profiles['free-1x2'].nodes[0]?.bootVolumeGb;
    expect(sums(machineUses(profiles['free-1x2']))).toEqual({
      'oracle.a1.ocpu-hours': 2 * 744,
      'oracle.a1.memory-gb-hours': 12 * 744,
      'oracle.a1.instances': 1,
      'oracle.micro.instances': 0,
      'oracle.account.count': 1,
      'oracle.block-volume.gb': bootGb,
      'oracle.boot-volume.minimum-gb main': bootGb,
      'oracle.vcn.count': 1,
      'oracle.network-load-balancer.count': 0,
      'oracle.network-load-balancer.listeners': 0,
    });
  });

  it('of the original layout are twice what is free', () => {
    expect(sums(machineUses(profiles['full-2x2']))).toMatchObject({
      'oracle.a1.ocpu-hours': 2_976,
      'oracle.a1.memory-gb-hours': 17_856,
      'oracle.micro.instances': 2,
      'oracle.block-volume.gb': 200,
      'oracle.network-load-balancer.count': 1,
      'oracle.network-load-balancer.listeners': 2,
    });
  });

  it('of anybody else take nothing of Oracle', () => {
    expect(machineUses(profiles['any-k3s'])).toEqual([]);
  });
});

describe('the manifests', () => {
  it('take load balancers, and block volumes by their class', () => {
    const claim = (storageClassName: string) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: storageClassName, namespace: 'shop' },
        spec: { storageClassName, resources: { requests: { storage: '60Gi' } } },
      });
    const service =
      '{"apiVersion":"v1","kind":"Service","metadata":{"name":"in"},"spec":{"type":"LoadBalancer","ports":[{},{}]}}';
    const cluster = clusterFrom(claim('oci-bv'), claim('local-path'), service);
    expect(sums(manifestUses(cluster))).toEqual({
      'oracle.block-volume.gb': 60,
      'oracle.load-balancer.count': 1,
      'oracle.load-balancer.listeners': 2,
    });
    expect(sums(manifestUses(clusterFrom(claim('local-path'))))).toEqual({
      'oracle.load-balancer.count': 0,
      'oracle.load-balancer.listeners': 0,
      'oracle.load-balancer.mbps': 0,
    });
  });
});

describe('the accounts of an environment', () => {
  it('hold projects, clusters, collections and sites, and nothing of what is not used', () => {
    expect(sums(accountUses(environments.production, services))).toEqual({
      'neon.projects.count': 1,
      'neon.branches.count infrastructure': 1,
      'atlas.clusters.count': 1,
      'atlas.databases.count': 1,
      'atlas.collections.count': 1,
      'atlas.search-indexes.count': 0,
      'atlas.backups.count': 0,
      'upstash.databases.count': 0,
      'cloudflare.pages.projects': 1,
      'cloudflare.pages.domains': 1,
    });
  });

  it('grow with contexts at Neon, a metered Redis and declared collections', () => {
    const everywhere = { ...environments.production, databases: databasesAt('neon') };
    const two = [{ ...serviceSpec('product'), collections: ['products', 'media'] }];
    expect(sums(accountUses({ ...everywhere, redis: 'upstash' }, two))).toMatchObject({
      'neon.projects.count': 6,
      'neon.branches.count sales': 1,
      'upstash.databases.count': 1,
      'atlas.collections.count': 2,
    });
    expect(sums(accountUses(everywhere, [serviceSpec('order')]))).toMatchObject({
      'atlas.clusters.count': 0,
      'atlas.collections.count': 0,
    });
  });
});

describe('the memory of machines that may be taken away as idle', () => {
  const { nodes } = profiles['free-1x2'];

  it('is what system, k3s and all pods ask for, of the whole', () => {
    const cluster = clusterFrom(deploymentText({ name: 'order', replicas: 2, memory: '475Mi' }));
    const [use] = idleUses(nodes, cluster);
    // 450 + 1,600 of the system, 2 x 475 of pods: 3,000 of 11,700 MiB.
    expect(use?.quantity).toBeCloseTo((3_000 / 11_700) * 100, 6);
  });

  it('is asked of no other provider', () => {
    expect(idleUses(profiles['any-k3s'].nodes, clusterFrom(''))).toEqual([]);
  });
});

describe('connections', () => {
  const order = serviceSpec('order');
  const perProcess = order.pool.platform + order.pool.vendor;
  const neon = { ...environments.production, databases: databasesAt('neon') };

  it('are those of all pools, at the most replicas and in a rollout', () => {
    const { workloads } = clusterFrom(deploymentText({ name: 'order', replicas: 2 }));
    expect(connectionUses([order], neon, workloads)).toEqual([
      {
        limitId: 'neon.connections.pooled',
        instance: 'sales',
        quantity: perProcess * 3,
        because: `order ${perProcess} x (2 replicas + 1 in a rollout)`,
        source: { file: testFile, line: 1 },
      },
      expect.objectContaining({
        limitId: 'neon.connections.direct',
        quantity: perProcess * 3,
        because: `order in transactions ${perProcess} x (2 replicas + 1 in a rollout)`,
      }),
      expect.objectContaining({
        limitId: 'neon.connections.direct',
        quantity: 3,
        because: 'order migrates: (2 replicas + 1 in a rollout)',
      }),
    ]);
  });

  it('are fewer by those that the provider keeps of each compute', () => {
    const kept = reservedConnections(
      { ...neon, databases: { ...databasesAt('cluster'), billing: 'neon' } },
      (id) => limitAt(id, '2026-11-27'),
    );
    expect(kept).toEqual([
      {
        limitId: 'neon.connections.direct',
        instance: 'billing',
        quantity: 7,
        because: '7 that Neon keeps',
        source: { file: 'policies/limits/neon.yaml', line: expect.any(Number) },
      },
    ]);
  });

  it('are none on Neon where the database is in the cluster', () => {
    const own = { ...neon, databases: databasesAt('cluster') };
    expect(connectionUses([order], own, [])).toEqual([]);
  });

  it('to documents are pool and watching, twice during a failover', () => {
    const [use] = connectionUses([serviceSpec('product')], neon, []).filter(
      ({ limitId }) => limitId === 'atlas.connections.count',
    );
    expect(use?.quantity).toBe((10 * 2 + 3 * 2) * 2);
  });
});

function databasesAt(home: 'neon' | 'cluster') {
  return {
    infrastructure: home,
    customer: home,
    discovery: home,
    sales: home,
    fulfillment: home,
    billing: home,
  };
}

describe('workflows', () => {
  const usesOf = (text: string, pace = usualPace) =>
    sums(workflowUses([{ path: '.github/workflows/a.yml', text }], pace).uses);
  const noBuilds = { 'cloudflare.pages.builds': 0 };
  const own = { ...usualPace, isPublic: false };
  const job = 'jobs:\n  a:\n    timeout-minutes: 10\n    steps: []\n';

  it.each([
    ['on: push', usualPace.pushesToMain],
    ['on: [push, pull_request]', usualPace.pushesToMain + usualPace.pushesToPullRequests],
    ['on: { push: { tags: ["v*"] } }', usualPace.releases],
    ['on: { schedule: [{ cron: "0 3 * * *" }] }', 31],
    ['on: { workflow_dispatch: }', usualPace.manualRuns],
    ['on: { workflow_call: }', 0],
  ])('with "%s" run %i times a month', (trigger, runs) => {
    expect(usesOf(`${trigger}\n${job}`, own)).toEqual({
      'github.actions.minutes': runs * 5,
      ...noBuilds,
    });
  });

  it('of a public repository take the free runners of those', () => {
    expect(usesOf(`on: push\n${job}`)).toEqual({
      'github.actions.public-minutes': usualPace.pushesToMain * 5,
      ...noBuilds,
    });
  });

  it('run every combination of a matrix', () => {
    const matrix = 'jobs:\n  a:\n    timeout-minutes: 10\n    strategy:\n      matrix:\n';
    const axes = `${matrix}        os: [a, b]\n        node: [1, 2, 3]\n`;
    expect(usesOf(`on: release\n${axes}`, own)).toEqual({
      'github.actions.minutes': usualPace.releases * 5 * 6,
      ...noBuilds,
    });
  });

  it('that deploy pages take a build each', () => {
    const deploy = `on: push\n${job.replace('[]', '[{ run: npx wrangler pages deploy out }]')}`;
    expect(usesOf(deploy)).toMatchObject({ 'cloudflare.pages.builds': usualPace.pushesToMain });
  });

  it('that cannot be read are faults with their line', () => {
    const faultsOf = (text: string) => workflowUses([{ path: 'a.yml', text }], usualPace).faults;
    expect(faultsOf('on: push\njobs: [\n')[0]).toMatchObject({ file: 'a.yml', line: 3 });
    expect(faultsOf('on: push\n')[0]?.what).toMatch(/^jobs: /);
  });
});

describe('what runs in the cluster and is in no manifest', () => {
  const names = (...texts: readonly string[]) =>
    platformWorkloads(clusterFrom(...texts)).map(({ name }) => name);

  it('is what k3s packages, and Argo CD where it is used', () => {
    expect(names()).toEqual(['coredns', 'metrics-server', 'local-path-provisioner']);
    expect(names('apiVersion: argoproj.io/v1alpha1\nkind: Application\n')).toHaveLength(7);
  });

  it('is not counted twice where it is rendered', () => {
    expect(names(deploymentText({ name: 'coredns' }))).not.toContain('coredns');
    const own = deploymentText({ name: 'argocd-application-controller' });
    expect(names('apiVersion: argoproj.io/v1alpha1\nkind: Application\n', own)).toHaveLength(3);
  });
});
