import { clusterNodes } from '@mkt/policies/budget';
import type { Profile } from '@mkt/topology';
import type { KubeObject } from '../../objects.ts';

/**
 * The machines of a profile as nodes, with exactly what the budget check says is left of each for
 * pods, in the words of the API server.
 */
export function nodeObjects({ nodes }: Profile): readonly KubeObject[] {
  return clusterNodes(nodes).map(({ name, labels, taints, allocatable }) => {
    const { cpu = 0, memory = 0, pods = 0 } = allocatable;
    const room = {
      cpu: `${cpu}m`,
      memory: `${memory}`,
      pods: `${pods}`,
      'ephemeral-storage': `${allocatable['ephemeral-storage'] ?? 0}`,
    };
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels },
      spec: { taints },
      status: { allocatable: room, capacity: room },
    };
  });
}
