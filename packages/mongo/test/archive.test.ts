import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { newId, uuidv7, type VendorId } from '@mkt/kernel';
import {
  type CollectionSpec,
  createMeter,
  type Documents,
  platformScope,
  type Stored,
} from '@mkt/service-kit';
import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import {
  ArchiveError,
  archiveDocuments,
  createMongoDocuments,
  migrateCollections,
  restoreDocuments,
} from '../src/index.ts';
import { openStand, type Stand } from './stand.ts';

interface Note {
  readonly slug: string;
  readonly state: string;
}

const notes: CollectionSpec = {
  name: 'notes',
  fields: { slug: 'text', state: 'text' },
  uniqueKeys: { notes_slug: ['slug'] },
};

let stand: Stand;
let documents: Documents<Note>;
let folder: string;
let vendorId: VendorId;
let dieAt: string | undefined;

beforeAll(async () => {
  stand = await openStand(inject('postgresUrl'), {
    faultPoint: (point) => {
      if (point === dieAt) throw new Error(`died at ${point}`);
    },
  });
  await migrateCollections(stand.mongo, [notes]);
  documents = createMongoDocuments<Note>(stand.mongo, stand.db, notes, createMeter());
});
afterAll(() => stand.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mkt-archive-'));
  vendorId = newId<'Vendor'>();
  dieAt = undefined;
});
afterEach(async () => {
  await stand.mongo.collection(notes.name).deleteMany({});
  await rm(folder, { recursive: true, force: true });
});

const put = (id: string, body: Note, expected = 0) =>
  stand.db.transaction(platformScope, (tx) =>
    documents.put(tx, { id, vendorId, body }, expected, []),
  );
const cutOff = new Date('2026-06-01T00:00:00Z');

/** So many documents, of which the first ones were last written on successive days of January. */
async function fill(count: number, old: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7());
  for (const [at, id] of ids.entries()) {
    await put(id, { slug: `note-${at}`, state: at % 2 ? 'open' : 'closed' });
  }
  await stand.mongo.idle();
  for (const [at, id] of ids.slice(0, old).entries()) {
    await stand.mongo
      .collection(notes.name)
      .updateOne({ _id: id } as Document, { $set: { updatedAt: new Date(2026, 0, 1 + at) } });
  }
  return ids;
}

const all = (): Promise<Stored<Note>[]> => documents.find(platformScope, { vendorId, limit: 500 });
const archive = (more: object = {}) =>
  archiveDocuments({
    mongo: stand.mongo,
    collection: notes,
    folder,
    olderThan: cutOff,
    documentsPerFile: 3,
    ...more,
  });
const restore = (from: string | null) =>
  restoreDocuments({ mongo: stand.mongo, collection: notes, folder: from ?? '' });

