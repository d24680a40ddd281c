// `npm run build`: the bundles that images and the command line run. Each needs no node_modules.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { build } from 'esbuild';
import { $ } from 'zx';
import { fromRoot, NODE_MAJOR, ROOT } from '../bootstrap/root.mjs';

const KIB = 1024;
const run = $({ cwd: ROOT, quiet: true, stdio: ['ignore', 'pipe', 'inherit'] });

/** The command line is bundled by a program of its own: it has a manifest and a fast path. */
async function buildCommandLine(): Promise<readonly string[]> {
  if (!existsSync(fromRoot('cli/scripts/build.ts'))) return [];
  await run`${process.execPath} cli/scripts/build.ts`;
  return ['cli/dist/mkt.cjs'];
}

/** Every service that can run alone has `src/main.ts`. */
async function buildServices(): Promise<readonly string[]> {
  const names = existsSync(fromRoot('services')) ? readdirSync(fromRoot('services')).sort() : [];
  const runnable = names.filter((name) => existsSync(fromRoot('services', name, 'src/main.ts')));
  return Promise.all(runnable.map(buildService));
}

async function buildService(name: string): Promise<string> {
  const outfile = `services/${name}/dist/service.js`;
  await build({
    absWorkingDir: ROOT,
    entryPoints: [`services/${name}/src/main.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: `node${NODE_MAJOR}`,
    format: 'esm',
    sourcemap: 'linked',
    legalComments: 'external',
    // CommonJS dependencies call `require`, which an ES module does not have by itself.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    external: ['pg-native'],
    logLevel: 'warning',
  });
  return outfile;
}

const written = [...(await buildCommandLine()), ...(await buildServices())];
for (const path of written) {
  const kib = Math.ceil(statSync(fromRoot(path)).size / KIB);
  console.log(`${path}  ${kib} KiB`);
}
if (written.length === 0) {
  console.error('error: nothing to build: neither cli/scripts/build.ts nor services/*/src/main.ts');
  process.exitCode = 1;
}
