import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type HeldRow, planRestock } from './restock.ts';

const row = (stockLevelId: string, remaining: number, variantId = 'mug'): HeldRow => ({
  stockLevelId,
  variantId,
  state: 'confirmed',
  remaining,
});

describe('cancelled units', () => {
  test('go back to the levels they came from, in their order', () => {
    expect(planRestock([row('a', 2), row('b', 3)], [{ variantId: 'mug', units: 4 }])).toEqual([
      { stockLevelId: 'a', variantId: 'mug', state: 'confirmed', quantity: 2 },
      { stockLevelId: 'b', variantId: 'mug', state: 'confirmed', quantity: 2 },
    ]);
  });

  test('of two lines on one variant are added up', () => {
    const lines = [
      { variantId: 'mug', units: 1 },
      { variantId: 'mug', units: 1 },
    ];
    expect(planRestock([row('a', 5)], lines)).toMatchObject([{ quantity: 2 }]);
  });

  test('of a variant that the group does not hold bring nothing back', () => {
    expect(planRestock([row('a', 5)], [{ variantId: 'bowl', units: 1 }])).toEqual([]);
  });

  test('are never more than the group has left, in sum and at each level', () => {
    const rows = fc.array(
      fc.record({ variantId: fc.constantFrom('a', 'b'), remaining: fc.nat(9) }),
      { maxLength: 6 },
    );
    const lines = fc.array(
      fc.record({
        variantId: fc.constantFrom('a', 'b', 'c'),
        units: fc.integer({ min: 1, max: 9 }),
      }),
      { maxLength: 6 },
    );
    const total = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);
    fc.assert(
      fc.property(rows, lines, (held, cancelled) => {
        const named = held.map((each, index) => row(String(index), each.remaining, each.variantId));
        const plan = planRestock(named, cancelled);
        for (const { stockLevelId, quantity } of plan) {
          expect(quantity).toBeLessThanOrEqual(named[Number(stockLevelId)]!.remaining);
        }
        for (const variantId of ['a', 'b']) {
          const of = <T extends { variantId: string }>(all: readonly T[]) =>
            all.filter((each) => each.variantId === variantId);
          const wanted = total(of(cancelled).map((line) => line.units));
          const left = total(of(named).map((each) => each.remaining));
          expect(total(of(plan).map((unit) => unit.quantity))).toBe(Math.min(wanted, left));
        }
      }),
      { seed: 20_260_103 },
    );
  });
});
