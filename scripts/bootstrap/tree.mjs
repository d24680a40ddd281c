import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { differences } from './lockfile.mjs';
import { npmWithOwnNode, npmWithSystemNode } from './npm.mjs';
import { Problem } from './problem.mjs';
import { fromRoot } from './root.mjs';

const LOCKFILE = fromRoot('package-lock.json');
const INSTALLED = fromRoot('node_modules', '.package-lock.json');
const STAMP = fromRoot('node_modules', '.mkt', 'lockfile');

/** Whether `node_modules` was proved to be the lockfile's tree: one small read and one hash. */
export const isTreeReady = () => readOrEmpty(STAMP) === expectedStamp();

/**
 * Makes `node_modules` exactly what the lockfile says, and remembers that it is. A tree that
 * somebody else installed (`npm ci`, a cache) is recognised and kept.
 * @param {(line: string) => void} say
 */
export function makeTree(say) {
  if (missing().length > 0) install(say);
  const left = missing();
  if (left.length > 0) {
    throw new Problem(
      `npm ended well, but these packages are not as the lockfile says: ${left.slice(0, 5).join(', ')}${left.length > 5 ? ` and ${left.length - 5} more` : ''}.`,
      'Run `npm ci --foreground-scripts` and read why they were left out.',
    );
  }
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, expectedStamp());
}

/** @param {(line: string) => void} say */
function install(say) {
  say('installing packages (npm ci), once per change of the lockfile');
  orStop(npmWithSystemNode(['ci']));
  if (missing().length === 0) return;
  // npm leaves out optional packages whose `engines` refuse the Node it runs on, and the machine's
  // Node may be older than ours. Now that ours is here, npm adds them with it.
  say('adding the packages that need the newer Node');
  orStop(npmWithOwnNode(['install', '--no-save']));
}

/** @param {{ ok: boolean, missing: boolean, output: string }} run */
function orStop({ ok, missing: noNpm, output }) {
  if (ok) return;
  if (noNpm) throw new Problem('npm was not found.', 'Install Node with npm: https://nodejs.org');
  process.stderr.write(`${output.trimEnd()}\n`);
  throw /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED/.test(output)
    ? new Problem(
        'The package registry cannot be reached, and the packages are not all in the npm cache.',
        'Connect to the network (or set npm_config_registry to a mirror) and run this again.',
      )
    : new Problem(
        'npm could not install the packages.',
        'Read its message above and run this again.',
      );
}

function missing() {
  const installed = readOrEmpty(INSTALLED);
  if (installed === '') return ['node_modules'];
  return differences(parse(readFileSync(LOCKFILE, 'utf8')), parse(installed), {
    platform: process.platform,
    arch: process.arch,
    libc: libcOfThisMachine(),
  });
}

/**
 * @param {string} text
 * @returns {import('./lockfile.mjs').Lockfile}
 */
const parse = (text) => JSON.parse(text);

function libcOfThisMachine() {
  if (process.platform !== 'linux') return undefined;
  return existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
}

function expectedStamp() {
  const hash = createHash('sha256').update(readFileSync(LOCKFILE)).digest('hex');
  return `${hash} ${process.platform}-${process.arch}`;
}

/** @param {string} path */
function readOrEmpty(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
