import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { nodeToRun } from './node-runtime.mjs';
import { Problem } from './problem.mjs';
import { fromRoot } from './root.mjs';
import { workspaces } from './workspaces.mjs';

const STAMPS = fromRoot('node_modules', '.mkt', 'generated.json');

/**
 * Workspaces whose uncommitted generated files (a database client, say) are missing or older than
 * what they are made from. A workspace says so in its package.json:
 * `"mkt": { "generate": { "inputs": [...], "outputs": [...] } }` beside a script `generate`.
 */
export function staleWorkspaces() {
  const stamps = readStamps();
  return workspaces().flatMap(({ folder, manifest }) => {
    const generate = manifest.mkt?.generate;
    if (generate === undefined) return [];
    const stamp = fingerprint(fromRoot(folder), generate.inputs);
    const complete = generate.outputs.every((path) => existsSync(fromRoot(folder, path)));
    return complete && stamps[folder] === stamp ? [] : [{ folder, stamp }];
  });
}

/** @param {(line: string) => void} say */
export function generate(say) {
  for (const { folder, stamp } of staleWorkspaces()) {
    say(`generating in ${folder}`);
    runScript(folder, 'generate');
    mkdirSync(dirname(STAMPS), { recursive: true });
    writeFileSync(STAMPS, `${JSON.stringify({ ...readStamps(), [folder]: stamp }, null, 2)}\n`);
  }
}

/**
 * @param {string} folder
 * @param {string} script
 */
function runScript(folder, script) {
  const run = spawnSync('npm', ['run', '--silent', script], {
    cwd: fromRoot(folder),
    env: { ...process.env, PATH: [dirname(nodeToRun()), process.env.PATH].join(delimiter) },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (run.status === 0) return;
  process.stderr.write(`${run.error?.message ?? `${run.stdout}${run.stderr}`.trimEnd()}\n`);
  throw new Problem(
    `Generating files in ${folder} failed.`,
    `Read the message above, then run \`npm run ${script}\` in ${join('.', folder)}.`,
  );
}

/** @returns {Record<string, string>} */
function readStamps() {
  return existsSync(STAMPS) ? JSON.parse(readFileSync(STAMPS, 'utf8')) : {};
}
