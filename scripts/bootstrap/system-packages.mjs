import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isExecutable } from './npm.mjs';
import { Problem } from './problem.mjs';
import { fromRoot } from './root.mjs';

/**
 * A program that a suite needs: the command, Debian's package of it, Homebrew's, the suite, and the
 * variable that names what the suite uses instead.
 * @typedef {object} SystemPackage
 * @property {string} command
 * @property {string} debian
 * @property {string} [homebrew]
 * @property {string} neededBy
 * @property {string} [unlessSet]
 *
 * @typedef {object} Host
 * @property {(command: string) => boolean} has
 * @property {boolean} isRoot
 * @property {boolean} hasApt
 * @property {boolean} hasHomebrew
 * @property {Readonly<Record<string, string | undefined>>} [env]
 */

/**
 * What to do about the declared programs on this machine.
 * @param {readonly SystemPackage[]} declared
 * @param {Host} host
 * @returns {{ install: string[] } | { tell: string, next: string }}
 */
export function plan(declared, host) {
  const env = host.env ?? {};
  const missing = declared.filter(
    ({ command, unlessSet }) => !(unlessSet && env[unlessSet]) && !host.has(command),
  );
  const debian = missing.map((one) => one.debian);
  if (missing.length === 0 || (host.hasApt && host.isRoot)) return { install: debian };
  const needs = missing.map(({ command, neededBy }) => `${command} (for ${neededBy})`).join(', ');
  const brew = missing.map((one) => one.homebrew ?? one.debian).join(' ');
  return {
    tell: `The tests need programs that this machine lacks: ${needs}.`,
    next: host.hasApt
      ? `sudo apt-get install --no-install-recommends ${debian.join(' ')}`
      : host.hasHomebrew
        ? `brew install ${brew}`
        : "Install them with the system's package manager, and put them on PATH.",
  };
}

/** Installs what is declared in `scripts/system-packages.json` and missing, or says what to do. */
export function ensureSystemPackages() {
  const list = readFileSync(fromRoot('scripts', 'system-packages.json'), 'utf8');
  /** @type {SystemPackage[]} */
  const declared = JSON.parse(list);
  const todo = plan(declared, thisHost());
  if ('tell' in todo) throw new Problem(todo.tell, todo.next);
  if (todo.install.length > 0) aptInstall(todo.install);
}

/** @param {string[]} packages */
function aptInstall(packages) {
  process.stderr.write(`installing system packages: ${packages.join(' ')}\n`);
  const apt = (/** @type {string[]} */ args) =>
    spawnSync('apt-get', ['--quiet', '--yes', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    }).status === 0;
  const install = ['install', '--no-install-recommends', ...packages];
  // The package lists may be missing (a fresh image) or too old: refresh them when it matters.
  if (apt(install) || (apt(['update']) && apt(install))) return;
  throw new Problem(
    `apt-get could not install ${packages.join(' ')}.`,
    'Read its message above and run this again.',
  );
}

/** @returns {Host} */
function thisHost() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const has = (/** @type {string} */ command) =>
    folders.some((folder) => isExecutable(join(folder, command)));
  return {
    has,
    isRoot: process.getuid?.() === 0,
    hasApt: existsSync('/etc/debian_version') && has('apt-get'),
    hasHomebrew: has('brew'),
    env: process.env,
  };
}
