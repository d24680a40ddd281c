import { describe, expect, it } from 'vitest';
import { noDefaults, podAmounts } from './pod-requests.ts';
import type { Container, PodSpec } from './schema.ts';

const mi = 1024 ** 2;
const asking = (cpu: string, memory: string, more: Partial<Container> = {}): Container => ({
  name: `c${cpu}`,
  resources: { requests: { cpu, memory } },
  ...more,
});
const sidecar = { restartPolicy: 'Always' };
const requestsOf = (spec: PodSpec) => podAmounts(spec).requests;

describe('what a pod asks for', () => {
  it('is the sum of its containers', () => {
    const spec = { containers: [asking('100m', '64Mi'), asking('50m', '32Mi')] };
    expect(requestsOf(spec)).toEqual({ cpu: 150, memory: 96 * mi });
  });

  it('is an init container where that is larger, one resource at a time', () => {
    const spec = {
      containers: [asking('100m', '64Mi')],
      initContainers: [asking('10m', '512Mi'), asking('300m', '16Mi')],
    };
    expect(requestsOf(spec)).toEqual({ cpu: 300, memory: 512 * mi });
  });

  it('has sidecars beside the containers', () => {
    const spec = {
      containers: [asking('100m', '64Mi')],
      initContainers: [asking('20m', '32Mi', sidecar)],
    };
    expect(requestsOf(spec)).toEqual({ cpu: 120, memory: 96 * mi });
  });

  it('has the sidecars that started before it beside an init container, and no later ones', () => {
    const spec = {
      containers: [asking('1m', '1Mi')],
      initContainers: [
        asking('10m', '100Mi', sidecar),
        asking('10m', '200Mi'),
        asking('10m', '50Mi', sidecar),
      ],
    };
    // 100 + 200 while it starts; 100 + 50 + 1 afterwards.
    expect(requestsOf(spec).memory).toBe(300 * mi);
  });

  it('has the overhead of its runtime on top', () => {
    const spec = { containers: [asking('100m', '64Mi')], overhead: { memory: '10Mi' } };
    expect(requestsOf(spec).memory).toBe(74 * mi);
  });

  it('is what the pod as a whole asks for, where it does', () => {
    const resources = { requests: { memory: '500Mi' } };
    const spec = { containers: [asking('100m', '64Mi')], resources };
    expect(requestsOf(spec)).toEqual({ cpu: 100, memory: 500 * mi });
  });

  it('is the limit of a container that asks for nothing', () => {
    const containers = [{ name: 'a', resources: { limits: { memory: '64Mi' } } }];
    expect(requestsOf({ containers }).memory).toBe(64 * mi);
  });

  it('is the default of the namespace for a container that says nothing', () => {
    const defaults = { requests: { memory: 20 * mi }, limits: { memory: 40 * mi } };
    const { requests, limits } = podAmounts({ containers: [{ name: 'a' }] }, defaults);
    expect([requests.memory, limits.memory]).toEqual([20 * mi, 40 * mi]);
  });
});

describe('what a pod may use', () => {
  it('is open where one container has no limit', () => {
    const containers = [
      { name: 'a', resources: { limits: { memory: '64Mi' } } },
      { name: 'b', resources: { limits: { cpu: '1' } } },
    ];
    expect(podAmounts({ containers }, noDefaults).limits).toEqual({});
  });

  it('names the amount that cannot be read', () => {
    const containers = [{ name: 'a', resources: { requests: { memory: '64Mo' } } }];
    expect(podAmounts({ containers }).wrong).toEqual(['containers.a.requests.memory']);
  });
});
