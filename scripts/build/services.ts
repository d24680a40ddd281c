import { existsSync, globSync } from 'node:fs';
import { cp, readFile, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { NODE_MAJOR, ROOT } from '../bootstrap/root.mjs';

/** Files that sources name by their own place, such as migrations: they go with the bundle. */
const assetPatterns = [
  'services/*/migrations',
  'packages/service-kit/migrations',
  'packages/service-kit/database.sql',
  'marketplace/demo/images',
];
/** What cannot be bundled lies beside: a job loads it, and no service does. */
const beside = ['sharp'];
const entries = [
  { in: 'marketplace/src/service-main.ts', out: 'service' },
  { in: 'marketplace/src/job-main.ts', out: 'job' },
];

/**
 * One program for every service, `node dist/service.js order`, and one for jobs, `node dist/job.js
 * reindex`. What each needs is in chunks beside it, so that a process loads no other service.
 */
export async function buildServices(outdir: string): Promise<string> {
  await rm(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: entries,
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'node',
    target: `node${NODE_MAJOR}`,
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'external',
    // CommonJS dependencies call `require`, which an ES module does not have by itself.
    banner: {
      js: "import { createRequire as __require_of } from 'node:module'; const require = __require_of(import.meta.url);",
    },
    external: ['pg-native', ...beside],
    logLevel: 'warning',
    plugins: [placesOfAssets],
  });
  for (const pattern of assetPatterns) {
    for (const path of globSync(pattern, { cwd: ROOT })) {
      await cp(join(ROOT, path), join(outdir, 'assets', path), { recursive: true });
    }
  }
  for (const name of beside) await copyPackage(name, join(outdir, 'node_modules'));
  return join(outdir, 'service.js');
}

/** With what it needs, as far as it is installed: the builds of this machine and no other. */
async function copyPackage(name: string, into: string): Promise<void> {
  const from = join(ROOT, 'node_modules', name);
  if (existsSync(join(into, name)) || !existsSync(from)) return;
  await cp(from, join(into, name), { recursive: true });
  const manifest = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  };
  for (const needed of Object.keys({
    ...manifest.dependencies,
    ...manifest.optionalDependencies,
  })) {
    await copyPackage(needed, into);
  }
}

/** `import.meta.url` of a source becomes the place that it has among the copied files. */
const placesOfAssets: Plugin = {
  name: 'places of assets',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      const place = relative(ROOT, path);
      const isOurs = !place.startsWith('..') && !place.split(sep).includes('node_modules');
      if (!isOurs || !contents.includes('import.meta.url')) return undefined;
      // The program, its chunks and the folder of assets lie side by side.
      const url = `new URL(${JSON.stringify(`./assets/${place}`)}, import.meta.url).href`;
      return { loader: 'ts', contents: contents.replaceAll('import.meta.url', url) };
    });
  },
};
