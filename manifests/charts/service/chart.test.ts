import { type ServiceName, serviceNames, services } from '@mkt/topology';
import { describe, expect, test } from 'vitest';
import { planOf } from '../../plan/plan.ts';
import { bytesOf } from '../../plan/quantity.ts';
import { changedModel, find, objectsOf, production } from '../../testing.ts';

const objects = objectsOf();
const twoMachines = planOf(
  'production',
  changedModel({ environments: { production: { profile: 'full-2x2' } } }),
);
const container = (name: ServiceName) =>
  find(objects, 'Deployment', name).spec.template.spec.containers[0];

describe.each(serviceNames)('the pod of %s', (name) => {
  const { spec } = find(objects, 'Deployment', name);
  const pod = spec.template.spec;

  test('gains nothing: an ordinary user, a root that is read only, no capability, no token', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container(name).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('runs the image by its digest with the service as argument, on both architectures', () => {
    expect(container(name).image).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(container(name).args).toEqual([name]);
    const [term] =
      pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
    expect(term.matchExpressions[0].values).toEqual(['arm64', 'amd64']);
  });

  test('asks for what the topology says, and caps its heap below its memory', () => {
    const { resources } = services.find((one) => one.name === name) ?? {};
    const { requests, limits } = container(name).resources;
    expect(bytesOf(requests.memory) / 2 ** 20).toBe(resources?.memoryRequestMiB);
    expect(bytesOf(limits.memory) / 2 ** 20).toBe(resources?.memoryLimitMiB);
    const options: string = find(objects, 'ConfigMap', `${name}-settings`).data.NODE_OPTIONS;
    const heapMiB = Number(/--max-old-space-size=(\d+)/.exec(options)?.[1]);
    expect(heapMiB).toBeGreaterThanOrEqual(96);
    expect(heapMiB).toBeLessThan((resources?.memoryLimitMiB ?? 0) * 0.7);
  });

  test('is looked at by probes that ask no store, and ends after it has drained', () => {
    const { startupProbe, livenessProbe, readinessProbe, lifecycle } = container(name);
    expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/healthz', port: 'http' },
      { path: '/healthz', port: 'http' },
      { path: '/readyz', port: 'http' },
    ]);
    const drain = Number(find(objects, 'ConfigMap', `${name}-settings`).data.DRAIN_SECONDS);
    const stopping = lifecycle.preStop.sleep.seconds + drain;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(stopping);
  });

  test('is replaced without a moment in which nobody answers', () => {
    expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });
});

describe('a service', () => {
  test('goes before consoles where shoppers wait for it', () => {
    const priorityOf = (name: string) =>
      find(objects, 'Deployment', name).spec.template.spec.priorityClassName;
    expect(priorityOf('order')).toBe('mkt-shopper');
    expect(priorityOf('payout')).toBe('mkt-console');
    const value = (name: string) => find(objects, 'PriorityClass', name)['value'];
    expect(value('mkt-shopper')).toBeGreaterThan(value('mkt-console'));
    expect(value('mkt-console')).toBeGreaterThan(value('mkt-batch'));
  });

  test('is scaled where the topology says that it pays, and then by the autoscaler alone', () => {
    const scaled = services.filter(({ autoscale }) => autoscale).map(({ name }) => name);
    const several = objectsOf(twoMachines);
    const scalers = several.filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    expect(scalers.map(({ metadata }) => metadata.name)).toEqual(scaled);
    for (const { name, replicas } of services) {
      const wanted = scaled.includes(name) ? undefined : replicas;
      expect(find(several, 'Deployment', name).spec.replicas).toBe(wanted);
    }
  });

  test('is not scaled on one machine, which has no more processors for two', () => {
    expect(objects.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toEqual([]);
    expect(find(objects, 'Deployment', 'gateway').spec.replicas).toBe(1);
  });

  test('has a disruption budget where one may go while another stays, and none to block a drain', () => {
    const budgets = (replicas: number, profile: 'free-1x2' | 'free-2x1') => {
      const environments = { production: { profile } };
      const model = changedModel({ services: { order: { replicas } }, environments });
      return objectsOf(planOf('production', model)).filter(
        ({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === 'order',
      );
    };
    expect(budgets(1, 'free-2x1')).toEqual([]);
    expect(budgets(2, 'free-1x2')).toEqual([]);
    expect(budgets(2, 'free-2x1')[0]?.spec.maxUnavailable).toBe(1);
  });

  test('starts its pods anew when a setting changes, and only then', () => {
    const versionOf = (plan = production) =>
      find(objectsOf(plan), 'Deployment', 'gateway').spec.template.metadata.annotations;
    const moved = changedModel({ environments: { production: { host: 'other.example' } } });
    expect(versionOf()).toEqual(versionOf());
    expect(versionOf(planOf('production', moved))).not.toEqual(versionOf());
  });
});
