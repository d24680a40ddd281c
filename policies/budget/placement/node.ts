import type { NodeSpec } from '@mkt/topology';
import type { Labels } from '../kubernetes/labels.ts';
import { type Amounts, gibibyte, mebibyte } from '../kubernetes/quantity.ts';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** A node as the scheduler sees it. */
export interface PlacementNode {
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  /** What is left for pods; the sum of their requests never exceeds it. */
  readonly allocatable: Amounts;
}

/** The kubelet's own limit, unless it is told otherwise. */
const podsPerNode = 110;
/** What the system and the images take of the disk. */
const systemDiskGb = 20;
/** The kubelet evicts when less than a tenth of its disk is free. */
const diskEvictionShare = 0.1;

/** Total minus system, minus kube, minus the eviction reserve. */
export function allocatableOf(node: NodeSpec): Amounts {
  const { systemMiB, kubeMiB, evictionMiB, cpuMilli } = node.reserve;
  // Oracle's unit is a core of an A1, and two threads of an amd64 machine.
  const threads = node.architecture === 'arm64' ? node.ocpus : node.ocpus * 2;
  const diskGb = (node.bootVolumeGb - systemDiskGb) * (1 - diskEvictionShare);
  return {
    cpu: Math.max(0, Math.round(threads * 1000) - cpuMilli),
    memory: Math.max(0, node.memoryMiB - systemMiB - kubeMiB - evictionMiB) * mebibyte,
    'ephemeral-storage': Math.max(0, Math.floor(diskGb)) * gibibyte,
    pods: podsPerNode,
  };
}

/** The nodes of a profile that belong to the cluster; witnesses only look from outside. */
export function clusterNodes(nodes: readonly NodeSpec[]): PlacementNode[] {
  return nodes.filter(({ role }) => role !== 'witness').map(placementNode);
}

export function placementNode(node: NodeSpec): PlacementNode {
  return {
    name: node.name,
    labels: {
      'kubernetes.io/hostname': node.name,
      'kubernetes.io/arch': node.architecture,
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': 'k3s',
      ...(node.role === 'server' ? { 'node-role.kubernetes.io/control-plane': 'true' } : {}),
    },
    taints: [],
    allocatable: allocatableOf(node),
  };
}
