import { newId, uuidv7, type VendorId } from '@mkt/kernel';
import {
  type CollectionSpec,
  createMeter,
  type Documents,
  isUniqueViolation,
  platformScope,
  type Tx,
  vendorScope,
} from '@mkt/service-kit';
import { gate } from '@mkt/service-kit/testing/contracts';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createMongoDocuments, migrateCollections } from '../src/index.ts';
import { eventOf } from './events.ts';
import { openStand, type Stand } from './stand.ts';

interface Page {
  readonly slug?: string;
  readonly state: string;
}

const pages: CollectionSpec = {
  name: 'pages',
  fields: { slug: 'text', state: 'text' },
  uniqueKeys: { pages_slug: ['slug'] },
};

let stand: Stand;
let documents: Documents<Page>;
let vendorId: VendorId;

beforeAll(async () => {
  stand = await openStand(inject('postgresUrl'));
  await migrateCollections(stand.mongo, [pages]);
  documents = createMongoDocuments<Page>(stand.mongo, stand.db, pages, createMeter());
  vendorId = newId<'Vendor'>();
});
afterAll(() => stand.close());

const within = <T>(work: (tx: Tx) => Promise<T>) => stand.db.transaction(platformScope, work);
const put = (id: string, body: Page, expected = 0, owner = vendorId) =>
  within((tx) => documents.put(tx, { id, vendorId: owner, body }, expected, []));
const slugOf = () => `page-${uuidv7()}`;

/** A transaction that wrote and waits, until it is told to commit or to roll back. */
async function held(work: (tx: Tx) => Promise<unknown>) {
  const [written, told] = [gate(), gate()];
  let fails = false;
  const done = within(async (tx) => {
    await work(tx);
    written.open();
    await told.passed;
    if (fails) throw new Error('rolled back');
  });
  await Promise.race([written.passed, done]);
  return {
    commit: () => {
      told.open();
      return done;
    },
    rollBack: async () => {
      fails = true;
      told.open();
      await expect(done).rejects.toThrow('rolled back');
    },
  };
}

describe('a document that an open transaction wrote', () => {
  test('is found by what it was, and by what it is from the commit on', async () => {
    const own = newId<'Vendor'>();
    const [moved, still, fresh] = [uuidv7(), uuidv7(), uuidv7()];
    await put(moved, { state: 'draft' }, 0, own);
    await put(still, { state: 'draft' }, 0, own);
    const writer = await held(async (tx) => {
      await documents.put(tx, { id: moved, vendorId: own, body: { state: 'live' } }, 1, []);
      await documents.put(tx, { id: fresh, vendorId: own, body: { state: 'live' } }, 0, []);
    });
    const idsIn = async (state: string, scope = platformScope) => {
      const query = { vendorId: own, where: { state } };
      const found = await documents.find(scope, { ...query, limit: 9 });
      expect(await documents.count(scope, query)).toBe(found.length);
      return found.map(({ id }) => id);
    };
    expect(await idsIn('draft')).toEqual([moved, still]);
    expect(await idsIn('live', vendorScope(own))).toEqual([]);
    expect(await documents.count(platformScope, { vendorId: own })).toBe(2);
    expect(await documents.get(platformScope, fresh)).toBeUndefined();
    await writer.commit();
    expect(await idsIn('draft')).toEqual([still]);
    expect(await idsIn('live', vendorScope(own))).toEqual([moved, fresh]);
    expect(await documents.count(platformScope, { vendorId: own })).toBe(3);
  });

  test('is never found as what it was not asked to be, whoever settles it meanwhile', async () => {
    const own = newId<'Vendor'>();
    const ids = Array.from({ length: 6 }, () => uuidv7());
    for (const id of ids) await put(id, { state: 'draft' }, 0, own);
    const changes = ids.map(async (id) => {
      for (let version = 1; version <= 40; version += 1) {
        await put(id, { state: version % 2 === 1 ? 'live' : 'draft' }, version, own);
      }
    });
    let isOver = false;
    const changing = Promise.all(changes).finally(() => {
      isOver = true;
    });
    const query = { vendorId: own, where: { state: 'draft' }, limit: 9 };
    const look = async () => {
      while (!isOver) {
        const found = await documents.find(platformScope, query);
        expect(found.filter(({ body }) => body.state !== 'draft')).toEqual([]);
      }
    };
    await Promise.all([changing, look(), look(), look(), look()]);
  });

  test('neither shortens a page nor ends the pages early', async () => {
    const own = newId<'Vendor'>();
    const ids = Array.from({ length: 12 }, () => uuidv7());
    for (const id of ids.slice(9)) await put(id, { state: 'live' }, 0, own);
    const writer = await held((tx) =>
      documents.putMany(
        tx,
        ids.slice(0, 9).map((id) => ({
          ...{ id, vendorId: own, body: { state: 'live' }, expectedVersion: 0, events: [] },
        })),
      ),
    );
    const query = { vendorId: own, where: { state: 'live' } };
    const page = await documents.find(platformScope, { ...query, limit: 2 });
    expect(page.map(({ id }) => id)).toEqual(ids.slice(9, 11));
    await writer.rollBack();
    await stand.mongo.idle();
    expect(await documents.count(platformScope, query)).toBe(3);
  });

  test('makes a rival wait for its end, and decide by it', async () => {
    for (const end of ['commit', 'rollBack'] as const) {
      const id = uuidv7();
      await put(id, { state: 'draft' });
      const writer = await held((tx) =>
        documents.put(tx, { id, vendorId, body: { state: 'first' } }, 1, []),
      );
      const rival = put(id, { state: 'second' }, 1);
      await writer[end]();
      expect(await rival).toBe(end === 'commit' ? undefined : 2);
      const state = end === 'commit' ? 'first' : 'second';
      expect(await documents.get(platformScope, id)).toMatchObject({ version: 2, body: { state } });
    }
  });

  test('may be written again by the same transaction, and goes back to what it was', async () => {
    const id = uuidv7();
    await put(id, { state: 'draft', slug: slugOf() });
    const before = await documents.get(platformScope, id);
    const writer = await held(async (tx) => {
      const write = (state: string, expected: number) =>
        documents.put(tx, { id, vendorId, body: { state } }, expected, []);
      expect(await write('one', 1)).toBe(2);
      expect(await write('two', 2)).toBe(3);
      expect(await write('three', 2)).toBeUndefined();
      expect(await documents.get(tx, id)).toMatchObject({ version: 3, body: { state: 'two' } });
    });
    await writer.rollBack();
    expect(await documents.get(platformScope, id)).toEqual(before);
  });

  test('and is written over in a circle by another is no standstill: one is run again', async () => {
    const [a, b] = [uuidv7(), uuidv7()];
    await put(a, { state: '0' });
    await put(b, { state: '0' });
    const bothWrote = [gate(), gate()] as const;
    const step = async (tx: Tx, id: string, name: string) => {
      const { version, body } = (await documents.get(tx, id)) ?? {
        version: 0,
        body: { state: '' },
      };
      const next = { state: body.state + name };
      const done = await documents.put(tx, { id, vendorId, body: next }, version, [
        eventOf(id, vendorId, version + 1),
      ]);
      if (done === undefined) throw new Error('lost');
    };
    const touch = (mine: 0 | 1, first: string, second: string) =>
      within(async (tx) => {
        await step(tx, first, `${mine}`);
        bothWrote[mine].open();
        await bothWrote[mine === 0 ? 1 : 0].passed;
        await step(tx, second, `${mine}`);
      });
    const outcomes = await Promise.allSettled([touch(0, a, b), touch(1, b, a)]);
    // The one that waited sees that it was overtaken; the one that was run again succeeds.
    const succeeded = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(succeeded).toBeGreaterThanOrEqual(1);
    const states = (await documents.getMany(platformScope, [a, b])).map(({ body }) => body.state);
    expect(new Set(states.map((state) => state.length)).size).toBe(1);
    const emitted = (await stand.emitted()).filter((id) => id === a || id === b);
    expect(emitted).toHaveLength(succeeded * 2);
  });
});

