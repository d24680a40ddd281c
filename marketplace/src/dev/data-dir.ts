import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DevError } from './dev-error.ts';

/** Written into each data folder, so that older code refuses a newer folder. */
const dataFormat = 1;

export interface DataState {
  readonly format: number;
  /** A seed that did not come to its end is told from the start again. */
  readonly seed: 'none' | 'underWay' | 'done' | 'skipped';
}

/** Makes the folder where it is missing, and says what is in it. */
export async function openDataDir(dataDir: string): Promise<DataState> {
  try {
    await mkdir(dataDir, { recursive: true });
    const known = await readState(dataDir);
    if (known && known.format > dataFormat) {
      throw new DevError(
        'DATA_FOLDER_NEWER',
        `${dataDir} was written by a newer version of the marketplace.`,
        'Update this clone, or choose another folder: ./mkt dev --data DIR',
      );
    }
    return known ?? { format: dataFormat, seed: 'none' };
  } catch (error) {
    throw dataDirError(dataDir, error);
  }
}

function dataDirError(dataDir: string, error: unknown): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOSPC') {
    return new DevError(
      'DISK_FULL',
      `There is no space left for ${dataDir}.`,
      'Free some space, or choose a folder on another disk: ./mkt dev --data DIR',
      error,
    );
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EPERM') {
    return new DevError(
      'DATA_FOLDER_UNREADABLE',
      `${dataDir} cannot be read and written.`,
      'Give yourself the rights, or choose another folder: ./mkt dev --data DIR',
      error,
    );
  }
  return error;
}

const stateFile = (dataDir: string): string => join(dataDir, 'state.json');

export async function readState(dataDir: string): Promise<DataState | undefined> {
  try {
    return JSON.parse(await readFile(stateFile(dataDir), 'utf8')) as DataState;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeSeedState(dataDir: string, seed: DataState['seed']): Promise<void> {
  await writeFile(`${stateFile(dataDir)}.new`, JSON.stringify({ format: dataFormat, seed }));
  await rename(`${stateFile(dataDir)}.new`, stateFile(dataDir));
}

/** Nobody was served yet, so nothing acknowledged is lost with it. */
export async function forgetUnfinishedSeed(dataDir: string): Promise<void> {
  for (const part of ['postgres', 'redis', 'mongo', 'files', 'clock.json']) {
    await rm(join(dataDir, part), { recursive: true, force: true });
  }
}