describe('archiving', () => {
  test('moves what is old into files with a manifest, and restoring brings the same back', async () => {
    const ids = await fill(9, 7);
    const before = await all();
    const archived = await archive();
    expect(archived).toMatchObject({ removed: 7, kept: 0 });
    expect((await all()).map(({ id }) => id)).toEqual(ids.slice(7));

    const manifest = JSON.parse(
      await readFile(join(archived.folder ?? '', 'manifest.json'), 'utf8'),
    );
    expect(manifest).toMatchObject({
      format: 1,
      collection: 'notes',
      documents: 7,
      olderThan: cutOff.toISOString(),
      from: new Date(2026, 0, 1).toISOString(),
      to: new Date(2026, 0, 7).toISOString(),
      files: [{ documents: 3 }, { documents: 3 }, { documents: 1 }],
    });
    const [{ name }] = manifest.files;
    const lines = gunzipSync(await readFile(join(archived.folder ?? '', name))).toString();
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id),
    ).toEqual(ids.slice(0, 3));

    const done = { restored: 7, alreadyThere: 0, conflicts: [] };
    expect(await restore(archived.folder)).toEqual(done);
    expect(await all()).toEqual(before);
    expect(await restore(archived.folder)).toEqual({ ...done, restored: 0, alreadyThere: 7 });
    const [first = ''] = ids;
    expect(await put(first, { slug: 'note-0', state: 'open' }, 1)).toBe(2);
  });

  test('takes what matches, up to a bound, and makes nothing of nothing', async () => {
    await fill(8, 8);
    const closed = await archive({ where: { state: 'closed' }, maxDocuments: 3 });
    expect(closed).toMatchObject({ removed: 3, manifest: { documents: 3 } });
    expect((await archive({ where: { state: 'closed' } })).removed).toBe(1);
    expect(await archive({ where: { state: 'closed' } })).toEqual({
      ...{ folder: null, manifest: null, removed: 0, kept: 0 },
    });
    expect(await readdir(folder)).toHaveLength(2);
    expect(await all()).toHaveLength(4);
  });

  test('broken off before anything was deleted can be run again, and both archives restored', async () => {
    await fill(4, 4);
    const before = await all();
    dieAt = 'archive.notes.written';
    await expect(archive()).rejects.toThrow('died at');
    expect(await all()).toEqual(before);
    dieAt = undefined;
    expect((await archive()).removed).toBe(4);
    const folders = (await readdir(folder)).map((name) => join(folder, name));
    expect(folders).toHaveLength(2);
    const counts: number[] = [];
    for (const one of folders) counts.push((await restore(one)).restored);
    expect(counts).toEqual([4, 0]);
    expect(await all()).toEqual(before);
  });

  test('leaves alone what is in doubt, and what is written before it is deleted', async () => {
    const [moving = '', doubtful = ''] = await fill(3, 3);
    const point = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    const open = stand.db.transaction(platformScope, async (tx) => {
      await documents.put(
        tx,
        { id: doubtful, vendorId, body: { slug: 'x', state: 'open' } },
        1,
        [],
      );
      point.resolve();
      await told.promise;
    });
    await point.promise;
    // Between the archive on the disk and the deletion, somebody writes.
    const collection = stand.mongo.collection<Document>(notes.name);
    let written: Promise<unknown> = Promise.resolve();
    const overwrite = (): void => {
      written = collection.updateOne({ _id: moving } as Document, { $set: { version: 2 } });
    };
    const delayed = {
      ...stand.mongo,
      faultPoint: overwrite,
      call: async <T>(...given: Parameters<typeof stand.mongo.call<T>>) => {
        await written;
        return stand.mongo.call<T>(...given);
      },
    };
    const archived = await archive({ mongo: delayed });
    expect(archived).toMatchObject({ removed: 1, kept: 1, manifest: { documents: 2 } });
    told.resolve();
    await open;
    const left = (await all()).map(({ id, version }) => [id, version]);
    expect(left).toEqual([
      [moving, 2],
      [doubtful, 2],
    ]);
  });
});

describe('restoring', () => {
  test('says whose unique key was taken meanwhile, and restores the others', async () => {
    const [first = ''] = await fill(3, 3);
    const archived = await archive();
    await put(uuidv7(), { slug: 'note-0', state: 'open' });
    expect(await restore(archived.folder)).toEqual({
      ...{ restored: 2, alreadyThere: 0, conflicts: [first] },
    });
  });

  const damage: [string, (path: string, folder: string) => Promise<unknown>][] = [
    ['a file that was cut off', (path) => truncate(path, 40)],
    [
      'a file with another byte',
      async (path) => {
        const bytes = await readFile(path);
        bytes[bytes.length - 12] = (bytes[bytes.length - 12] ?? 0) ^ 1;
        await writeFile(path, bytes);
      },
    ],
    ['a file that is not there', (path) => rm(path)],
    ['no manifest', (_, of) => rm(join(of, 'manifest.json'))],
    [
      'a manifest of other times',
      async (_, of) => {
        const path = join(of, 'manifest.json');
        const text = await readFile(path, 'utf8');
        await writeFile(path, text.replace(/"to": "[^"]+"/, '"to": "2026-05-05T00:00:00.000Z"'));
      },
    ],
  ];

  test.each(damage)('writes nothing of an archive with %s', async (_, spoil) => {
    await fill(4, 4);
    const archived = await archive();
    const of = archived.folder ?? '';
    await spoil(join(of, archived.manifest?.files[1]?.name ?? ''), of);
    await expect(restore(of)).rejects.toThrow(ArchiveError);
    expect(await all()).toEqual([]);
  });

  test('refuses an archive of another collection', async () => {
    await fill(1, 1);
    const { folder: of } = await archive();
    const collection = { ...notes, name: 'others' };
    const mixed = restoreDocuments({ mongo: stand.mongo, collection, folder: of ?? '' });
    await expect(mixed).rejects.toThrow('holds notes, not others');
  });
});
