import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../.dependency-cruiser.mjs';
import { fromRoot } from '../bootstrap/root.mjs';

/**
 * A small repository of the same shape, in which each file breaks one rule (its name is that of
 * the rule) or breaks none (`fine`).
 */
const files: Readonly<Record<string, string>> = {
  'packages/kernel/src/index.ts': "import { createHash } from 'node:crypto';",
  'packages/kernel/src/broken.ts': "import 'zod';",
  'packages/contracts/src/index.ts': "import 'zod'; import '@mkt/kernel';",
  'packages/contracts/src/broken.ts': "import '@mkt/service-kit';",
  'packages/topology/src/index.ts': "import '@mkt/kernel';",
  'packages/topology/src/broken.ts': "import 'zod';",
  'packages/service-kit/src/index.ts': "import '@mkt/topology'; import 'pg';",
  'packages/service-kit/src/broken.ts': "import '@mkt/order';",
  'packages/embedded-postgres/src/index.ts': "import 'pg';",
  'packages/embedded-postgres/src/broken.ts': "import '@mkt/kernel';",
  'services/order/src/index.ts':
    "import './app.ts'; import '@mkt/kernel'; import '@mkt/service-kit';",
  'services/order/src/app.ts': "import './routes/place.ts'; import './store/orders.ts';",
  'services/order/src/main.ts': "import './app.ts';",
  'services/order/src/routes/place.ts': "import '../operations/place.ts';",
  'services/order/src/operations/place.ts': "import '../domain/place.ts';",
  'services/order/src/domain/place.ts': "import '@mkt/kernel'; import 'node:zlib';",
  'services/order/src/domain/place.test.ts': "import 'vitest'; import '../store/orders.ts';",
  'services/order/src/store/orders.ts': "import 'pg'; import '../domain/place.ts';",
  'services/order/src/broken/database.ts': "import 'pg';",
  'services/order/src/broken/topology.ts': "import '@mkt/topology';",
  'services/order/src/broken/server.ts': "import '@mkt/embedded-postgres';",
  'services/order/src/broken/driver.ts': "import '@mkt/redis';",
  'services/order/src/broken/stranger.ts': "import type { X } from '@mkt/cart';",
  'services/order/src/broken/composition.ts': "import '@mkt/marketplace';",
  'services/order/src/broken/entry.ts': "import '../main.ts';",
  'services/order/src/broken/path.ts': "import '../../../../packages/kernel/src/index.ts';",
  'services/order/src/broken/test.ts': "import '../domain/place.test.ts';",
  'services/order/src/broken/one.ts': "import './two.ts';",
  'services/order/src/broken/two.ts': "import './one.ts';",
  'services/order/src/broken/unlisted.ts': "import 'jose';",
  'services/order/src/broken/development.ts': "import 'vitest';",
  'services/order/src/broken/missing.ts': "import './nowhere.ts';",
  'services/order/src/domain/broken.ts': "import { readFileSync } from 'node:fs';",
  'services/order/src/operations/broken.ts': "import '../app.ts';",
  'services/order/src/store/broken.ts': "import '../operations/place.ts';",
  'services/cart/src/index.ts': 'export type X = 1;',
  'packages/redis/src/index.ts': "import '@mkt/service-kit';",
  'packages/mongo/src/index.ts': "import '@mkt/service-kit';",
  'services/gateway/src/index.ts': "import '@mkt/topology';",
  'marketplace/src/index.ts': "import '@mkt/order'; import '@mkt/embedded-postgres';",
  'policies/src/index.ts': "import '@mkt/topology'; import 'zod';",
  'policies/src/broken.ts': "import '@mkt/contracts';",
  'manifests/src/index.ts': "import '@mkt/topology'; import '@mkt/policies';",
  'manifests/src/broken.ts': "import '@mkt/service-kit';",
  'cli/src/index.ts': "import '@mkt/marketplace'; import '@mkt/topology';",
  'cli/src/broken.ts': "import '@mkt/order';",
};

