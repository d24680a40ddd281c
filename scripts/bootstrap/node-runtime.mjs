import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Problem } from './problem.mjs';
import { fromRoot, NODE_MAJOR } from './root.mjs';

const brought = fromRoot('node_modules', '.bin', 'node');

/**
 * The Node to run the project on: the one that the lockfile brings on Linux, so that everybody
 * has the same; elsewhere the running one, where it is new enough.
 * @returns {string}
 */
export function nodeToRun() {
  if (existsSync(brought)) return brought;
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath;
  throw new Problem(
    `Node ${NODE_MAJOR} is needed and this is Node ${process.versions.node}.`,
    process.platform === 'darwin'
      ? `Install it (\`brew install node@${NODE_MAJOR}\` or https://nodejs.org) and run this again.`
      : `Install Node ${NODE_MAJOR} from https://nodejs.org and run this again.`,
  );
}

/** Proves once per installation that the Node in `node_modules` starts on this machine at all. */
export function checkNodeStarts() {
  const node = nodeToRun();
  const run = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (run.status === 0 && run.stdout.startsWith(`v${NODE_MAJOR}.`)) return;
  throw new Problem(
    `${node} does not start as Node ${NODE_MAJOR}: ${run.error?.message ?? (run.stderr || run.stdout).trim()}.`,
    'A Linux with glibc 2.28 or newer is needed (Debian 10, Ubuntu 18.10, RHEL 8 or later).',
  );
}
