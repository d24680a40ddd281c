import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstFit, largestFirst, pack } from './pack.ts';
import { place } from './place.ts';
import { queueOf, replay } from './replay.ts';
import { type Binding, emptyState, type PlacementState } from './state.ts';
import { type Case, cases, sizesOnly } from './testing/arbitrary.ts';
import { faultsOfStep } from './testing/oracle.ts';

const runs = { numRuns: 1_500, seed: 20_260_615 };

function faultsOf({ around }: Case, bindings: readonly Binding[]): string[] {
  return bindings.flatMap((step, at) => faultsOfStep(step, bindings.slice(0, at), around));
}

const ids = ({ bindings }: PlacementState) => bindings.map(({ pod }) => pod.id).sort();

describe('placing pods', () => {
  it('breaks no rule of the scheduler, whichever way a placement was found', () => {
    let placedSome = 0;
    fc.assert(
      fc.property(cases, (one) => {
        const start = emptyState(one.around);
        for (const outcome of [
          replay(start, queueOf(one.pods)),
          replay(start, queueOf(one.pods, 5)),
          pack(start, one.pods),
          place(start, [one.pods]),
        ]) {
          expect(faultsOf(one, outcome.state.bindings)).toEqual([]);
        }
        placedSome += place(start, [one.pods]).verdict === 'placed' ? 1 : 0;
      }),
      runs,
    );
    // Were nearly everything refused, this would prove little.
    expect(placedSome).toBeGreaterThan(300);
  });

  it('leaves a pod pending only where the rules leave it no node', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { state, pending } = replay(emptyState(one.around), queueOf(one.pods));
        for (const pod of pending) {
          for (const { name } of one.around.nodes) {
            expect(faultsOfStep({ pod, node: name }, state.bindings, one.around)).not.toEqual([]);
          }
        }
      }),
      runs,
    );
  });

  it('accepts only what places every pod once', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { verdict, state } = place(emptyState(one.around), [one.pods]);
        const all = one.pods.map(({ id }) => id).sort();
        if (verdict === 'pending') expect(ids(state).length).toBeLessThan(all.length);
        else expect(ids(state)).toEqual(all);
      }),
      runs,
    );
  });

  it('finds a placement whenever first-fit-decreasing does', () => {
    fc.assert(
      fc.property(fc.oneof(cases, sizesOnly), (one) => {
        const start = emptyState(one.around);
        const simple = firstFit(start, largestFirst(start, one.pods));
        fc.pre(simple.pending.length === 0);
        expect(place(start, [one.pods]).verdict).not.toBe('pending');
      }),
      runs,
    );
  });

  it('finds a placement whenever there is one, where only sizes matter', () => {
    fc.assert(
      fc.property(sizesOnly, (one) => {
        fc.pre(one.pods.length <= 6);
        const start = emptyState(one.around);
        const found = place(start, [one.pods]).verdict !== 'pending';
        expect(found).toBe(canBePlaced(one));
      }),
      runs,
    );
  });

  it('answers the same every time', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const again = () => place(emptyState(one.around), [one.pods]);
        const where = ({ state }: ReturnType<typeof again>) =>
          state.bindings.map(({ pod, node }) => [pod.id, node]);
        expect(where(again())).toEqual(where(again()));
      }),
      { ...runs, numRuns: 300 },
    );
  });
});

/** Every assignment is tried. */
function canBePlaced({ around, pods }: Case, before: readonly Binding[] = []): boolean {
  const pod = pods[before.length];
  if (!pod) return true;
  return around.nodes.some(({ name }) => {
    const step = { pod, node: name };
    return (
      faultsOfStep(step, before, around).length === 0 &&
      canBePlaced({ around, pods }, [...before, step])
    );
  });
}
