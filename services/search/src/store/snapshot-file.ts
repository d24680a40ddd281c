import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SearchIndex } from '../domain/index.ts';

const named = /^index-(\d+)\.snapshot$/;

export interface RestoredIndex {
  readonly index: SearchIndex;
  /** Every change up to this one is in the snapshot. */
  readonly seq: number;
}

/** Writes the index as of now; a crash in between leaves the snapshot before. */
export async function writeSnapshotFile(
  folder: string,
  index: SearchIndex,
  seq: number,
): Promise<void> {
  const unfinished = join(folder, 'index.unfinished');
  await pipeline(Readable.from(index.snapshot()), createWriteStream(unfinished));
  await rename(unfinished, join(folder, `index-${seq}.snapshot`));
  for (const older of await snapshotSeqs(folder)) {
    if (older < seq) await rm(join(folder, `index-${older}.snapshot`), { force: true });
  }
}

/** The newest snapshot that reads well, or why there is none. */
export async function readSnapshotFile(folder: string): Promise<RestoredIndex | string> {
  const [seq] = await snapshotSeqs(folder);
  if (seq === undefined) return 'there is none yet';
  try {
    const restored = await SearchIndex.restore(
      createReadStream(join(folder, `index-${seq}.snapshot`)),
    );
    return restored.ok ? { index: restored.value, seq } : restored.error.detail;
  } catch (error) {
    return `it could not be read: ${(error as Error).message}`;
  }
}

/** Newest first. */
async function snapshotSeqs(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .map((name) => Number(named.exec(name)?.[1] ?? Number.NaN))
    .filter((seq) => Number.isSafeInteger(seq))
    .sort((a, b) => b - a);
}
