import type { Labels } from '../kubernetes/labels.ts';
import { type Amounts, plus } from '../kubernetes/quantity.ts';
import type { PodNeeds } from '../kubernetes/workload.ts';
import type { PlacementNode } from './node.ts';

/** One pod that wants a node. */
export interface Pod extends PodNeeds {
  /** Unique and stable: it decides between equals. */
  readonly id: string;
  /** `sales/order`: pods of one workload are alike. */
  readonly workload: string;
  /** The order in which it comes to be, after priority. */
  readonly wave: number;
}

export interface KnownClaim {
  /** `ReadWriteOncePod`. */
  readonly isForOnePod: boolean;
  /** Where its volume is already. */
  readonly node?: string;
  /** The class that it asks for and nobody provides: it never gets a volume. */
  readonly lacksClass?: string;
}

export interface Surroundings {
  /** Claims that exist, by `namespace/name`. */
  readonly claims: ReadonlyMap<string, KnownClaim>;
  readonly nodes: readonly PlacementNode[];
  readonly namespaces: ReadonlyMap<string, Labels>;
}

export interface Binding {
  readonly pod: Pod;
  readonly node: string;
}

/** Who is where, while pods are being placed one after the other. */
export interface PlacementState extends Surroundings {
  readonly bindings: readonly Binding[];
  readonly free: ReadonlyMap<string, Amounts>;
  /** Where local volumes came to be, by `namespace/claim`: their pods stay there. */
  readonly volumeNodes: ReadonlyMap<string, string>;
}

export function emptyState(surroundings: Surroundings): PlacementState {
  const bound = [...surroundings.claims].flatMap(([claim, { node }]): [string, string][] =>
    node === undefined ? [] : [[claim, node]],
  );
  return {
    ...surroundings,
    bindings: [],
    free: new Map(surroundings.nodes.map(({ name, allocatable }) => [name, allocatable])),
    volumeNodes: new Map(bound),
  };
}

export const claimKey = (pod: Pick<Pod, 'namespace'>, claim: string) => `${pod.namespace}/${claim}`;

const demands = new WeakMap<Pod, Amounts>();

/** A pod counts as one of the node's pods. */
export function demandOf(pod: Pod): Amounts {
  const known = demands.get(pod);
  if (known) return known;
  const demand = plus(pod.requests, { pods: 1 });
  demands.set(pod, demand);
  return demand;
}

export function bind(state: PlacementState, pod: Pod, node: string): PlacementState {
  const free = new Map(state.free);
  const before = free.get(node) ?? {};
  const after: Record<string, number> = { ...before };
  for (const [resource, amount] of Object.entries(demandOf(pod))) {
    if (amount > 0) after[resource] = (after[resource] ?? 0) - amount;
  }
  free.set(node, after);
  const fresh = pod.claims
    .map((claim) => claimKey(pod, claim))
    .filter((key) => !state.volumeNodes.has(key));
  const volumeNodes =
    fresh.length === 0
      ? state.volumeNodes
      : new Map([...state.volumeNodes, ...fresh.map((key): [string, string] => [key, node])]);
  return { ...state, bindings: [...state.bindings, { pod, node }], free, volumeNodes };
}
