import { pack } from './pack.ts';
import { type Outcome, queueOf, replay } from './replay.ts';
import type { PlacementState, Pod } from './state.ts';

/**
 * - `placed`: the scheduler finds room for every pod, in whichever order they come.
 * - `fragile`: there is room, but spreading pods evenly may miss it, and then one stays pending.
 * - `pending`: no placement was found.
 */
export type Verdict = 'placed' | 'fragile' | 'pending';

export interface Placement extends Outcome {
  readonly verdict: Verdict;
}

/** Pods that were let in, in several orders of arrival: one outcome for each. */
export interface Arrivals {
  readonly start: PlacementState;
  readonly pods: readonly Pod[];
  readonly outcomes: readonly Outcome[];
}

/** Orders in which pods that come at the same time are tried; the first is the declared one. */
const orders = [undefined, 1, 2, 3, 4, 5, 6, 7] as const;

/** Nobody is there yet. On one node the order hardly matters, so that one is tried. */
export function nobody(start: PlacementState): Arrivals {
  const tried = start.nodes.length > 1 ? orders : orders.slice(0, 1);
  return { start, pods: [], outcomes: tried.map(() => ({ state: start, pending: [] })) };
}

/** More pods come when those before them are there. */
export function arrive({ start, pods, outcomes }: Arrivals, more: readonly Pod[]): Arrivals {
  return {
    start,
    pods: [...pods, ...more],
    outcomes: outcomes.map(({ state, pending }, at) =>
      replay(state, [...pending, ...queueOf(more, orders[at])]),
    ),
  };
}

export const areAllPlaced = ({ outcomes }: Arrivals): boolean =>
  outcomes.every(({ pending }) => pending.length === 0);

/**
 * Whether all pods find a node. What is accepted has to work as the scheduler goes about it, in
 * every order that was tried.
 */
export function placementOf(arrivals: Arrivals): Placement {
  const [usual, ...others] = arrivals.outcomes as [Outcome, ...Outcome[]];
  const failed = [usual, ...others].find(({ pending }) => pending.length > 0);
  if (!failed) return { ...usual, verdict: 'placed' };
  // A placement is shown where there is one, and who might miss it.
  const found = usual.pending.length === 0 ? usual : pack(arrivals.start, arrivals.pods);
  if (found.pending.length > 0) return { ...usual, verdict: 'pending' };
  return { state: found.state, pending: failed.pending, verdict: 'fragile' };
}

/** Places groups of pods, each when the one before it is there. */
export function place(start: PlacementState, groups: readonly (readonly Pod[])[]): Placement {
  return placementOf(groups.reduce(arrive, nobody(start)));
}
