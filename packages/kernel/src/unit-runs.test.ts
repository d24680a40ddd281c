import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partOf } from './line-parts.ts';
import { earliestRuns, nextFreeRun, type UnitRun, unitsIn } from './unit-runs.ts';

fc.configureGlobal({ seed: 20_260_101 });

test('captures and cancellations take the next free units, and no more than there are', () => {
  const taken = [{ from: 0, units: 2 }];
  expect(nextFreeRun(5, taken, 3)).toEqual({ from: 2, units: 3 });
  expect(nextFreeRun(5, taken, 4)).toBeNull();
});

test('a return takes the earliest captured units and steps over cancelled ones', () => {
  const captured = [
    { from: 0, units: 2 },
    { from: 4, units: 3 },
  ];
  expect(earliestRuns(captured, 1, 3)).toEqual([
    { from: 1, units: 1 },
    { from: 4, units: 2 },
  ]);
  expect(earliestRuns(captured, 2, 1)).toEqual([{ from: 4, units: 1 }]);
  expect(earliestRuns(captured, 3, 3)).toBeNull();
  expect(() => earliestRuns(captured, 6, 1)).toThrow('returned');
});

test('returns of all captured units give back what the captures took', () => {
  const step = fc.record({ units: fc.integer({ min: 1, max: 9 }), captured: fc.boolean() });
  const line = fc.record({
    amount: fc.nat(1e12),
    steps: fc.array(step, { minLength: 1, maxLength: 9 }),
    returns: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 9 }),
  });
  fc.assert(
    fc.property(line, ({ amount, steps, returns }) => {
      const quantity = steps.reduce((sum, { units }) => sum + units, 0);
      const { all, captured } = takeInTime(quantity, steps);
      expect(unitsIn(all)).toBe(quantity);
      const worth = (runs: readonly UnitRun[]) =>
        runs.reduce((sum, run) => sum + partOf(amount, quantity, run.from, run.units), 0);
      let returned = 0;
      let refunded = 0;
      for (const units of [...returns, unitsIn(captured)]) {
        const takes = Math.min(units, unitsIn(captured) - returned);
        const runs = earliestRuns(captured, returned, takes) ?? [];
        expect(unitsIn(runs)).toBe(takes);
        refunded += worth(runs);
        returned += takes;
      }
      expect(refunded).toBe(worth(captured));
    }),
  );
});

function takeInTime(quantity: number, steps: readonly { units: number; captured: boolean }[]) {
  const all: UnitRun[] = [];
  const captured: UnitRun[] = [];
  for (const step of steps) {
    const run = nextFreeRun(quantity, all, step.units);
    if (run === null) continue;
    all.push(run);
    if (step.captured) captured.push(run);
  }
  return { all, captured };
}
