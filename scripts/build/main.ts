// `npm run build`: the bundles that images and the command line run. Each needs no node_modules.
import { existsSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { $ } from 'zx';
import { fromRoot, ROOT } from '../bootstrap/root.mjs';
import { buildServices } from './services.ts';

const KIB = 1024;
const run = $({ cwd: ROOT, quiet: true, stdio: ['ignore', 'pipe', 'inherit'] });

/** The command line is bundled by a program of its own: it has a manifest and a fast path. */
async function buildCommandLine(): Promise<readonly string[]> {
  if (!existsSync(fromRoot('cli/scripts/build.ts'))) return [];
  await run`${process.execPath} cli/scripts/build.ts`;
  return ['cli/dist/mkt.cjs'];
}

const written = [
  ...(await buildCommandLine()),
  relative(ROOT, await buildServices(fromRoot('dist'))),
];
for (const path of written) {
  const kib = Math.ceil(statSync(fromRoot(path)).size / KIB);
  console.log(`${path}  ${kib} KiB`);
}
