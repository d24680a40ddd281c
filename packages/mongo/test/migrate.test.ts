import { type CollectionSpec, createMeter } from '@mkt/service-kit';
import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CollectionMigrationError, type Mongo, migrateCollections } from '../src/index.ts';
import { startTestMongo, type TestMongo } from '../src/testing/index.ts';
import { openMongo } from './stand.ts';

let server: TestMongo;
let mongo: Mongo;

beforeAll(async () => {
  server = await startTestMongo();
  mongo = openMongo(server);
});
afterAll(async () => {
  await mongo.close();
  await server.stop();
});

const spec: CollectionSpec = {
  name: 'things',
  fields: { state: 'text' },
  uniqueKeys: { things_state: ['state'] },
};
const made = ['in_doubt', 'vendor', 'state', 'vendor_state', 'unique_keys'];
const indexes = (name: string) => mongo.collection<Document>(name).indexes();

describe('migrating collections', () => {
  test('makes what is declared, once, and only what is missing later', async () => {
    const { migrated } = await migrateCollections(mongo, [spec]);
    expect(migrated).toEqual(made.map((name) => `things.${name}`));
    expect(await migrateCollections(mongo, [spec])).toEqual({ migrated: [] });
    const more = { ...spec, fields: { ...spec.fields, rank: 'number' } } as const;
    expect(await migrateCollections(mongo, [more])).toEqual({
      migrated: ['things.rank', 'things.vendor_rank'],
    });
    const names = new Set((await indexes(spec.name)).map(({ name }) => name));
    expect(names).toEqual(new Set(['_id_', ...made, 'rank', 'vendor_rank']));
  });

  test('by several processes at once gives each index once', async () => {
    const other = { ...spec, name: 'rivals' };
    await Promise.all([1, 2, 3].map(() => migrateCollections(mongo, [other])));
    expect(await indexes(other.name)).toHaveLength(made.length + 1);
  });

  test('says which index is not what is declared, and what to do', async () => {
    const other = { ...spec, name: 'differing' };
    await mongo.collection<Document>(other.name).createIndex({ other: 1 }, { name: 'vendor' }, {});
    const outcome = await migrateCollections(mongo, [other]).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(CollectionMigrationError);
    expect(String(outcome)).toContain('db.differing.dropIndex("vendor")');
  });

  test('is counted as operations', async () => {
    const meter = createMeter();
    await migrateCollections(mongo, [spec], meter);
    expect(meter.drain()).toEqual([{ meter: 'documents.operations', vendorId: null, amount: 1 }]);
  });
});

test('an address that is none is refused without saying its password', () => {
  const url = 'mongodb://someone:secret-word@host:notaport/';
  expect(() => openMongo({ url, database: 'x' })).toThrow('MONGODB_URL is not the address');
  try {
    openMongo({ url, database: 'x' });
  } catch (error) {
    expect(JSON.stringify(error) + (error as Error).stack).not.toContain('secret-word');
  }
});
