import { execFile } from 'node:child_process';
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
import { serverEnvironment } from './config.ts';
import { LaunchError } from './errors.ts';
import { fromLog } from './failures.ts';
import { type ServerUser, spawnIdentity } from './server-user.ts';

/** The layout of a data folder that this code writes; raise it with every change of layout. */
export const DATA_FORMAT = 1;

const UNFINISHED = /^cluster\.new-/;
const BUILTIN_LOCALE_MAJOR = 17;

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
async function createCluster({ dataDir, home, binaries, user, isDurable }: ClusterPlan) {
  for (const name of await readdir(home)) {
    if (UNFINISHED.test(name)) await rm(join(home, name), { recursive: true, maxRetries: 5 });
  }
  const unfinished = join(home, `cluster.new-${process.pid}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (user.drop) await chown(unfinished, user.uid, user.gid);
  await runInitdb(unfinished, { dataDir, binaries, user, isDurable });
  await rename(unfinished, join(home, 'cluster'));
  await syncFolder(home);
}

type InitdbPlan = Omit<ClusterPlan, 'home'>;

function runInitdb(folder: string, plan: InitdbPlan): Promise<void> {
  const arguments_ = [
    ...['-D', folder, '--username=postgres', '--auth=trust', '--encoding=UTF8'],
    ...localeArguments(plan.binaries.major),
    ...['--data-checksums', '--no-instructions'],
    ...(plan.isDurable ? [] : ['--no-sync']),
  ];
  const options = {
    ...spawnIdentity(plan.user),
    cwd: '/', // ours may be closed to the server's user
    env: serverEnvironment(),
    timeout: 120_000,
  };
  return new Promise((done, fail) => {
    const initdb = join(plan.binaries.bin, 'initdb');
    execFile(initdb, arguments_, options, (error, stdout, stderr) => {
      if (!error) return done();
      const lines = `${stdout}\n${stderr}\n${error.code === undefined ? '' : error.message}`;
      const said = lines.split('\n').filter((line) => line.trim() !== '');
      fail(fromLog(said, { dataDir: plan.dataDir, what: 'initdb failed' }));
    });
  });
}

/** Sorting that does not depend on the machine's C library, which may change under the data. */
function localeArguments(major: number): string[] {
  if (major < BUILTIN_LOCALE_MAJOR) return ['--locale=C'];
  return ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
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
