import { assert } from '@mkt/kernel';

/** What a server allows to all its clients together, and how they are spread. */
export interface Topology {
  /** Processes that hold a client. */
  readonly processes: number;
  /** Members of the replica set: one on a test machine, three on Atlas. */
  readonly members?: number;
}

/** Connections and operations of a free Atlas cluster, for all clients together. */
export const freeCluster = { connections: 500, operationsPerSecond: 100 } as const;

/** Each client watches each member by two connections of its own, outside the pool. */
const watchingPerMember = 2;
/** While one version replaces another, both run. */
const versionsDuringDeploy = 2;
/** After a change of primary, the pool to the old one may not have closed yet. */
const poolsDuringFailover = 2;
/** More would wait for operations, not for connections. */
const largestPool = 10;

/**
 * Connections that the clients of all processes can hold at the worst moment: a deploy during a
 * change of primary.
 */
export function mostConnections(maxPoolSize: number, { processes, members = 3 }: Topology): number {
  const perProcess = maxPoolSize * poolsDuringFailover + members * watchingPerMember;
  return processes * versionsDuringDeploy * perProcess;
}

/** The largest pool for each process with which all of them stay below the limit. */
export function poolSizeFor(
  topology: Topology,
  connections: number = freeCluster.connections,
): number {
  const { processes, members = 3 } = topology;
  const perProcess = Math.floor(connections / (processes * versionsDuringDeploy));
  const size = Math.floor((perProcess - members * watchingPerMember) / poolsDuringFailover);
  assert(size >= 1, `${connections} connections are too few for ${processes} processes`);
  return Math.min(size, largestPool);
}

/** Each process's equal share of the operations a second; during a deploy the server evens it out. */
export function operationsShareOf(
  { processes }: Topology,
  operationsPerSecond: number = freeCluster.operationsPerSecond,
): number {
  return operationsPerSecond / processes;
}
