import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFolderInUseError } from './errors.ts';
import { startFailed } from './failures.ts';
import { isAlive, isSameProcess, startMark } from './processes.ts';

/*
 * The lock is the file `lock.<n>` with the highest n; it names its holder by pid and start mark,
 * so a killed holder frees it without doing anything. Taking over means creating `lock.<n+1>` by
 * link(2), which appears whole and for one taker only. The highest file is never deleted, only
 * superseded: a slow rival can therefore not take a number that was freed behind its back.
 */
const LOCK = /^lock\.(\d+)$/;
const DRAFT = /^lock-draft\.(\d+)\./;
const ATTEMPTS = 50;

type Holder = { pid: number; mark?: string | undefined };

export type FolderLock = { release(): Promise<void> };

/** Takes the folder for this process, or throws `DataFolderInUseError`. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const draft = await writeDraft(folder, { pid: process.pid, mark: startMark(process.pid) });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const newest = await newestNumber(folder);
      const holder = newest === 0 ? undefined : await readHolder(folder, newest);
      if (holder === 'superseded') continue;
      if (holder && isSameProcess(holder.pid, holder.mark)) {
        throw new DataFolderInUseError(folder, holder.pid);
      }
      if (await take(folder, { draft, number: newest + 1 })) return lockHeld(folder, newest + 1);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw startFailed(`the lock of ${folder} kept changing hands`);
}

/** The pid of the live process that holds the folder, if one does. */
export async function folderHolder(folder: string): Promise<number | undefined> {
  const newest = await newestNumber(folder);
  const holder = newest === 0 ? undefined : await readHolder(folder, newest);
  if (holder === undefined || holder === 'superseded') return undefined;
  return isSameProcess(holder.pid, holder.mark) ? holder.pid : undefined;
}

async function take(folder: string, claim: { draft: string; number: number }): Promise<boolean> {
  const path = lockPath(folder, claim.number);
  try {
    await link(claim.draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  if ((await newestNumber(folder)) !== claim.number) {
    await rm(path, { force: true });
    return false;
  }
  await sweep(folder, claim.number);
  return true;
}

function lockHeld(folder: string, number: number): FolderLock {
  return {
    async release() {
      // Replaced, not deleted: see the note at the top.
      await rename(await writeDraft(folder, undefined), lockPath(folder, number));
    },
  };
}

async function sweep(folder: string, keep: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const number = Number(LOCK.exec(name)?.[1] ?? keep);
    const drafter = DRAFT.exec(name)?.[1];
    const isAbandoned = drafter !== undefined && !isAlive(Number(drafter));
    if (number < keep || isAbandoned) await rm(join(folder, name), { force: true });
  }
}

async function newestNumber(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map((name) => Number(LOCK.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

async function readHolder(
  folder: string,
  number: number,
): Promise<Holder | 'superseded' | undefined> {
  try {
    return parseHolder(await readFile(lockPath(folder, number), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'superseded';
    throw error;
  }
}

/** A released lock is empty; half a file is left by a power cut, which no holder survives. */
function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, mark } = JSON.parse(text) as Partial<Holder>;
    return Number.isInteger(pid) && Number(pid) > 0 ? { pid: Number(pid), mark } : undefined;
  } catch {
    return undefined;
  }
}

async function writeDraft(folder: string, holder: Holder | undefined): Promise<string> {
  const draft = join(folder, `lock-draft.${process.pid}.${randomBytes(6).toString('hex')}`);
  await writeFile(draft, holder ? JSON.stringify(holder) : '', { flag: 'wx' });
  return draft;
}

function lockPath(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}
