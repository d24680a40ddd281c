// Makes the command line one file that starts fast: `dist/mkt.cjs`, with what it needs of
// node_modules in it, and beside it a list of the commands, so that none is loaded to find one.
// `node scripts/build.ts DIR` builds into another folder.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { cliDir, commandSources } from './commands.ts';
import { lazyParts } from './lazy-parts.ts';
import { unusedParts } from './unused-parts.ts';

const outDir = resolve(process.argv[2] ?? join(cliDir, 'dist'));
const bundle = join(outDir, 'mkt.cjs');

/** A command's code runs when the command is asked for. (`mkt --version` is the launcher's.) */
function entrySource(): string {
  const getters = commandSources().map(
    ({ id, path }) => `get ${quoted(id)}() { return require(${quoted(path)}).default; }`,
  );
  return `
    exports.COMMANDS = { ${getters.join(',\n')} };
    if (require.main === module) {
      // The launcher has judged the Node already.
      process.env.OCLIF_DISABLE_ENGINE_WARNING = '1';
      require(${quoted(join(cliDir, 'src/main.ts'))}).main(process.argv.slice(2), __dirname);
    }
  `;
}

const quoted = (text: string): string => JSON.stringify(text);

async function writeBundle(outfile: string): Promise<void> {
  await build({
    stdin: { contents: entrySource(), resolveDir: cliDir, loader: 'js', sourcefile: 'mkt.js' },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [unusedParts, lazyParts],
  });
}

/** What the framework needs to know of each command, without the tool that usually writes it. */
async function writeManifest(): Promise<void> {
  const options = { isRoot: true, root: outDir, pjson: manifest as never };
  const plugin = new Plugin({ ...options, ignoreManifest: true, errorOnManifestCreate: true });
  await plugin.load();
  const text = JSON.stringify(plugin.manifest);
  writeFileSync(join(outDir, 'oclif.manifest.json'), text);
}

mkdirSync(outDir, { recursive: true });
// A command that starts meanwhile finds the old bundle or the new one, never half of it.
await writeBundle(`${bundle}.new.cjs`);
renameSync(`${bundle}.new.cjs`, bundle);
createRequire(import.meta.url)(bundle);
await writeManifest();
