import { type Amounts, mebibyte } from '../kubernetes/quantity.ts';
import { mayGoTo } from './filter.ts';
import type { PlacementNode } from './node.ts';
import { bind, type PlacementState, type Pod } from './state.ts';

export interface Outcome {
  readonly state: PlacementState;
  /** Pods that no node takes. */
  readonly pending: readonly Pod[];
}

/**
 * Places pods as the scheduler does: the most important first, then in the order in which they came
 * to be; each on the emptiest node that may have it. What found no place is tried again after the
 * others, because company may have arrived.
 */
export function replay(state: PlacementState, queue: readonly Pod[]): Outcome {
  let current = state;
  let waiting = queue;
  while (waiting.length > 0) {
    const left: Pod[] = [];
    for (const pod of waiting) {
      const node = emptiest(pod, current);
      if (node) current = bind(current, pod, node.name);
      else left.push(pod);
    }
    if (left.length === waiting.length) break;
    waiting = left;
  }
  return { state: current, pending: waiting };
}

/** By priority, then by wave; `shuffled` orders those that come at the same time. */
export function queueOf(pods: readonly Pod[], seed?: number): Pod[] {
  const rank = new Map(pods.map((pod, at) => [pod.id, seed === undefined ? at : hash(pod, seed)]));
  return pods.toSorted(
    (a, b) =>
      b.priority - a.priority ||
      a.wave - b.wave ||
      (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0) ||
      (a.id < b.id ? -1 : 1),
  );
}

/** A number that looks random and is always the same for a pod and a seed (FNV-1a). */
function hash({ id }: Pod, seed: number): number {
  let value = 2_166_136_261 ^ seed;
  for (const letter of id) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 16_777_619);
  value = Math.imul(value ^ (value >>> 15), 2_246_822_507);
  return (value ^ (value >>> 13)) >>> 0;
}

function emptiest(pod: Pod, state: PlacementState): PlacementNode | undefined {
  let best: { readonly node: PlacementNode; readonly score: number } | undefined;
  for (const node of state.nodes) {
    if (!mayGoTo(pod, node, state)) continue;
    const score = leastAllocated(pod, node, state) + balanced(pod, node, state);
    if (!best || score > best.score) best = { node, score };
  }
  return best?.node;
}

/** What the scheduler reckons for pods that ask for nothing. */
const nothingAsked: Amounts = { cpu: 100, memory: 200 * mebibyte };

function sharesAfter(pod: Pod, node: PlacementNode, { free }: PlacementState): number[] {
  return ['cpu', 'memory'].map((resource) => {
    const whole = node.allocatable[resource] ?? 0;
    const left = free.get(node.name)?.[resource] ?? 0;
    const asked = pod.requests[resource] || nothingAsked[resource] || 0;
    return whole === 0 ? 1 : Math.min(1, (whole - left + asked) / whole);
  });
}

function leastAllocated(pod: Pod, node: PlacementNode, state: PlacementState): number {
  const shares = sharesAfter(pod, node, state);
  return Math.floor(shares.reduce((sum, share) => sum + (1 - share) * 100, 0) / shares.length);
}

function balanced(pod: Pod, node: PlacementNode, state: PlacementState): number {
  const [cpu = 0, memory = 0] = sharesAfter(pod, node, state);
  return Math.floor((1 - Math.abs(cpu - memory) / 2) * 100);
}
