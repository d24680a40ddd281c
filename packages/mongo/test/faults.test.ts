import { newId, uuidv7 } from '@mkt/kernel';
import {
  createDatabase,
  createMeter,
  type Database,
  type Documents,
  platformScope,
  type Scope,
  vendorScope,
} from '@mkt/service-kit';
import { type Article, articles } from '@mkt/service-kit/testing/contracts';
import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  connectMongo,
  createMongoDocuments,
  type Mongo,
  migrateCollections,
} from '../src/index.ts';
import { type MongoProxy, startMongoProxy } from '../src/testing/index.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';
import { eventOf } from './events.ts';
import { log, openStand, type Stand } from './stand.ts';

const article: Article = { title: 'A mug', status: 'draft', rank: 1, listed: false };
const operationTimeoutMs = 1_000;

let stand: Stand;
beforeAll(async () => {
  stand = await openStand(inject('postgresUrl'));
});
afterAll(() => stand.close());

describe('a MongoDB', () => {
  let proxy: MongoProxy;
  let mongo: Mongo;
  let documents: Documents<Article>;
  const meter = createMeter();

  beforeAll(async () => {
    proxy = await startMongoProxy(stand.server.url);
    mongo = connectMongo({
      ...{
        url: proxy.url,
        database: stand.server.database,
        log,
        maxPoolSize: 4,
        operationTimeoutMs,
      },
      operationsPerSecond: 1_000_000,
    });
    await migrateCollections(mongo, [articles]);
    documents = createMongoDocuments<Article>(mongo, stand.db, articles, meter);
  });
  afterAll(async () => {
    await mongo.close();
    await proxy.goAway();
  });

  const putOne = (id: string, scope: Scope = platformScope, vendorId = newId<'Vendor'>()) =>
    stand.db.transaction(scope, (tx) =>
      documents.put(tx, { id, vendorId, body: article }, 0, [eventOf(id, vendorId)]),
    );
  const hang = async <T>(work: () => Promise<T>): Promise<T> => {
    proxy.stall();
    try {
      return await work();
    } finally {
      proxy.goOn();
    }
  };

  test('that hangs is told within the deadline, for reads and writes', async () => {
    const id = uuidv7();
    await putOne(id);
    await hang(async () => {
      const calls = [
        () => documents.get(platformScope, id),
        () => documents.find(platformScope, { limit: 5 }),
        () => documents.count(platformScope, {}),
        () => putOne(uuidv7()),
        () => mongo.ping(),
      ];
      for (const call of calls) {
        const began = performance.now();
        await expect(call()).rejects.toMatchObject({
          name: 'Fault',
          code: expect.stringMatching(/^DEPENDENCY_(TIMEOUT|UNAVAILABLE)$/),
        });
        expect(performance.now() - began).toBeLessThan(operationTimeoutMs * 4);
      }
    });
    await expect.poll(() => documents.get(platformScope, id)).toMatchObject({ version: 1 });
  });

  test('that applies a write after its deadline does not make it count', async () => {
    const id = uuidv7();
    await hang(async () => {
      await expect(putOne(id)).rejects.toMatchObject({ code: expect.stringContaining('DEPEND') });
    });
    const collection = mongo.collection<Document>(articles.name);
    const isThere = async () => (await collection.findOne({ _id: id } as Document)) !== null;
    // It may arrive late, be undone at once, or never arrive: it never counts.
    await expect.poll(() => documents.get(platformScope, id).catch(() => null)).toBeUndefined();
    expect(await stand.emitted()).not.toContain(id);
    await expect.poll(() => putOne(id).catch(() => undefined)).toBe(1);
    expect(await isThere()).toBe(true);
    expect((await stand.emitted()).filter((one) => one === id)).toHaveLength(1);
  });

  test('that is gone refuses writing whole, and is used again when it is back', async () => {
    await proxy.goAway();
    const id = uuidv7();
    for (const call of [() => documents.get(platformScope, id), () => putOne(id)]) {
      await expect(call()).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    }
    expect(await stand.emitted()).not.toContain(id);
    await proxy.comeBack();
    await expect.poll(() => putOne(id).catch(() => undefined), { timeout: 5_000 }).toBe(1);
  });

  test('counts in the meter what it was asked to do, by vendor', async () => {
    await mongo.idle();
    meter.drain();
    const vendorId = newId<'Vendor'>();
    await putOne(uuidv7(), vendorScope(vendorId), vendorId);
    await mongo.idle();
    const counts = meter.drain().filter((count) => count.meter === 'documents.operations');
    // The document itself, and, for nobody, the settlement.
    expect(counts).toEqual([
      { meter: 'documents.operations', vendorId, amount: 1 },
      { meter: 'documents.operations', vendorId: null, amount: 1 },
    ]);
  });

  test('is spared: callers keep to the rate, and says so where that takes too long', async () => {
    const slow = connectMongo({
      ...{
        url: proxy.url,
        database: stand.server.database,
        log,
        maxPoolSize: 2,
        operationTimeoutMs: 200,
      },
      operationsPerSecond: 0.5,
    });
    const limited = createMongoDocuments<Article>(slow, stand.db, articles, createMeter());
    await limited.get(platformScope, uuidv7());
    await expect(limited.get(platformScope, uuidv7())).rejects.toMatchObject({
      code: 'DEPENDENCY_OVERLOADED',
    });
    await slow.close();
  });
});

