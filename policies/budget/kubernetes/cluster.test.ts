import { describe, expect, it } from 'vitest';
import { clusterFrom, cronJobText, deploymentText, named, testFile } from '../testing/manifest.ts';

const mi = 1024 ** 2;

describe('a workload', () => {
  it('of a Deployment surges by a quarter, rounded up, unless it says otherwise', () => {
    const rolling = (maxSurge: number | string) => ({
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge } },
    });
    const surgeOf = (spec: Record<string, unknown>) =>
      clusterFrom(deploymentText({ replicas: 5, spec })).workloads[0]?.surge;
    expect(surgeOf({})).toBe(2);
    expect(surgeOf(rolling(1))).toBe(1);
    expect(surgeOf(rolling('100%'))).toBe(5);
    expect(surgeOf({ strategy: { type: 'Recreate' } })).toBe(0);
  });

  it('has as many replicas as its autoscaler starts with, and may have its most', () => {
    const scaler = JSON.stringify({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'app', namespace: 'shop' },
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'app' },
        minReplicas: 2,
        maxReplicas: 6,
      },
    });
    const [workload] = clusterFrom(deploymentText(), scaler).workloads;
    expect(workload).toMatchObject({ replicas: 2, mostReplicas: 6 });
  });

  it('takes priority from its class, and an unknown class is a fault', () => {
    const priority =
      '{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"high"},"value":9}';
    const deployment = deploymentText({ more: { priorityClassName: 'high' } });
    expect(clusterFrom(priority, deployment).workloads[0]?.pod.priority).toBe(9);
    expect(clusterFrom(deployment).faults[0]?.what).toBe(
      'Deployment shop/app: priorityClassName high',
    );
  });

  it('takes what its containers do not say from the LimitRange of its namespace', () => {
    const range = JSON.stringify({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'usual', namespace: 'shop' },
      spec: { limits: [{ type: 'Container', default: { memory: '200Mi' } }] },
    });
    const bare = deploymentText({ more: { containers: [{ name: 'app' }] } });
    const [workload] = clusterFrom(range, bare).workloads;
    expect(workload?.pod.requests['memory']).toBe(200 * mi);
  });

  it('in the network of its host takes its ports', () => {
    const containers = [{ name: 'app', ports: [{ containerPort: 9100 }] }];
    const more = { hostNetwork: true, containers };
    expect(clusterFrom(deploymentText({ more })).workloads[0]?.pod.hostPorts).toEqual([
      { port: 9100, protocol: 'TCP', ip: '0.0.0.0' },
    ]);
  });

  it('with an amount that cannot be read is a fault with file and line', () => {
    expect(clusterFrom(deploymentText({ memory: '1Gig' })).faults).toEqual([
      { file: testFile, line: 1, what: 'Deployment shop/app: containers.app.limits.memory' },
      { file: testFile, line: 1, what: 'Deployment shop/app: containers.app.requests.memory' },
    ]);
  });
});

describe('a job by the clock', () => {
  it('is read with its schedule, its deadline and whether runs wait for each other', () => {
    const spec = { concurrencyPolicy: 'Forbid', timeZone: 'Europe/Dublin' };
    const text = cronJobText({ name: 'dump', schedule: '0 3 * * *', deadlineSeconds: 60, spec });
    expect(named(clusterFrom(text).workloads, 'dump').run).toMatchObject({
      scheduleText: '0 3 * * *',
      deadlineSeconds: 60,
      isExclusive: true,
      isUtc: false,
    });
  });

  it('with a schedule that is none is a fault', () => {
    const { workloads, faults } = clusterFrom(cronJobText({ name: 'dump', schedule: 'nightly' }));
    expect(workloads).toEqual([]);
    expect(faults[0]?.what).toBe('CronJob shop/dump: "nightly" is no schedule of cron');
  });

  it('that is suspended takes nothing', () => {
    const text = cronJobText({ name: 'dump', schedule: '@daily', spec: { suspend: true } });
    expect(named(clusterFrom(text).workloads, 'dump').replicas).toBe(0);
  });
});

describe('what else is in a cluster', () => {
  it('is its quotas, with processors in thousandths and all else in bytes or pieces', () => {
    const quota = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'quota', namespace: 'shop' },
      spec: { hard: { 'requests.cpu': '1', 'limits.memory': '1Gi', pods: 3 } },
    });
    expect(clusterFrom(quota).quotas[0]?.hard).toEqual({
      'requests.cpu': 1000,
      'limits.memory': 1024 * mi,
      pods: 3,
    });
  });

  it('is a claim, which needs a size', () => {
    const claim = (requests: object) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace: 'shop' },
        spec: { resources: { requests } },
      });
    expect(clusterFrom(claim({ storage: '1Gi' })).claims[0]?.storageBytes).toBe(1024 * mi);
    expect(clusterFrom(claim({})).faults[0]?.what).toContain('requests.storage');
  });

  it('is a Service only where it asks the provider for a load balancer', () => {
    const service = (type: string) =>
      `{"apiVersion":"v1","kind":"Service","metadata":{"name":"in"},"spec":{"type":"${type}"}}`;
    expect(clusterFrom(service('LoadBalancer')).loadBalancers).toHaveLength(1);
    expect(clusterFrom(service('ClusterIP')).loadBalancers).toEqual([]);
  });
});
