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

/** Orders in which pods that come at the same time are tried. */
const seeds = [1, 2, 3, 4, 5, 6, 7];

/**
 * Whether all pods find a node, where each group comes when the one before it is there. On one node the order hardly matters; on more, what is accepted has
 * to work as the scheduler goes about it, and in several orders.
 */
export function place(state: PlacementState, groups: readonly (readonly Pod[])[]): Placement {
  const inTurn = (seed?: number): Outcome => {
    let outcome: Outcome = { state, pending: [] };
    for (const group of groups) {
      outcome = replay(outcome.state, [...outcome.pending, ...queueOf(group, seed)]);
    }
    return outcome;
  };
  const usual = inTurn();
  const orders = state.nodes.length > 1 ? seeds : [];
  const failed =
    usual.pending.length > 0 ? usual : orders.map(inTurn).find(({ pending }) => pending.length > 0);
  if (!failed) return { ...usual, verdict: 'placed' };
  // A placement is shown where there is one, and who might miss it.
  const found = usual.pending.length === 0 ? usual : pack(state, groups.flat());
  if (found.pending.length > 0) return { ...usual, verdict: 'pending' };
  return { state: found.state, pending: failed.pending, verdict: 'fragile' };
}
