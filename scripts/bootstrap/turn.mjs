import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Problem } from './problem.mjs';
import { fromRoot } from './root.mjs';

const folder = fromRoot('.cache');
const file = fromRoot('.cache', 'ensure.pid');
const WAIT_LIMIT_MS = 15 * 60_000;

/**
 * Two commands started at once (`npm start` beside `npm test`) take turns at changing the tree.
 * The file holds the process id of the one at work; a dead one's turn is over.
 * @template T
 * @param {() => T | Promise<T>} work
 * @param {(line: string) => void} say
 * @returns {Promise<T>}
 */
export async function inTurn(work, say) {
  mkdirSync(folder, { recursive: true });
  const deadline = Date.now() + WAIT_LIMIT_MS;
  for (let told = false; !claim(); told = true) {
    if (!told) say('another command is preparing this folder; waiting for it');
    if (Date.now() > deadline) {
      throw new Problem(
        'Another command has been preparing this folder for 15 minutes.',
        `Wait for it to end, or end it (process ${readOrEmpty(file)}).`,
      );
    }
    await pause(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function claim() {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    // Unlike creating and then writing, a link appears at once with its content.
    linkSync(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
  const holder = Number(readOrEmpty(file));
  if (holder > 0 && !isAlive(holder)) rmSync(file, { force: true });
  return false;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** @param {string} path */
function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {unknown} error */
const codeOf = (error) =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
