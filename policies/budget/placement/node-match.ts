import { meets } from '../kubernetes/labels.ts';
import type { NodeSelectorTerm, Toleration } from '../kubernetes/schema.ts';
import type { PodNeeds } from '../kubernetes/workload.ts';
import type { PlacementNode, Taint } from './node.ts';

/** The first taint that keeps the pod away. */
export function refusingTaint(
  { tolerations }: Pick<PodNeeds, 'tolerations'>,
  { taints }: Pick<PlacementNode, 'taints'>,
): Taint | undefined {
  return taints.find(
    (taint) => taint.effect !== 'PreferNoSchedule' && !tolerates(tolerations, taint),
  );
}

const tolerates = (tolerations: readonly Toleration[], taint: Taint): boolean =>
  tolerations.some(
    ({ key, operator = 'Equal', value = '', effect }) =>
      (effect === undefined || effect === taint.effect) &&
      // No key with `Exists` tolerates everything.
      (key === undefined ? operator === 'Exists' : key === taint.key) &&
      (operator === 'Exists' || value === (taint.value ?? '')),
  );

/** Whether the pod's node selector and required node affinity allow the node. */
export function isWantedNode(
  pod: Pick<PodNeeds, 'nodeSelector' | 'nodeTerms'>,
  node: PlacementNode,
): boolean {
  const selected = Object.entries(pod.nodeSelector).every(
    ([key, value]) => node.labels[key] === value,
  );
  return selected && (!pod.nodeTerms || pod.nodeTerms.some((term) => termMatches(term, node)));
}

/** A term without any condition matches nothing. */
function termMatches(term: NodeSelectorTerm, { name, labels }: PlacementNode): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  return (
    expressions.every((one) => meets(one, labels)) &&
    fields.every((one) => meets(one, { 'metadata.name': name }))
  );
}