describe('a unique key', () => {
  test('is one vendor’s, and refuses the second document as PostgreSQL does', async () => {
    const slug = slugOf();
    await put(uuidv7(), { slug, state: 'live' });
    const second = await put(uuidv7(), { slug, state: 'live' }).catch((error: unknown) => error);
    expect(isUniqueViolation(second, 'pages_slug')).toBe(true);
    expect(await put(uuidv7(), { slug, state: 'live' }, 0, newId<'Vendor'>())).toBe(1);
  });

  test('binds no document that lacks the field', async () => {
    expect(await put(uuidv7(), { state: 'live' })).toBe(1);
    expect(await put(uuidv7(), { state: 'live' })).toBe(1);
  });

  test('is free again when its document has another, from the commit on', async () => {
    const [slug, next] = [slugOf(), slugOf()];
    const id = uuidv7();
    await put(id, { slug, state: 'live' });
    const writer = await held((tx) =>
      documents.put(tx, { id, vendorId, body: { slug: next, state: 'live' } }, 1, []),
    );
    const heir = put(uuidv7(), { slug, state: 'live' });
    await writer.commit();
    expect(await heir).toBe(1);
    await expect(put(uuidv7(), { slug: next, state: 'live' })).rejects.toThrow('pages_slug');
  });

  test('stays with its document when the change is rolled back, and the other key is free', async () => {
    const [slug, next] = [slugOf(), slugOf()];
    const id = uuidv7();
    await put(id, { slug, state: 'live' });
    const writer = await held((tx) =>
      documents.put(tx, { id, vendorId, body: { slug: next, state: 'live' } }, 1, []),
    );
    const rival = put(uuidv7(), { slug, state: 'live' }).catch((error: unknown) => error);
    await writer.rollBack();
    expect(isUniqueViolation(await rival, 'pages_slug')).toBe(true);
    expect(await put(uuidv7(), { slug: next, state: 'live' })).toBe(1);
    expect(await documents.get(platformScope, id)).toMatchObject({ version: 1, body: { slug } });
  });

  test('of twelve rivals goes to one', async () => {
    const slug = slugOf();
    const rivals = Array.from({ length: 12 }, () => put(uuidv7(), { slug, state: 'live' }));
    const outcomes = await Promise.allSettled(rivals);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(isUniqueViolation(outcome.reason)).toBe(true);
    }
    const found = await documents.find(platformScope, { where: { slug }, limit: 9 });
    expect(found).toHaveLength(1);
  });
});
