import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';

export interface StoredFile {
  readonly body: Readable;
  readonly sizeBytes: number;
}

/** Undefined where there is no such file. */
export async function readStored(path: string): Promise<StoredFile | undefined> {
  const sizeBytes = await sizeOf(path);
  return sizeBytes === undefined ? undefined : { body: createReadStream(path), sizeBytes };
}

export async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(nothingThere(undefined));
  return found?.size;
}

/** For what may be missing: any other failure stays one. */
export function nothingThere<T>(instead: T) {
  return (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return instead;
    throw error;
  };
}
