import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, uuidv7 } from '@mkt/kernel';
import { type CollectionSpec, createMeter, type Find, type Meter } from '@mkt/service-kit';
import type { Document } from 'mongodb';
import {
  type ArchivedDocument,
  type ArchiveFile,
  type Manifest,
  manifestName,
  syncFolder,
  writeDurably,
  writeLines,
} from './archive-format.ts';
import type { Mongo } from './connect.ts';
import { fieldConditions } from './filters.ts';
import type { DocumentRecord } from './records.ts';
import { createStore, plumbing, type Store } from './store.ts';

export interface ArchiveOptions {
  readonly mongo: Mongo;
  readonly collection: CollectionSpec;
  /** Where archives are kept: each gets a folder of its own in it. */
  readonly folder: string;
  /** Documents that were last written before this, and match `where` if it is given. */
  readonly olderThan: Date;
  readonly where?: Find['where'];
  /** More wait for the next archive. */
  readonly maxDocuments?: number;
  readonly documentsPerFile?: number;
  readonly meter?: Meter;
}

export interface Archived {
  /** The folder of the archive; null where no document was old enough. */
  readonly folder: string | null;
  readonly manifest: Manifest | null;
  /** Documents that are in the archive alone. */
  readonly removed: number;
  /** Documents that were written meanwhile: they stay where they are, and their old form is kept. */
  readonly kept: number;
}

const pageSize = 100;
const deleteBatch = 50;

/**
 * Moves old documents into an archive: first all of it onto the disk, then out of the store, each
 * only if it is still what was archived. Broken off in between it leaves them in both places, and
 * may be run again.
 */
export async function archiveDocuments(options: ArchiveOptions): Promise<Archived> {
  const { mongo, collection, folder, meter = createMeter() } = options;
  const store = createStore<unknown>(mongo, collection, meter);
  const name = `${collection.name}-${uuidv7()}`;
  const incoming = join(folder, `incoming-${name}`);
  const target = join(folder, name);
  await mkdir(incoming, { recursive: true });
  const { manifest, written } = await writeArchive(store, incoming, options);
  if (!manifest) {
    await rm(incoming, { recursive: true });
    return { folder: null, manifest: null, removed: 0, kept: 0 };
  }
  await syncFolder(incoming);
  await rename(incoming, target);
  await syncFolder(folder);
  mongo.faultPoint(`archive.${collection.name}.written`);
  const removed = await remove(store, written);
  return { folder: target, manifest, removed, kept: written.length - removed };
}

type Key = Pick<ArchivedDocument<unknown>, 'id' | 'version'>;

async function writeArchive(store: Store<unknown>, folder: string, options: ArchiveOptions) {
  const { olderThan, maxDocuments = 50_000, documentsPerFile = 5_000 } = options;
  assert(maxDocuments > 0 && documentsPerFile > 0, 'An archive and its files hold documents');
  const written: Key[] = [];
  const files: ArchiveFile[] = [];
  let times: { from: Date; to: Date } | undefined;
  let held: ArchivedDocument<unknown>[] = [];
  const save = async () => {
    const name = `documents-${String(files.length + 1).padStart(4, '0')}.jsonl.gz`;
    files.push(await writeLines(folder, name, held));
    held = [];
  };
  for await (const document of oldDocuments(store, options, maxDocuments)) {
    held.push(document);
    written.push({ id: document.id, version: document.version });
    times = widened(times, document.updatedAt);
    if (held.length === documentsPerFile) await save();
  }
  if (held.length > 0) await save();
  if (!times) return { manifest: null, written };
  const manifest: Manifest = {
    format: 1,
    collection: store.spec.name,
    createdAt: new Date().toISOString(),
    olderThan: olderThan.toISOString(),
    documents: written.length,
    from: times.from.toISOString(),
    to: times.to.toISOString(),
    files,
  };
  await writeDurably(join(folder, manifestName), textOf(manifest));
  return { manifest, written };
}

async function* textOf(manifest: Manifest): AsyncGenerator<string> {
  yield `${JSON.stringify(manifest, null, 2)}\n`;
}

function widened(times: { from: Date; to: Date } | undefined, at: Date) {
  if (!times) return { from: at, to: at };
  return { from: at < times.from ? at : times.from, to: at > times.to ? at : times.to };
}

/** What is old and not in doubt, in the order of the ids. */
async function* oldDocuments(
  store: Store<unknown>,
  { olderThan, where }: ArchiveOptions,
  maxDocuments: number,
): AsyncGenerator<ArchivedDocument<unknown>> {
  let after = '';
  for (let left = maxDocuments; left > 0; ) {
    const limit = Math.min(pageSize, left);
    const filter: Document = {
      ...fieldConditions(store.spec, where),
      _id: { $gt: after },
      updatedAt: { $lt: olderThan },
      inDoubt: { $exists: false },
    };
    const page = await store.find(plumbing, filter, { limit, sort: { _id: 1 } });
    for (const record of page) yield archived(record);
    if (page.length < limit) return;
    left -= page.length;
    after = page.at(-1)?._id ?? after;
  }
}

function archived(record: DocumentRecord<unknown>): ArchivedDocument<unknown> {
  const { _id, vendorId, version, updatedAt, body } = record;
  return { id: _id, vendorId, version, updatedAt, body };
}

async function remove(store: Store<unknown>, written: readonly Key[]): Promise<number> {
  let removed = 0;
  for (let at = 0; at < written.length; at += deleteBatch) {
    const batch = written.slice(at, at + deleteBatch);
    const done = await store.bulk(
      plumbing,
      batch.map(({ id, version }) => ({
        deleteOne: { filter: { _id: id, version, inDoubt: { $exists: false } } as Document },
      })),
    );
    removed += done.deletedCount;
  }
  return removed;
}
