import { type Labels, selects } from '../kubernetes/labels.ts';
import type { LabelSelector, Spread } from '../kubernetes/schema.ts';
import type { PlacementNode } from './node.ts';
import { isWantedNode, refusingTaint } from './node-match.ts';
import type { Rejection } from './rejection.ts';
import type { PlacementState, Pod } from './state.ts';

/** Topology spread constraints that must hold (`DoNotSchedule`). */
export function spreadFault(
  pod: Pod,
  node: PlacementNode,
  state: PlacementState,
): Rejection | undefined {
  const keys = pod.spread.map(({ topologyKey }) => topologyKey);
  for (const constraint of pod.spread) {
    const domain = node.labels[constraint.topologyKey];
    if (domain === undefined) {
      return { filter: 'spread', why: `the node has no label ${constraint.topologyKey}` };
    }
    const selector = withKeys(constraint.labelSelector, pod.labels, constraint.matchLabelKeys);
    const counts = countByDomain(pod, { ...constraint, labelSelector: selector }, keys, state);
    const self = selects(selector, pod.labels) ? 1 : 0;
    const fewest = fewestOf(counts, constraint);
    const skew = (counts.get(domain) ?? 0) + self - fewest;
    if (skew > constraint.maxSkew) {
      const why = `${domain} would have ${skew} more than the emptiest ${constraint.topologyKey}`;
      return { filter: 'spread', why };
    }
  }
  return undefined;
}

function fewestOf(counts: ReadonlyMap<string, number>, { minDomains }: Spread): number {
  if (counts.size === 0 || counts.size < (minDomains ?? 1)) return 0;
  return Math.min(...counts.values());
}

/** Pods that match, in each domain whose nodes count for this pod. */
function countByDomain(
  pod: Pod,
  constraint: Spread,
  keys: readonly string[],
  { nodes, bindings }: PlacementState,
): Map<string, number> {
  const { topologyKey, labelSelector, nodeAffinityPolicy, nodeTaintsPolicy } = constraint;
  const counted = nodes.filter(
    (node) =>
      keys.every((key) => node.labels[key] !== undefined) &&
      (nodeAffinityPolicy === 'Ignore' || isWantedNode(pod, node)) &&
      (nodeTaintsPolicy !== 'Honor' || refusingTaint(pod, node) === undefined),
  );
  const counts = new Map<string, number>();
  for (const node of counted) {
    const domain = node.labels[topologyKey] ?? '';
    const here = bindings.filter(
      (one) =>
        one.node === node.name &&
        one.pod.namespace === pod.namespace &&
        selects(labelSelector, one.pod.labels),
    ).length;
    counts.set(domain, (counts.get(domain) ?? 0) + here);
  }
  return counts;
}

/** Keys whose values are taken from the pod itself, such as the hash of its template. */
export function withKeys(
  selector: LabelSelector | undefined,
  labels: Labels,
  keys: readonly string[] = [],
  operator: 'In' | 'NotIn' = 'In',
): LabelSelector | undefined {
  const known = keys.filter((key) => labels[key] !== undefined);
  if (!selector || known.length === 0) return selector;
  const own = known.map((key) => ({ key, operator, values: [labels[key] ?? ''] }));
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...own] };
}
