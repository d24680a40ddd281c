import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Suites that need an hour, a container engine or a network: `npm run test:full` only. */
const onlyInFullRuns = process.env.MKT_TEST_FULL === '1' ? [] : ['**/*.full.test.ts'];
/** Starts a container engine as root, which nobody expects of a test: `npm run test:image` only. */
const onlyForTheImage = process.env.MKT_TEST_IMAGE === '1' ? [] : ['**/*.image.test.ts'];
/** Suites over several services that only calculate: they need no database. */
const calculations = 'tests/money/**/*.test.ts';
const exclude = [
  ...['**/node_modules/**', '**/dist/**', '.mkt/**', '.cache/**'],
  ...onlyInFullRuns,
  ...onlyForTheImage,
];

// Workers inherit it: the compiled form of every dependency is kept between files and runs.
process.env.NODE_COMPILE_CACHE ??= `${import.meta.dirname}/node_modules/.cache/compile`;

/** Two even on one processor: a test that waits for its database leaves the processor free. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

/**
 * Tests run as the program runs: Node imports the TypeScript itself, no bundler in between. So
 * `vi.mock` of a module is not available, and is not missed: parts are passed in, not patched.
 */
const runNatively = { viteModuleRunner: false, nodeLoader: false };

export default defineConfig({
  test: {
    reporters: [
      'default',
      ...(process.env.GITHUB_ACTIONS === 'true' ? ['github-actions'] : []),
      './scripts/testing/count-reporter.ts',
    ],
    allowOnly: false,
    passWithNoTests: false,
    projects: [
      {
        // Decisions and data: no store, no process-wide state. Files share a process, which saves
        // starting one for each (a sixth of a second, as long as most of them take).
        test: {
          name: 'pure',
          include: [
            '{packages,services}/*/src/**/*.test.ts',
            '{marketplace,cli}/src/**/*.test.ts',
            'packages/{kernel,contracts,topology}/test/**/*.test.ts',
            'marketplace/demo/**/*.test.ts',
            '{policies,manifests}/**/*.test.ts',
            'scripts/**/*.test.ts',
            calculations,
          ],
          exclude,
          isolate: false,
          // A busy machine may leave a worker without a processor for seconds.
          testTimeout: 20_000,
          maxWorkers,
          experimental: runNatively,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Real applications on a real database. One server for all files, a database per file.
        test: {
          name: 'service',
          include: [
            'packages/*/test/**/*.test.ts',
            'services/*/test/**/*.test.ts',
            '{marketplace,cli}/test/**/*.test.ts',
          ],
          exclude: [...exclude, 'packages/{kernel,contracts,topology}/**'],
          globalSetup: './scripts/testing/shared-postgres.ts',
          maxWorkers,
          testTimeout: 20_000,
          hookTimeout: 60_000,
          experimental: runNatively,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Whole systems: each file starts processes of its own and measures them, so one at a time.
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          exclude: [...exclude, calculations],
          globalSetup: './scripts/testing/shared-postgres.ts',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          experimental: runNatively,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
