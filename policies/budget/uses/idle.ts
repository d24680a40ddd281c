import type { NodeSpec } from '@mkt/topology';
import type { DeclaredUse } from '../facts.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { mebibyte } from '../kubernetes/quantity.ts';

/**
 * Memory that is in use all month: system, k3s, and what pods ask for. Machines of Oracle are idle
 * only where processor, network and memory all are, so that memory alone keeps them.
 */
export function idleUses(nodes: readonly NodeSpec[], { workloads }: Cluster): DeclaredUse[] {
  const a1 = nodes.filter(({ shape }) => shape === 'VM.Standard.A1.Flex');
  if (a1.length === 0) return [];
  const wholeMiB = a1.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
  const systemMiB = a1.reduce((sum, { reserve }) => sum + reserve.systemMiB + reserve.kubeMiB, 0);
  const podsMiB = workloads
    .filter(({ run }) => run === undefined)
    .reduce((sum, { pod, replicas }) => sum + (pod.requests['memory'] ?? 0) * replicas, 0);
  const usedMiB = systemMiB + podsMiB / mebibyte;
  const mib = (value: number) => `${Math.round(value).toLocaleString('en')} MiB`;
  return [
    {
      limitId: 'oracle.idle.memory',
      quantity: (usedMiB / wholeMiB) * 100,
      because: `system ${mib(systemMiB)} + pods ask for ${mib(usedMiB - systemMiB)}, of ${mib(wholeMiB)}`,
      source: { file: 'packages/topology/src/profiles.ts', line: 1 },
    },
  ];
}
