import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { isAlive } from './processes.ts';
import { canReach, grants, type ServerUser } from './server-user.ts';

/** An unpacked binary package: its `native` folder and its version. */
export type Package = { native: string; version: string };

type Link = { source: string; target: string };

const SYSTEM_CACHE = '/var/lib';
const PARTIAL = '.partial-';

/**
 * The package's `native` folder, ready to run: in place when the server's user can reach it and
 * its library links exist or can be made, else a copy in a folder that all starts share.
 */
export async function usablePackage(found: Package, user: ServerUser): Promise<string> {
  const isReadable = await isReadableFor(found.native, user);
  if (isReadable && (await linkLibraries(found.native))) return found.native;
  return copyPackage(found, user);
}

async function isReadableFor(native: string, user: ServerUser): Promise<boolean> {
  if (!user.drop) return true;
  if (!(await canReach(join(native, 'bin'), user))) return false;
  // One file of each kind stands for all: an install under a strict umask spoils all alike.
  const granted = await Promise.all([
    grants(join(native, 'bin/postgres'), user, 5),
    grants(join(native, 'lib'), user, 5),
    grants(join(native, 'share/postgresql/postgres.bki'), user, 4),
  ]);
  return granted.every(Boolean);
}

/**
 * npm drops symbolic links from packages, and the script that restores them does not run under
 * `ignore-scripts`. Each is one atomic call, so starts at the same time do not disturb each other.
 * Answers false when the folder is not ours to write.
 */
async function linkLibraries(native: string): Promise<boolean> {
  try {
    for (const { source, target } of await packageLinks(native)) {
      const at = join(dirname(native), target);
      if (await lstat(at).catch(() => undefined)) continue;
      await symlink(relative(dirname(target), source), at).catch(ignoreExisting);
    }
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['EACCES', 'EPERM', 'EROFS'].includes(code)) return false;
    throw error;
  }
}

async function packageLinks(native: string): Promise<Link[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as Link[];
}

async function copyPackage({ native, version }: Package, user: ServerUser): Promise<string> {
  const root = user.drop ? SYSTEM_CACHE : join(homedir(), '.cache/mkt');
  const name = `mkt-postgres-${version}-${process.platform}-${process.arch}`;
  const final = join(root, name);
  // The folder appears by one rename, so if it is there it is whole.
  if (await lstat(final).catch(() => undefined)) return join(final, 'native');
  await mkdir(root, { recursive: true });
  await sweepPartial(root, name);
  const unique = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const partial = join(root, `${name}${PARTIAL}${unique}`);
  await cp(native, join(partial, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (source) => !source.endsWith('.a'),
  });
  await openToAll(partial);
  await linkLibraries(join(partial, 'native'));
  await rename(partial, final).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(partial, { recursive: true }); // another start was first
  });
  return join(final, 'native');
}

/** Read and enter for everybody, and on the disk before the folder gets its name. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await openFile(path);
  }
}

async function openFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { mode } = await file.stat();
    await file.chmod(mode & 0o100 ? 0o755 : 0o644);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Copies that were begun by a start that was killed. */
async function sweepPartial(root: string, name: string): Promise<void> {
  const prefix = `${name}${PARTIAL}`;
  for (const entry of await readdir(root)) {
    const isDead =
      entry.startsWith(prefix) && !isAlive(Number.parseInt(entry.slice(prefix.length), 10));
    if (isDead) await rm(join(root, entry), { recursive: true, force: true });
  }
}

async function ignoreExisting(error: NodeJS.ErrnoException): Promise<void> {
  if (error.code !== 'EEXIST') throw error;
}
