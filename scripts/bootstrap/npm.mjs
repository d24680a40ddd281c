import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fromRoot, ROOT } from './root.mjs';

const ownBin = fromRoot('node_modules', '.bin');

/** Runs npm under the machine's own Node: `npm ci` deletes the one that lives in node_modules. */
/** @param {string[]} args */
export const npmWithSystemNode = (args) => npm(args, systemPath());

/** Runs npm under the Node that is in node_modules. */
/** @param {string[]} args */
export const npmWithOwnNode = (args) => npm(args, [ownBin, systemPath()].join(delimiter));

/**
 * @param {string[]} args
 * @param {string} path
 * @returns {{ ok: boolean, missing: boolean, output: string }}
 */
function npm(args, path) {
  const options = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  // A NODE_ENV of production must not leave out what the checks and tests need.
  const scope = ['--include=dev', '--include=optional'];
  const run = spawnSync('npm', [...args, ...options, ...scope], {
    cwd: ROOT,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return {
    ok: run.status === 0,
    missing: run.error !== undefined,
    output: run.error === undefined ? `${run.stdout}${run.stderr}` : String(run.error),
  };
}

/** PATH without this tree's own commands, unless they are the only Node there is. */
function systemPath() {
  const all = (process.env.PATH ?? '').split(delimiter);
  const others = all.filter((folder) => folder !== '' && !folder.includes('node_modules'));
  const hasNode = others.some((folder) => isExecutable(join(folder, 'node')));
  return (hasNode ? others : all).join(delimiter);
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
