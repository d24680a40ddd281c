import { type CollectionSpec, createMeter, type Meter } from '@mkt/service-kit';
import type { Document } from 'mongodb';
import {
  type ArchivedDocument,
  ArchiveError,
  type Manifest,
  readLines,
  readManifest,
} from './archive-format.ts';
import type { Mongo } from './connect.ts';
import { isDuplicateKey } from './mongo-errors.ts';
import { type DocumentRecord, fieldsOf, keysOf, withKeys } from './records.ts';
import { createStore, plumbing, type Store } from './store.ts';

export interface RestoreOptions {
  readonly mongo: Mongo;
  readonly collection: CollectionSpec;
  /** The folder of one archive, with its manifest. */
  readonly folder: string;
  readonly meter?: Meter;
}

export interface Restored {
  readonly restored: number;
  /** Documents of these ids are there, in this or another version; they stay as they are. */
  readonly alreadyThere: number;
  /** Ids of those whose unique key another document took meanwhile: not restored. */
  readonly conflicts: readonly string[];
}

const batchSize = 50;

/**
 * Brings archived documents back, in the version in which they went. The whole archive is checked
 * before the first is written. Broken off, it may be run again.
 */
export async function restoreDocuments(options: RestoreOptions): Promise<Restored> {
  const { mongo, collection, folder, meter = createMeter() } = options;
  const manifest = await readManifest(folder);
  if (manifest.collection !== collection.name) {
    throw new ArchiveError(`${folder} holds ${manifest.collection}, not ${collection.name}.`);
  }
  await check(folder, manifest);
  const store = createStore<unknown>(mongo, collection, meter);
  const done = { restored: 0, alreadyThere: 0, conflicts: [] as string[] };
  for (const file of manifest.files) {
    let batch: ArchivedDocument<unknown>[] = [];
    for await (const document of readLines(folder, file)) {
      if (batch.push(document) < batchSize) continue;
      await restoreBatch(store, batch, done);
      batch = [];
    }
    if (batch.length > 0) await restoreBatch(store, batch, done);
  }
  return done;
}

/** Counts, checksums and times are what the manifest says. */
async function check(folder: string, manifest: Manifest): Promise<void> {
  let documents = 0;
  const times: string[] = [];
  for (const file of manifest.files) {
    for await (const { updatedAt } of readLines(folder, file)) {
      documents += 1;
      const at = updatedAt.toISOString();
      times[0] = times[0] === undefined || at < times[0] ? at : times[0];
      times[1] = times[1] === undefined || at > times[1] ? at : times[1];
    }
  }
  const isWhole =
    documents === manifest.documents && times[0] === manifest.from && times[1] === manifest.to;
  if (!isWhole) {
    throw new ArchiveError(
      `The files of ${folder} are not what its manifest counts. Take another copy of the archive.`,
    );
  }
}

interface Done {
  restored: number;
  alreadyThere: number;
  readonly conflicts: string[];
}

async function restoreBatch(
  store: Store<unknown>,
  batch: readonly ArchivedDocument<unknown>[],
  done: Done,
): Promise<void> {
  const there = await idsThere(store, batch);
  done.alreadyThere += there.size;
  const records = batch.filter(({ id }) => !there.has(id)).map((one) => recordOf(store.spec, one));
  if (records.length === 0) return;
  const writes = records.map((document) => ({ insertOne: { document: document as Document } }));
  try {
    await store.bulk(plumbing, writes);
    done.restored += records.length;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // The bulk stopped at the first that was refused: each of them for itself.
    const already = await idsThere(store, batch);
    done.restored += records.filter(({ _id }) => already.has(_id)).length;
    const left = records.filter(({ _id }) => !already.has(_id));
    for (const record of left) await restoreOne(store, record, done);
  }
}

async function restoreOne(
  store: Store<unknown>,
  record: DocumentRecord<unknown>,
  done: Done,
): Promise<void> {
  try {
    await store.insert(plumbing, record);
    done.restored += 1;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    done.conflicts.push(record._id);
  }
}

async function idsThere(
  store: Store<unknown>,
  batch: readonly { readonly id: string }[],
): Promise<ReadonlySet<string>> {
  const filter = { _id: { $in: batch.map(({ id }) => id) } };
  const options = { limit: batch.length, projection: { _id: 1 } };
  return new Set((await store.find(plumbing, filter, options)).map(({ _id }) => _id));
}

function recordOf(
  spec: CollectionSpec,
  { id, vendorId, version, updatedAt, body }: ArchivedDocument<unknown>,
): DocumentRecord<unknown> {
  const fields = fieldsOf(spec, body);
  const keys = withKeys(keysOf(spec, vendorId, fields));
  return { _id: id, vendorId, version, body, fields, ...keys, updatedAt };
}
