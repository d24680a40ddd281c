import { describe, expect, it } from 'vitest';
import { type CountedModule, countTests } from './count-reporter.ts';

const moduleWith = (states: readonly string[], errors: readonly unknown[] = []): CountedModule => ({
  children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) },
  errors: () => errors,
});

describe('the counts of a test run', () => {
  it('adds up passed and failed tests over all files and leaves skipped ones out', () => {
    const counts = countTests(
      [moduleWith(['passed', 'failed', 'skipped']), moduleWith(['passed'])],
      [],
    );
    expect(counts).toEqual({ passed: 2, failed: 1 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countTests([moduleWith([], [new Error('syntax')])], [])).toEqual({
      passed: 0,
      failed: 1,
    });
  });

  it('counts an error outside any test as a failure', () => {
    expect(countTests([moduleWith(['passed'])], [new Error('late')])).toEqual({
      passed: 1,
      failed: 1,
    });
  });

  it('counts a test that never answered as a failure', () => {
    expect(countTests([moduleWith(['pending'])], [])).toEqual({ passed: 0, failed: 1 });
  });
});
