import { existsSync } from 'node:fs';
import { fromRoot } from '../bootstrap/root.mjs';

/** One part of `npm run check`: its name, what it proves, and the command that proves it. */
export type Step = {
  readonly name: string;
  readonly proves: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** Passed on by `npm run check -- --strict`, where the step knows warnings. */
  readonly strict?: string;
  /** What to do when it fails, where the tool's own output does not say. */
  readonly next?: string;
};

const bin = (path: string): string => `node_modules/${path}`;
const biome = bin('@biomejs/biome/bin/biome');

/** Where programs are; a young checkout does not have them all. */
const sources = [
  'packages',
  'services',
  'marketplace',
  'policies',
  'manifests',
  'cli',
  'tests',
  'bench',
  'scripts',
].filter((folder) => existsSync(fromRoot(folder)));

/** Writes files (which must turn out the same), so it runs before the steps that read them. */
export const first: readonly Step[] = [
  {
    name: 'generated',
    proves: 'committed generated files are what their sources make today',
    command: ['scripts/check/generated.ts'],
  },
];

/** Longest first: with two processors the short ones fill the gaps. */
export const parallel: readonly Step[] = [
  {
    name: 'typed lint',
    proves: 'no promise is forgotten, every state is decided upon',
    command: [bin('eslint/bin/eslint.js'), '--max-warnings=0', '.'],
  },
  {
    name: 'imports',
    proves: 'imports point the allowed way',
    command: [
      bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--output-type=err-long',
      '--progress=none',
      ...sources,
    ],
  },
  {
    name: 'types',
    proves: 'the program type-checks',
    command: [bin('@typescript/native/bin/tsc'), '-p', 'tsconfig.json'],
  },
  {
    name: 'unused',
    proves: 'no file, export or dependency is there for nothing',
    command: [bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'],
  },
  {
    name: 'schema',
    proves: 'migrated databases are what the schemas say',
    command: ['scripts/check/schema.ts'],
  },
  {
    name: 'policies',
    proves: 'nothing polls a metered store, breaks a clause, or runs without digest and requests',
    command: ['scripts/check/lint-policies.ts'],
  },
  {
    name: 'lint',
    proves: 'the fast lint rules hold',
    command: [biome, 'lint', '--error-on-warnings', '.'],
  },
  {
    name: 'format',
    proves: 'every file is formatted and its imports are sorted',
    command: [biome, 'check', '--linter-enabled=false', '--reporter=summary', '.'],
    next: 'npm run format',
  },
  {
    name: 'limits',
    proves: 'what providers give away is stated well, and was read not too long ago',
    command: ['scripts/check/limits.ts'],
    strict: '--strict',
  },
  {
    name: 'house rules',
    proves: 'the rules of this repository hold (names, sizes, reasons, the lockfile)',
    command: ['scripts/check/house/main.ts'],
  },
];