const expected: Readonly<Record<string, readonly string[]>> = {
  'packages/kernel/src/broken.ts': ['kernel-stands-alone'],
  'packages/contracts/src/broken.ts': ['contracts-know-the-kernel-alone'],
  'packages/topology/src/broken.ts': ['topology-knows-the-kernel-alone'],
  'packages/service-kit/src/broken.ts': [
    'only-the-composition-knows-services',
    'packages-know-no-service',
  ],
  'packages/embedded-postgres/src/broken.ts': ['embedded-postgres-knows-no-package'],
  'services/order/src/broken/database.ts': ['only-stores-know-the-database'],
  'services/order/src/broken/topology.ts': ['topology-is-for-tools-and-plumbing'],
  'services/order/src/broken/server.ts': ['embedded-postgres-is-started-by-the-outside'],
  'services/order/src/broken/driver.ts': ['the-composition-chooses-the-stores'],
  'services/order/src/broken/stranger.ts': ['services-are-strangers'],
  'services/order/src/broken/composition.ts': ['services-do-not-know-the-composition'],
  'services/order/src/broken/entry.ts': ['nobody-imports-the-entry'],
  'services/order/src/broken/path.ts': ['import-by-name'],
  'services/order/src/broken/test.ts': ['programs-do-not-import-tests'],
  'services/order/src/broken/one.ts': ['no-cycles'],
  'services/order/src/broken/unlisted.ts': ['no-unlisted-packages'],
  'services/order/src/broken/development.ts': ['no-development-packages-in-programs'],
  'services/order/src/broken/missing.ts': ['no-unresolvable-imports'],
  'services/order/src/domain/broken.ts': ['domain-is-pure'],
  'services/order/src/operations/broken.ts': ['layers-look-down'],
  'services/order/src/store/broken.ts': ['store-serves-operations'],
  'policies/src/broken.ts': ['policies-judge-facts'],
  'manifests/src/broken.ts': ['manifests-are-made-of-the-topology'],
  'cli/src/broken.ts': ['only-the-composition-knows-services'],
};

const packages = ['zod', 'pg', 'vitest', 'jose'];
let root = '';
const broken: Record<string, string[]> = {};

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function writeRepository(): void {
  for (const [path, content] of Object.entries(files)) write(path, content);
  const folders = new Set(Object.keys(files).map((path) => path.split('/src/')[0] ?? ''));
  mkdirSync(join(root, 'node_modules/@mkt'), { recursive: true });
  for (const folder of folders) {
    const name = folder.split('/').at(-1) ?? '';
    const manifest = {
      name: `@mkt/${name}`,
      version: '1.0.0',
      type: 'module',
      exports: './src/index.ts',
    };
    write(`${folder}/package.json`, JSON.stringify(manifest));
    symlinkSync(join(root, folder), join(root, 'node_modules/@mkt', name));
  }
  for (const name of packages) {
    write(
      `node_modules/${name}/package.json`,
      JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    );
    write(`node_modules/${name}/index.js`, '');
  }
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: { module: 'nodenext', allowImportingTsExtensions: true, noEmit: true },
    }),
  );
  write(
    'package.json',
    JSON.stringify({
      name: 'sample',
      type: 'module',
      workspaces: ['packages/*', 'services/*', 'marketplace', 'policies', 'manifests', 'cli'],
      dependencies: {
        zod: '1.0.0',
        pg: '1.0.0',
        ...Object.fromEntries(
          [...folders].map((folder) => [`@mkt/${folder.split('/').at(-1)}`, '1.0.0']),
        ),
      },
      devDependencies: { vitest: '1.0.0' },
    }),
  );
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'imports-'));
  writeRepository();
  const program = fromRoot('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const rules = fromRoot('.dependency-cruiser.mjs');
  const output = execFileSync(
    process.execPath,
    [
      program,
      '--config',
      rules,
      '--output-type=json',
      'packages',
      'services',
      'marketplace',
      'policies',
      'manifests',
      'cli',
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const { summary } = JSON.parse(output) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  for (const { from, rule } of summary.violations) {
    broken[from] = [...(broken[from] ?? []), rule.name];
  }
}, 60_000);

afterAll(() => rmSync(root, { recursive: true }));

describe('the import rules', () => {
  it.each(Object.entries(expected))('%s breaks %j', (path, names) => {
    expect(broken[path]?.toSorted()).toEqual(names);
  });

  it('find nothing wrong with files that keep them', () => {
    expect(Object.keys(broken).filter((path) => !(path in expected))).toEqual([]);
  });

  it('each have a file here that breaks them, and a comment that says what to do', () => {
    const seen = new Set(Object.values(expected).flat());
    const rules = config.forbidden ?? [];
    // What a registry marks as deprecated cannot be shown in a sample.
    const unseen = rules.map(({ name }) => name ?? '').filter((name) => !seen.has(name));
    expect(unseen).toEqual(['no-deprecated-packages']);
    expect(rules.filter(({ comment }) => (comment ?? '').length < 40)).toEqual([]);
  });
});
