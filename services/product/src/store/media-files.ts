import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeBytesSearched } from '../domain/picture-size.ts';
import { readStored, type StoredFile, sizeOf } from './stored-file.ts';

/** A picture on its way in: on disk, under no name yet. */
export interface IncomingFile {
  readonly path: string;
  readonly head: Buffer;
  readonly digest: string;
  readonly sizeBytes: number;
}

/** The bytes of pictures, named by their digest. */
export interface MediaFiles {
  receive(source: AsyncIterable<Uint8Array>): Promise<IncomingFile>;
  /** Gives the file its name; the same bytes twice are one file. */
  keep(file: IncomingFile, name: string): Promise<void>;
  discard(file: IncomingFile): Promise<void>;
  read(name: string): Promise<StoredFile | undefined>;
  /** Where it is, for who opens it otherwise. */
  find(name: string): Promise<{ readonly path: string; readonly sizeBytes: number } | undefined>;
}

export function createMediaFiles(filesDir: string): MediaFiles {
  const folder = join(filesDir, 'media');

  return {
    async receive(source) {
      await mkdir(folder, { recursive: true });
      const path = join(folder, `incoming-${randomUUID()}`);
      const file = await open(path, 'wx');
      try {
        const received = await copy(source, file);
        await file.sync();
        return { path, ...received };
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      } finally {
        await file.close();
      }
    },
    keep: (file, name) => rename(file.path, join(folder, name)),
    discard: (file) => rm(file.path, { force: true }),
    read: (name) => readStored(join(folder, name)),
    async find(name) {
      const path = join(folder, name);
      const sizeBytes = await sizeOf(path);
      return sizeBytes === undefined ? undefined : { path, sizeBytes };
    },
  };
}

async function copy(
  source: AsyncIterable<Uint8Array>,
  file: FileHandle,
): Promise<Omit<IncomingFile, 'path'>> {
  const hash = createHash('sha256');
  const beginning: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of source) {
    if (sizeBytes < sizeBytesSearched) beginning.push(chunk);
    hash.update(chunk);
    sizeBytes += chunk.byteLength;
    await file.appendFile(chunk);
  }
  const head = Buffer.concat(beginning).subarray(0, sizeBytesSearched);
  return { head, digest: hash.digest('hex'), sizeBytes };
}
