import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import type { VendorId } from '@mkt/kernel';
import { z } from 'zod';

/** A document on a line of its own, with all that the store cannot make of it again. */
export interface ArchivedDocument<Body> {
  readonly id: string;
  readonly vendorId: VendorId;
  readonly version: number;
  readonly updatedAt: Date;
  readonly body: Body;
}

const line = z.strictObject({
  id: z.uuid(),
  vendorId: z.uuid(),
  version: z.int().positive(),
  updatedAt: z.iso.datetime(),
  body: z.unknown(),
});

const manifestSchema = z.strictObject({
  format: z.literal(1),
  collection: z.string(),
  createdAt: z.iso.datetime(),
  /** Documents that were last written before this were archived. */
  olderThan: z.iso.datetime(),
  documents: z.int().positive(),
  /** First and last time at which one of them was written. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  files: z
    .array(
      z.strictObject({
        name: z.string().regex(/^documents-\d{4}\.jsonl\.gz$/),
        documents: z.int().positive(),
        sizeBytes: z.int().positive(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1),
});

export type Manifest = z.output<typeof manifestSchema>;
export type ArchiveFile = Manifest['files'][number];

export const manifestName = 'manifest.json';

/** An archive that is not what its manifest says: nothing of it is restored. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, manifestName);
  try {
    return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new ArchiveError(
      `${path} is not the manifest of an archive. Name the folder that archiving made, whole.`,
      { cause: error },
    );
  }
}

/** Writes a file through to the disk: what it holds is deleted elsewhere afterwards. */
export async function writeDurably(
  path: string,
  chunks: AsyncIterable<Uint8Array | string>,
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path, 'wx');
  try {
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk);
      hash.update(bytes);
      sizeBytes += bytes.byteLength;
      await file.appendFile(bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

/** Makes the names in a folder last as its files do. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function writeLines<Body>(
  folder: string,
  name: string,
  documents: readonly ArchivedDocument<Body>[],
): Promise<ArchiveFile> {
  const lines = Readable.from(documents.map((document) => `${JSON.stringify(document)}\n`));
  const written = await writeDurably(join(folder, name), lines.pipe(createGzip()));
  return { name, documents: documents.length, ...written };
}

/** The documents of one file, if it is byte for byte what the manifest says. */
export async function* readLines<Body>(
  folder: string,
  file: ArchiveFile,
): AsyncGenerator<ArchivedDocument<Body>> {
  const path = join(folder, file.name);
  const hash = createHash('sha256');
  const found = await stat(path).catch(() => undefined);
  if (found?.size !== file.sizeBytes) throw differs(path, `${file.sizeBytes} bytes`);
  let documents = 0;
  try {
    for await (const text of createInterface({ input: unzipped(path, hash) })) {
      const { updatedAt, vendorId, ...rest } = line.parse(JSON.parse(text));
      documents += 1;
      yield {
        ...(rest as { id: string; version: number; body: Body }),
        vendorId: vendorId as VendorId,
        updatedAt: new Date(updatedAt),
      };
    }
  } catch (error) {
    throw differs(path, 'lines that can be read', error);
  }
  if (documents !== file.documents) throw differs(path, `${file.documents} documents`);
  if (hash.digest('hex') !== file.sha256) throw differs(path, 'the checksum of the manifest');
}

function unzipped(path: string, hash: Hash): Readable {
  const bytes = createReadStream(path);
  const gunzip = createGunzip();
  bytes.on('data', (chunk) => hash.update(chunk));
  bytes.on('error', (error) => gunzip.destroy(error));
  return bytes.pipe(gunzip);
}

function differs(path: string, wanted: string, cause?: unknown): ArchiveError {
  return new ArchiveError(`${path} does not have ${wanted}. Take another copy of the archive.`, {
    cause,
  });
}
