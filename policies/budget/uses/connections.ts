import { contexts, type Environment, type ServiceSpec } from '@mkt/topology';
import { allowanceOf, type Limit } from '../../limits/index.ts';
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
 * beside them. On Neon services go through the pooler, which holds one connection of the compute
 * for each transaction; each also migrates once, over the direct way, when it starts.
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
      quantity: perProcess * processes,
      because: `${name} in transactions ${perProcess} x ${text}`,
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

/** Of each compute's connections the provider keeps some for itself. */
export function reservedConnections(
  { databases }: Environment,
  limitOf: (id: string) => Limit,
): DeclaredUse[] {
  const reserved = limitOf('neon.connections.reserved');
  const quantity = allowanceOf(reserved);
  return contexts
    .filter((context) => databases[context] === 'neon')
    .map((context) => ({
      limitId: 'neon.connections.direct',
      instance: context,
      quantity,
      because: `${quantity} that Neon keeps`,
      source: reserved.declaredAt,
    }));
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
