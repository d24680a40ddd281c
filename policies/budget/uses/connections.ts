import type { Environment, ServiceSpec } from '@mkt/topology';
import type { DeclaredUse } from '../facts.ts';
import type { Workload } from '../kubernetes/workload.ts';

/** What a client of MongoDB keeps open: a pool, again during a failover, and its watching. */
export interface DocumentPool {
  readonly largestPool: number;
  readonly members: number;
}

/** Of `packages/mongo`: the pool it chooses at most, and the three members of a free cluster. */
export const documentPool: DocumentPool = { largestPool: 10, members: 3 };

const watchingPerMember = 2;

/**
 * Connections at the worst moment: all replicas that an autoscaler may start, and the next version
 * beside them. On Neon services go through the pooler; each also migrates once, over the direct
 * way, when it starts.
 */
export function connectionUses(
  services: readonly ServiceSpec[],
  environment: Environment,
  workloads: readonly Workload[],
): DeclaredUse[] {
  return services.flatMap((service) => [
    ...databaseUses(service, environment, workloads),
    ...documentUses(service, workloads),
  ]);
}

function databaseUses(
  { name, context, stores, pool, replicas }: ServiceSpec,
  { databases }: Environment,
  workloads: readonly Workload[],
): DeclaredUse[] {
  const perProcess = pool.platform + pool.vendor;
  if (!stores.includes('postgres') || perProcess === 0) return [];
  if (databases[context] !== 'neon') return [];
  const { processes, text, place } = processesOf(name, replicas, workloads);
  const source = place ? { source: place } : {};
  return [
    {
      limitId: 'neon.connections.pooled',
      instance: context,
      quantity: perProcess * processes,
      because: `${name} ${perProcess} x ${text}`,
      ...source,
    },
    {
      limitId: 'neon.connections.direct',
      instance: context,
      quantity: processes,
      because: `${name} migrates: ${text}`,
      ...source,
    },
  ];
}

function documentUses(
  { name, stores, replicas }: ServiceSpec,
  workloads: readonly Workload[],
): DeclaredUse[] {
  if (!stores.includes('documents')) return [];
  const { processes, text, place } = processesOf(name, replicas, workloads);
  const { largestPool, members } = documentPool;
  const perProcess = largestPool * 2 + members * watchingPerMember;
  return [
    {
      limitId: 'atlas.connections.count',
      quantity: perProcess * processes,
      because: `${name} (${largestPool} x 2 + ${members} x ${watchingPerMember}) x ${text}`,
      ...(place ? { source: place } : {}),
    },
  ];
}

function processesOf(name: string, replicas: number, workloads: readonly Workload[]) {
  const workload = workloads.find((one) => one.kind === 'Deployment' && one.name === name);
  const most = workload?.mostReplicas ?? replicas;
  const surge = workload?.surge ?? 1;
  return {
    processes: most + surge,
    text: surge > 0 ? `(${most} replicas + ${surge} in a rollout)` : `${most} replicas`,
    place: workload?.place,
  };
}
