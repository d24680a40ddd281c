import { type Claim, type PodNeeds, type Workload, workloadName } from '../kubernetes/workload.ts';
import type { PlacementNode } from './node.ts';
import { isWantedNode, refusingTaint } from './node-match.ts';
import type { KnownClaim, Pod } from './state.ts';

/** Which version of a workload's template a pod belongs to. */
export type Revision = 'current' | 'next';

/** The pods of a workload while nothing changes. */
export function steadyPods(workload: Workload, nodes: readonly PlacementNode[]): Pod[] {
  if (workload.kind === 'CronJob' || workload.kind === 'Job') return [];
  if (workload.kind === 'DaemonSet') return daemonPods(workload, nodes);
  return podsOf(workload, workload.replicas, 'current');
}

/** Those that come on top while a new version comes in. */
export function surgePods(workload: Workload): Pod[] {
  if (workload.kind !== 'Deployment') return [];
  return podsOf(workload, workload.surge, 'next');
}

export function podsOf(workload: Workload, count: number, revision: Revision): Pod[] {
  return Array.from({ length: count }, (_, at) => podOf(workload, String(at), revision));
}

function podOf(workload: Workload, suffix: string, revision: Revision): Pod {
  const name = workloadName(workload);
  const claims = workload.claimTemplates.map((one) => `${one.name}-${workload.name}-${suffix}`);
  // As the controllers label their pods: spreading can tell one version from the other by it.
  const hash = workload.kind === 'Deployment' ? { 'pod-template-hash': revision } : {};
  return {
    ...workload.pod,
    labels: { ...workload.pod.labels, ...hash },
    claims: [...workload.pod.claims, ...claims],
    id: revision === 'current' ? `${name}/${suffix}` : `${name}/${suffix} (next version)`,
    workload: name,
    wave: workload.wave,
  };
}

/** One for each node that may have it, bound to that node as its controller does. */
function daemonPods(workload: Workload, nodes: readonly PlacementNode[]): Pod[] {
  const pod: PodNeeds = {
    ...workload.pod,
    tolerations: [
      ...workload.pod.tolerations,
      ...['not-ready', 'unreachable', 'disk-pressure', 'memory-pressure', 'pid-pressure'].map(
        (state) => ({ key: `node.kubernetes.io/${state}`, operator: 'Exists' as const }),
      ),
    ],
  };
  return nodes
    .filter((node) => isWantedNode(pod, node) && refusingTaint(pod, node) === undefined)
    .map((node) => ({ ...podOf({ ...workload, pod }, node.name, 'current'), nodeName: node.name }));
}

/** All claims, those that StatefulSets make for their pods included, as the placement wants them. */
export function claimsOf(
  claims: readonly Claim[],
  workloads: readonly Workload[],
  storageClasses: ReadonlySet<string>,
): Map<string, KnownClaim> {
  const known = new Map<string, KnownClaim>();
  for (const claim of [...claims, ...workloads.flatMap(templateClaims)]) {
    const { storageClass = 'local-path', accessModes } = claim;
    known.set(`${claim.namespace}/${claim.name}`, {
      isForOnePod: accessModes.includes('ReadWriteOncePod'),
      ...(storageClasses.has(storageClass) ? {} : { lacksClass: storageClass }),
    });
  }
  return known;
}

/** The claims that a StatefulSet's pods get, one of each template for each pod. */
export function templateClaims(workload: Workload): Claim[] {
  return Array.from({ length: workload.replicas }).flatMap((_, at) =>
    workload.claimTemplates.map((template) => ({
      ...template,
      name: `${template.name}-${workload.name}-${at}`,
    })),
  );
}
