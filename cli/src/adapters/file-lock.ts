import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { codeOf } from './system-error.ts';

const waitLimitMs = 15_000;
const pollMs = 20;

/** One process at a time works on a file. The lock holds its holder's process id: the dead hold nothing. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const deadline = Date.now() + waitLimitMs;
  while (!(await claim(lock))) {
    if (Date.now() > deadline) {
      throw new Failure(`Another mkt has been holding ${lock} for ${waitLimitMs / 1000} seconds.`, {
        code: 'LOCKED',
        next: 'Wait for it to end, or delete the file if none is running.',
      });
    }
    await pause(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function claim(lock: string): Promise<boolean> {
  const own = `${lock}.${crypto.randomUUID()}`;
  await writeFile(own, String(process.pid), { mode: 0o600 });
  try {
    // Unlike creating and then writing, a link appears at once with its content.
    await link(own, lock);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(own, { force: true });
  }
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (holder > 0 && !isAlive(holder)) await rm(lock, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