describe('a commit whose answer is lost', () => {
  let proxy: CuttingProxy;
  let db: Database;
  beforeAll(async () => {
    proxy = await startCuttingProxy(stand.database.connection);
    db = createDatabase({
      connection: proxy.connection,
      platformRole: { user: 'mkt_product' },
      vendorRole: { user: 'mkt_product_vendor' },
      pool: { platform: 2, vendor: 1 },
      meter: createMeter(),
      acquireTimeoutMs: 5_000,
      idleTimeoutMs: 5_000,
    });
  });
  afterAll(async () => {
    await db.close();
    await proxy.close();
  });
  afterEach(() => stand.mongo.idle());

  test('counts, though the caller was told of a failure: nothing is undone', async () => {
    const documents = createMongoDocuments<Article>(stand.mongo, db, articles, createMeter());
    const [id, vendorId] = [uuidv7(), newId<'Vendor'>()];
    await db.transaction(platformScope, (tx) =>
      documents.put(tx, { id, vendorId, body: article }, 0, []),
    );
    proxy.loseNextCommit();
    const body = { ...article, rank: 2 };
    const lost = db.transaction(platformScope, (tx) =>
      documents.put(tx, { id, vendorId, body }, 1, [eventOf(id, vendorId, 2)]),
    );
    await expect(lost).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    expect(await documents.get(platformScope, id)).toMatchObject({ version: 2, body });
    await stand.mongo.idle();
    expect(await documents.get(platformScope, id)).toMatchObject({ version: 2, body });
    expect(await stand.emitted()).toContain(id);
  });
});

test('a rollback puts back at once what it wrote', async () => {
  const [known, fresh, vendorId] = [uuidv7(), uuidv7(), newId<'Vendor'>()];
  const { documents, db } = stand;
  await db.transaction(platformScope, (tx) =>
    documents.put(tx, { id: known, vendorId, body: article }, 0, []),
  );
  await stand.mongo.idle();
  const collection = stand.mongo.collection<Document>(articles.name);
  const stored = () => collection.find({ vendorId }).toArray();
  const before = await stored();
  const failing = db.transaction(platformScope, async (tx) => {
    await documents.put(tx, { id: known, vendorId, body: { ...article, rank: 9 } }, 1, []);
    await documents.put(tx, { id: fresh, vendorId, body: article }, 0, []);
    expect(await stored()).toHaveLength(2);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  await stand.mongo.idle();
  expect(await stored()).toEqual(before);
});
