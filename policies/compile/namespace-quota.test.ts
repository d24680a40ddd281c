import { contexts, services } from '@mkt/topology';
import { describe, expect, it } from 'vitest';
import { namespaceDemand, namespaceQuota } from './namespace-quota.ts';

const [gateway] = services;
const { autoscale: _, ...plain } = gateway!;
const two = [
  { ...plain, name: 'order' as const, context: 'sales' as const, replicas: 2 },
  { ...plain, name: 'cart' as const, context: 'sales' as const, replicas: 1 },
].map((service, at) => ({
  ...service,
  resources: {
    cpuRequestMilli: 10 + at,
    cpuLimitMilli: 100,
    memoryRequestMiB: 100 * (at + 1),
    memoryLimitMiB: 200 * (at + 1),
  },
}));

describe('what a namespace may take', () => {
  it('is every replica, one more of each while all roll out, and the largest that is ending', () => {
    expect(namespaceDemand('sales', { services: two })).toEqual({
      pods: 2 + 1 + 1 + 1 + 1,
      cpuRequestMilli: 3 * 10 + 2 * 11 + 11,
      cpuLimitMilli: 600,
      memoryRequestMiB: 3 * 100 + 2 * 200 + 200,
      memoryLimitMiB: 3 * 200 + 2 * 400 + 400,
      claims: 0,
      storageGiB: 0,
    });
  });

  it('has room for what runs beside the services', () => {
    const bare = namespaceDemand('sales', { services: two });
    const extra = { pods: 2, memoryRequestMiB: 64, claims: 1, storageGiB: 5 };
    expect(namespaceDemand('sales', { services: two, extra })).toMatchObject({
      pods: bare.pods + 2,
      memoryRequestMiB: bare.memoryRequestMiB + 64,
      claims: 1,
      storageGiB: 5,
    });
  });

  it('is for as many as an autoscaler may start, and for the files of a service', () => {
    const scaled = [{ ...two[0]!, autoscale: { maxReplicas: 5, cpuPercent: 80 }, filesGiB: 3 }];
    expect(namespaceDemand('sales', { services: scaled })).toMatchObject({
      pods: 5 + 1 + 1,
      claims: 1,
      storageGiB: 3,
    });
  });

  it('grows with the surge that a rollout may take', () => {
    const of = (surge: number) => namespaceDemand('sales', { services: two, surge }).pods;
    expect([of(0), of(1), of(2)]).toEqual([4, 6, 8]);
  });

  it.each(contexts)('is enough to roll out all of %s at once', (context) => {
    const own = services.filter((service) => service.context === context);
    const atOnce = own.reduce((sum, { replicas }) => sum + replicas + 1, 0);
    expect(namespaceDemand(context).pods).toBeGreaterThan(atOnce);
  });
});

describe('the objects of a namespace', () => {
  it('are a quota that allows no load balancer, and defaults for a container that states none', () => {
    const { resourceQuota, limitRange } = namespaceQuota('sales', {
      services: two,
      namespace: 'staging-sales',
    });
    expect(resourceQuota).toMatchObject({
      kind: 'ResourceQuota',
      metadata: { namespace: 'staging-sales' },
      spec: {
        hard: { 'requests.memory': '900Mi', pods: '6', 'services.loadbalancers': '0' },
      },
    });
    expect(limitRange).toMatchObject({
      kind: 'LimitRange',
      spec: { limits: [{ type: 'Container', max: { cpu: '100m', memory: '400Mi' } }] },
    });
  });
});
