import { plus } from '../kubernetes/quantity.ts';
import { mayGoTo } from './filter.ts';
import type { Outcome } from './replay.ts';
import { bind, demandOf, type PlacementState, type Pod } from './state.ts';

/** Choices that a search may try before it gives up. */
const mostSteps = 5_000;

/**
 * A placement of all pods, if one is found: the largest first, each on the first node that takes
 * it; then by trying again where that led nowhere. The outcome is the best that was seen.
 */
export function pack(state: PlacementState, pods: readonly Pod[]): Outcome {
  const order = largestFirst(state, pods);
  const direct = firstFit(state, order);
  if (direct.pending.length === 0 || isTooMuch(state, pods)) return direct;
  return search(state, order) ?? direct;
}

/** More is asked of all nodes together than they have: there is nothing to search for. */
function isTooMuch({ free }: PlacementState, pods: readonly Pod[]): boolean {
  const asked = plus(...pods.map(demandOf));
  const left = plus(...free.values());
  return Object.entries(asked).some(([resource, amount]) => amount > (left[resource] ?? 0));
}

/** First-fit-decreasing. Pods that wait for company are tried again after the others. */
export function firstFit(state: PlacementState, order: readonly Pod[]): Outcome {
  let current = state;
  let waiting = order;
  while (waiting.length > 0) {
    const left: Pod[] = [];
    for (const pod of waiting) {
      const node = current.nodes.find((one) => mayGoTo(pod, one, current));
      if (node) current = bind(current, pod, node.name);
      else left.push(pod);
    }
    if (left.length === waiting.length) break;
    waiting = left;
  }
  return { state: current, pending: waiting };
}

/** By the largest share that a pod has of the largest node. */
export function largestFirst({ nodes }: PlacementState, pods: readonly Pod[]): Pod[] {
  const largest = (resource: string) =>
    Math.max(...nodes.map(({ allocatable }) => allocatable[resource] ?? 0));
  const size = ({ requests }: Pod) =>
    Math.max(0, ...Object.entries(requests).map(([name, amount]) => amount / largest(name)));
  const sizes = new Map(pods.map((pod) => [pod.id, size(pod)]));
  return pods.toSorted(
    (a, b) => (sizes.get(b.id) ?? 0) - (sizes.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1),
  );
}

/** Depth first, with a bound; pods that are alike are not exchanged with each other. */
function search(start: PlacementState, order: readonly Pod[]): Outcome | undefined {
  let steps = 0;
  const descend = (state: PlacementState, rest: readonly Pod[]): PlacementState | undefined => {
    if (rest.length === 0) return state;
    const next = nextToPlace(state, rest);
    if (!next) return undefined;
    const without = rest.filter((pod) => pod !== next.pod);
    for (const node of next.nodes) {
      steps += 1;
      if (steps > mostSteps) return undefined;
      const done = descend(bind(state, next.pod, node.name), without);
      if (done) return done;
    }
    return undefined;
  };
  const state = descend(start, order);
  return state && { state, pending: [] };
}

/**
 * The largest pod that is left, with the nodes that take it. Who fits nowhere now may fit when its
 * company is there, so that another goes first; undefined where nobody can go anywhere.
 */
function nextToPlace(state: PlacementState, rest: readonly Pod[]) {
  for (const pod of rest) {
    const nodes = state.nodes.filter((node) => mayGoTo(pod, node, state));
    if (nodes.length > 0) return { pod, nodes };
    if (pod.affinity.length + pod.spread.length === 0) return undefined;
  }
  return undefined;
}
