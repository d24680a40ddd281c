import { selects } from '../kubernetes/labels.ts';
import type { PodAffinityTerm } from '../kubernetes/schema.ts';
import type { PlacementNode } from './node.ts';
import type { Rejection } from './rejection.ts';
import { withKeys } from './spread.ts';
import type { Binding, PlacementState, Pod } from './state.ts';

/** Required affinity and anti-affinity between pods, both ways. */
export function affinityFault(
  pod: Pod,
  node: PlacementNode,
  state: PlacementState,
): Rejection | undefined {
  return (
    repelledByOthers(pod, node, state) ??
    repelsOthers(pod, node, state) ??
    lacksCompany(pod, node, state)
  );
}

function repelledByOthers(
  pod: Pod,
  node: PlacementNode,
  state: PlacementState,
): Rejection | undefined {
  const by = state.bindings.find((one) =>
    one.pod.antiAffinity.some(
      (term) => concerns(term, one.pod, pod, state) && isSameDomain(term, one, node, state),
    ),
  );
  return by && { filter: 'anti-affinity', why: `${by.pod.id} keeps it away` };
}

function repelsOthers(pod: Pod, node: PlacementNode, state: PlacementState): Rejection | undefined {
  const other = state.bindings.find((one) =>
    pod.antiAffinity.some(
      (term) => concerns(term, pod, one.pod, state) && isSameDomain(term, one, node, state),
    ),
  );
  return other && { filter: 'anti-affinity', why: `it keeps away from ${other.pod.id}` };
}

function lacksCompany(pod: Pod, node: PlacementNode, state: PlacementState): Rejection | undefined {
  if (pod.affinity.length === 0) return undefined;
  const labelless = pod.affinity.find(({ topologyKey }) => node.labels[topologyKey] === undefined);
  if (labelless) {
    return { filter: 'affinity', why: `the node has no label ${labelless.topologyKey}` };
  }
  // A pod is company for whoever asks only if it meets all terms.
  const company = state.bindings.filter((one) =>
    pod.affinity.every((term) => concerns(term, pod, one.pod, state)),
  );
  const isNear = (term: PodAffinityTerm) =>
    company.some((one) => isSameDomain(term, one, node, state));
  if (pod.affinity.every(isNear)) return undefined;
  // The first of a group that wants to be together has nobody to go to.
  const isFirst =
    pod.affinity.every((term) => concerns(term, pod, pod, state)) &&
    !company.some((one) => pod.affinity.some((term) => hasDomain(term, one, state)));
  return isFirst ? undefined : { filter: 'affinity', why: 'the pods it wants to be near are not' };
}

/** Whether a term of `owner` speaks of `other`. */
function concerns(
  term: PodAffinityTerm,
  owner: Pod,
  other: Pod,
  { namespaces }: PlacementState,
): boolean {
  const named = term.namespaces ?? [];
  const isOwn = named.length === 0 && term.namespaceSelector === undefined;
  const inNamespace =
    (isOwn && other.namespace === owner.namespace) ||
    named.includes(other.namespace) ||
    selects(term.namespaceSelector, {
      'kubernetes.io/metadata.name': other.namespace,
      ...namespaces.get(other.namespace),
    });
  const alike = withKeys(term.labelSelector, owner.labels, term.matchLabelKeys);
  const selector = withKeys(alike, owner.labels, term.mismatchLabelKeys, 'NotIn');
  return inNamespace && selects(selector, other.labels);
}

function domainOf(term: PodAffinityTerm, binding: Binding, { nodes }: PlacementState) {
  return nodes.find(({ name }) => name === binding.node)?.labels[term.topologyKey];
}

const hasDomain = (term: PodAffinityTerm, binding: Binding, state: PlacementState) =>
  domainOf(term, binding, state) !== undefined;

function isSameDomain(
  term: PodAffinityTerm,
  binding: Binding,
  node: PlacementNode,
  state: PlacementState,
): boolean {
  const domain = domainOf(term, binding, state);
  return domain !== undefined && domain === node.labels[term.topologyKey];
}
