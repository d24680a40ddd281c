import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { isExecutable } from './npm.mjs';
import { Problem } from './problem.mjs';
import { fromRoot, ROOT } from './root.mjs';

/**
 * Runs a program in place of this one: its output, its exit code, its signals. Where Node can
 * replace the process it does, so nothing waits in between; older ones start a child.
 * @param {string} file
 * @param {string[]} args
 * @param {{ node: string, env?: Record<string, string> }} options
 * @returns {Promise<void>}
 */
export async function handOver(file, args, { node, env = {} }) {
  /** @type {Record<string, string>} */
  const merged = {
    ...process.env,
    // What the program starts (`npx`, `npm run`, a test of a command) must find the same Node.
    PATH: [dirname(node), process.env.PATH ?? ''].join(delimiter),
    NODE_COMPILE_CACHE:
      process.env.NODE_COMPILE_CACHE ?? fromRoot('node_modules', '.cache', 'compile'),
    ...env,
  };
  if (!isExecutable(file)) {
    throw new Problem(`${file} cannot be run.`, 'Restore it from the repository (`git status`).');
  }
  if (process.execve !== undefined) {
    process.chdir(ROOT);
    process.execve(file, [file, ...args], merged);
  }
  await runAsChild(file, args, merged);
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
function runAsChild(file, args, env) {
  const child = spawn(file, args, { cwd: ROOT, env, stdio: 'inherit' });
  const passOn = (/** @type {NodeJS.Signals} */ signal) => {
    // A terminal gives Ctrl-C to the child too; once is enough, twice means "at once" to many.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const one of SIGNALS) process.off(one, passOn);
      if (signal !== null) process.kill(process.pid, signal);
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
