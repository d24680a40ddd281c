import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What a machine needs to know of a run: written to `MKT_TEST_COUNTS` where that is set. */
export type TestCounts = { readonly passed: number; readonly failed: number };

/**
 * Counts what ran. A file that could not be loaded and an error outside any test count as
 * failures, so that the numbers can never look better than the exit code. A run in which nothing
 * was tried fails: it is a wrong filter or a broken set-up, and silence would look like success.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = countTests(modules, unhandled);
    const file = process.env['MKT_TEST_COUNTS'];
    if (file !== undefined && file !== '') {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(counts)}\n`);
    }
    if (counts.passed + counts.failed === 0) {
      process.stderr.write('No test ran: nothing was proved, so the run has failed.\n');
      process.exitCode = 1;
    }
  }
}

/** The part of a vitest module that counting looks at. */
export type CountedModule = {
  readonly children: { allTests(): Iterable<{ result(): { readonly state: string } }> };
  errors(): readonly unknown[];
};

export function countTests(
  modules: readonly CountedModule[],
  unhandled: readonly unknown[],
): TestCounts {
  let passed = 0;
  let failed = unhandled.length;
  for (const module of modules) {
    failed += module.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      // A test that was started and never answered is no pass.
      if (state === 'failed' || state === 'pending') failed += 1;
    }
  }
  return { passed, failed };
}
