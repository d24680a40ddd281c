import { assert } from './assert.ts';
import { assertNatural } from './rate.ts';

/** Consecutive units of a line: from+1 … from+units. */
export interface UnitRun {
  readonly from: number;
  readonly units: number;
}

/** How many units the runs hold together. */
export function unitsIn(runs: readonly UnitRun[]): number {
  return runs.reduce((sum, run) => sum + run.units, 0);
}

/**
 * The next units of a line that no capture or cancellation has taken. Both take units in time
 * from the front, so the free ones are always the last. Null when too few are left.
 */
export function nextFreeRun(
  quantity: number,
  taken: readonly UnitRun[],
  units: number,
): UnitRun | null {
  assertNatural(units, 'quantity');
  const from = unitsIn(taken);
  return from + units <= quantity ? { from, units } : null;
}

/**
 * The units that a return takes: the earliest captured ones that are not returned yet. More than
 * one run where cancelled units lie between. Null when too few are left.
 */
export function earliestRuns(
  captured: readonly UnitRun[],
  returned: number,
  units: number,
): UnitRun[] | null {
  assertNatural(units, 'quantity');
  assert(returned <= unitsIn(captured), 'More units were returned than captured');
  let skip = returned;
  let missing = units;
  const runs: UnitRun[] = [];
  for (const run of captured.toSorted((a, b) => a.from - b.from)) {
    const skipped = Math.min(skip, run.units);
    const taken = Math.min(missing, run.units - skipped);
    if (taken > 0) runs.push({ from: run.from + skipped, units: taken });
    skip -= skipped;
    missing -= taken;
  }
  return missing === 0 ? runs : null;
}
