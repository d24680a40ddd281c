import { newId, uuidv7 } from '@mkt/kernel';
import { platformScope } from '@mkt/service-kit';
import { type Article, articles } from '@mkt/service-kit/testing/contracts';
import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createDocumentSweep } from '../src/index.ts';
import { eventOf } from './events.ts';
import { log, openStand, type Stand } from './stand.ts';
import { runWriter } from './writing-process.ts';

let stand: Stand;

beforeAll(async () => {
  stand = await openStand(inject('postgresUrl'));
});
afterAll(() => stand.close());

const article: Article = { title: 'A mug', status: 'draft', rank: 1, listed: false };
const changed: Article = { title: 'A bowl', status: 'live', rank: 2, listed: true };

const sweep = () =>
  createDocumentSweep({
    service: 'product',
    mongo: stand.mongo,
    db: stand.db,
    collections: [articles],
    log,
    sweepIntervalMs: 3_600_000,
  });

const recordsOf = (ids: readonly string[]): Promise<Document[]> =>
  stand.mongo
    .collection(articles.name)
    .find({ _id: { $in: [...ids] } } as Document)
    .toArray();

const eventsOf = async (ids: readonly string[]): Promise<string[]> =>
  (await stand.emitted()).filter((id) => ids.includes(id));

/** One new document and a new version of another, written by a process that dies at a point. */
async function dying(point: string) {
  const vendorId = newId<'Vendor'>();
  const [fresh, known] = [uuidv7(), uuidv7()];
  const old = { id: known, vendorId, body: article };
  await stand.db.transaction(platformScope, (tx) => stand.documents.put(tx, old, 0, []));
  await stand.mongo.idle();
  const signal = await runWriter({
    connection: stand.database.connection,
    server: { url: stand.server.url, database: stand.server.database },
    writes: [
      { id: fresh, vendorId, body: changed, expectedVersion: 0 },
      { id: known, vendorId, body: changed, expectedVersion: 1 },
    ],
    dieAt: `documents.articles.${point}`,
  });
  expect(signal).toBe('SIGKILL');
  return { vendorId, fresh, known };
}

const before = { inDoubt: false, isWritten: false };
const after = { inDoubt: true, isWritten: true };

describe('a process that is killed', () => {
  const points: [string, string, { inDoubt: boolean; isWritten: boolean }][] = [
    ['begun', 'before it wrote a document', before],
    ['written', 'between its documents and the commit', { inDoubt: true, isWritten: false }],
    ['committed', 'between the commit and the settlement', after],
    ['settled', 'after the settlement', { inDoubt: false, isWritten: true }],
  ];

  test.each(points)('at %s, %s, leaves all of it or nothing, to every reader', async (...given) => {
    const [point, , { inDoubt, isWritten }] = given;
    const { vendorId, fresh, known } = await dying(point);
    const ids = [fresh, known];
    const inStore = await recordsOf(ids);
    expect(inStore.some((record) => record.inDoubt === true)).toBe(inDoubt);

    const { documents } = stand;
    const expected = isWritten
      ? [
          { id: fresh, version: 1, body: changed },
          { id: known, version: 2, body: changed },
        ]
      : [{ id: known, version: 1, body: article }];
    const seen = async () => {
      const byId = await documents.getMany(platformScope, ids);
      expect(byId.toSorted((a, b) => a.id.localeCompare(b.id))).toMatchObject(expected);
      for (const [status, body] of [['draft', article] as const, ['live', changed] as const]) {
        const query = { vendorId, where: { status } };
        const wanted = expected.filter((one) => one.body === body).map(({ id }) => id);
        const found = await documents.find(platformScope, { ...query, limit: 10 });
        expect(found.map(({ id }) => id)).toEqual(wanted);
        expect(await documents.count(platformScope, query)).toBe(wanted.length);
      }
      expect(await eventsOf(ids)).toEqual(isWritten ? ids : []);
    };
    await seen();

    const work = sweep();
    // PostgreSQL may not have noticed yet that the process is gone.
    await expect
      .poll(async () => {
        await work.sweep?.();
        return (await recordsOf(ids)).filter((record) => record.inDoubt === true);
      })
      .toEqual([]);
    await work.stop();
    const settled = await recordsOf(ids);
    expect(settled).toHaveLength(expected.length);
    for (const record of settled) expect(record.intent).toBeUndefined();
    await seen();
  });

  test.each(points)('at %s hinders nobody: the next writer finishes its work', async (...given) => {
    const [point, , { isWritten }] = given;
    const { vendorId, fresh, known } = await dying(point);
    const from = isWritten ? 1 : 0;
    const body = { ...changed, rank: 9 };
    const next = (id: string, expectedVersion: number) => ({
      id,
      vendorId,
      body,
      expectedVersion,
      events: [eventOf(id, vendorId, expectedVersion + 1)],
    });
    const stale = await stand.db.transaction(platformScope, (tx) =>
      stand.documents.put(tx, next(known, 0), isWritten ? 1 : 2, []),
    );
    expect(stale).toBeUndefined();
    const lost = await stand.db.transaction(platformScope, (tx) =>
      stand.documents.putMany(tx, [next(fresh, from), next(known, from + 1)]),
    );
    expect(lost).toEqual([]);
    const stored = await stand.documents.getMany(platformScope, [fresh, known]);
    expect(stored.toSorted((a, b) => a.id.localeCompare(b.id))).toMatchObject([
      { id: fresh, version: from + 1, body },
      { id: known, version: from + 2, body },
    ]);
    const ids = [fresh, known];
    expect(await eventsOf(ids)).toEqual(isWritten ? [...ids, ...ids] : ids);
  });
});

test('transactions are forgotten when they are old and none of their documents is in doubt', async () => {
  const vendorId = newId<'Vendor'>();
  await dying('committed');
  await stand.mongo.idle();
  const count = async () => {
    const sql = 'SELECT count(*)::int AS n FROM product.document_commits';
    return (await stand.database.admin(sql)).rows[0].n as number;
  };
  await stand.database.admin(
    `UPDATE product.document_commits SET committed_at = now() - interval '2 hours'`,
  );
  const young = { id: uuidv7(), vendorId, body: article };
  await stand.db.transaction(platformScope, (tx) => stand.documents.put(tx, young, 0, []));
  await stand.mongo.idle();
  const work = sweep();
  await work.sweep?.();
  await work.stop();
  expect(await count()).toBe(1);
  const doubtful = await stand.mongo.collection(articles.name).countDocuments({ inDoubt: true });
  expect(doubtful).toBe(0);
});
