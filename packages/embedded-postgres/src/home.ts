import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { LaunchError } from './errors.ts';
import { canReach, type ServerUser } from './server-user.ts';

/*
 * The home of a data folder is where its cluster lies: the folder itself, or, when the server's
 * user cannot reach that (a clone below a 0700 folder, started by root), the folder
 * `/var/lib/mkt-<first 16 hex digits of sha256 of the data folder's real path>`. The choice is
 * written down on both sides with one token, so a folder deleted by its owner does not come back
 * with old data, a moved folder keeps its data, and a copy does not share the original's.
 */
const REACHABLE_ROOT = '/var/lib';
const POINTER = 'elsewhere.json';
const OWNER = 'owner.json';

type Pointer = { home: string; token: string };
type Owner = { dataDir: string; token: string };

/** Creates the folder when missing and answers its real path. */
export async function prepareDataDir(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const real = await realpath(dataDir);
  await access(real, constants.R_OK | constants.W_OK | constants.X_OK);
  return real;
}

/** Where the cluster of this data folder lies; call it with the folder locked. */
export async function resolveHome(dataDir: string, user: ServerUser): Promise<string> {
  const pointer = await readJson<Pointer>(join(dataDir, POINTER));
  if (pointer) return followPointer(dataDir, pointer);
  if (user.drop) await letPass(dataDir);
  if (await canReach(dataDir, user)) return dataDir;
  return moveOut(dataDir);
}

/** The path of the cluster as far as it is known before the server's user is. */
export async function knownCluster(dataDir: string): Promise<string> {
  const pointer = await readJson<Pointer>(join(dataDir, POINTER));
  return join(pointer?.home ?? dataDir, 'cluster');
}

async function followPointer(dataDir: string, pointer: Pointer): Promise<string> {
  const owner = await readJson<Owner>(join(pointer.home, OWNER));
  if (owner?.token !== pointer.token) throw lostHome(dataDir, pointer);
  if (owner.dataDir !== dataDir) {
    const original = await readJson<Pointer>(join(owner.dataDir, POINTER));
    if (original?.token === pointer.token) throw copied(dataDir, owner.dataDir);
    await writeJson(join(pointer.home, OWNER), { dataDir, token: pointer.token });
  }
  await bringCluster(dataDir, pointer.home);
  return pointer.home;
}

async function moveOut(dataDir: string): Promise<string> {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const home = join(REACHABLE_ROOT, `mkt-${hash}`);
  // Left by a folder at this path that was deleted since: one such is kept, in case.
  if (await exists(join(home, 'cluster'))) {
    await rm(`${home}.previous`, { recursive: true, force: true });
    await rename(home, `${home}.previous`);
  }
  await mkdir(home, { recursive: true });
  await letPass(home);
  const token = randomUUID();
  await writeJson(join(home, OWNER), { dataDir, token });
  await writeJson(join(dataDir, POINTER), { home, token });
  await bringCluster(dataDir, home);
  return home;
}

/** A folder that was reachable when its data were written, and was moved since. */
async function bringCluster(dataDir: string, home: string): Promise<void> {
  for (const name of ['FORMAT', 'cluster']) {
    const isHere = await exists(join(dataDir, name));
    if (isHere && !(await exists(join(home, name)))) {
      await rename(join(dataDir, name), join(home, name));
    }
  }
}

async function letPass(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o011) !== 0o011) await chmod(folder, (mode & 0o7777) | 0o011);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) throw damaged(path, error);
    throw error;
  }
}

async function writeJson(path: string, value: Pointer | Owner): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, { flush: true });
  await rename(`${path}.new`, path);
}

function damaged(path: string, cause: SyntaxError): LaunchError {
  return new LaunchError('DATA_FOLDER_UNREADABLE', {
    message: `${path} is damaged.`,
    next: `Restore it. It names the folder that holds the data, ${REACHABLE_ROOT}/mkt-<hash>.`,
    cause,
  });
}

function lostHome(dataDir: string, pointer: Pointer): LaunchError {
  return new LaunchError('DATA_FOLDER_UNREADABLE', {
    message: `The data of ${dataDir} should lie in ${pointer.home}, and do not.`,
    next: `Restore ${pointer.home}, or delete ${join(dataDir, POINTER)} to begin empty.`,
  });
}

function copied(dataDir: string, original: string): LaunchError {
  return new LaunchError('DATA_FOLDER_UNREADABLE', {
    message: `${dataDir} is a copy of ${original}, whose data lie elsewhere and were not copied.`,
    next: `Use ${original}, or delete ${join(dataDir, POINTER)} to begin empty.`,
  });
}
