import {
  chmod,
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { LaunchError } from './errors.ts';
import { runInitdb } from './initdb.ts';
import type { ServerUser } from './server-user.ts';

/** The layout of a data folder that this code writes; raise it with every change of layout. */
export const DATA_FORMAT = 1;

const UNFINISHED = /^cluster\.new-/;

export type ClusterPlan = {
  dataDir: string;
  home: string;
  binaries: Binaries;
  user: ServerUser;
  isDurable: boolean;
};

/** Refuses data that this code or these binaries do not understand; changes nothing. */
export async function checkVersions({ dataDir, home, binaries }: ClusterPlan): Promise<void> {
  const format = await readNumber(join(home, 'FORMAT'));
  if (format !== undefined && format !== DATA_FORMAT) {
    throw versionRefused(dataDir, { what: 'layout', found: format, known: DATA_FORMAT });
  }
  const major = await readNumber(join(home, 'cluster', 'PG_VERSION'));
  if (major !== undefined && major !== binaries.major) {
    throw versionRefused(dataDir, { what: 'PostgreSQL', found: major, known: binaries.major });
  }
}

/** Creates the cluster on the first start; on later ones sees that the server may use it. */
export async function ensureCluster(plan: ClusterPlan): Promise<void> {
  const cluster = join(plan.home, 'cluster');
  if (!(await stat(cluster).catch(() => undefined))) await createCluster(plan);
  else if (plan.user.drop) await giveTo(cluster, plan.user);
  await chmod(cluster, 0o700);
  const format = join(plan.home, 'FORMAT');
  if ((await readNumber(format)) === undefined) await writeFile(format, `${DATA_FORMAT}\n`);
}

/** The cluster gets its name when it is complete, so a killed first start leaves no half one. */
async function createCluster(plan: ClusterPlan): Promise<void> {
  const { home, user } = plan;
  for (const name of await readdir(home)) {
    if (UNFINISHED.test(name)) await rm(join(home, name), { recursive: true, maxRetries: 5 });
  }
  const unfinished = join(home, `cluster.new-${process.pid}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (user.drop) await chown(unfinished, user.uid, user.gid);
  try {
    await runInitdb(unfinished, plan);
    await rename(unfinished, join(home, 'cluster'));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(home);
}

/** Data restored by root belong to root; top folder last, so an interrupted run starts over. */
async function giveTo(folder: string, user: ServerUser): Promise<void> {
  if ((await stat(folder)).uid === user.uid) return;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) {
      await chown(join(entry.parentPath, entry.name), user.uid, user.gid);
    }
  }
  await chown(folder, user.uid, user.gid);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function readNumber(path: string): Promise<number | undefined> {
  try {
    const value = Number((await readFile(path, 'utf8')).trim());
    // An empty file is what a power cut leaves of a first start.
    return Number.isInteger(value) && value > 0 ? value : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

type Versions = { what: string; found: number; known: number };

function versionRefused(dataDir: string, { what, found, known }: Versions): LaunchError {
  const message = `${dataDir} holds ${what} version ${found}; this program knows ${known}.`;
  return found > known
    ? new LaunchError('DATA_FOLDER_NEWER', {
        message,
        next: 'Update this program, or choose another data folder. Nothing was changed.',
      })
    : new LaunchError('DATA_FOLDER_OLDER', {
        message,
        next: 'Dump the data with the program that wrote them, and restore into a new folder.',
      });
}
