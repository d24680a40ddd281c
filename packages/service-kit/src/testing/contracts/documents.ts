import { inventoryStockChanged } from '@mkt/contracts';
import { newId, uuidv7, type VendorId } from '@mkt/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, NewEvent } from '../../db/database.ts';
import { platformScope, type Scope, vendorScope } from '../../db/scope.ts';
import type { CollectionSpec, Documents, Find, Stored, Write } from '../../documents/documents.ts';

/** What the contract's documents hold. */
export interface Article {
  readonly title: string;
  readonly status: string;
  readonly rank: number;
  readonly listed: boolean;
}

/** The collection that `open` provides, empty; all of its fields are declared but `title`. */
export const articles: CollectionSpec = {
  name: 'articles',
  fields: { status: 'text', rank: 'number', listed: 'boolean' },
};

export interface DocumentsSubject {
  readonly documents: Documents<Article>;
  readonly db: Pick<Database, 'transaction'>;
  /** Aggregates of the events that are stored for publication, oldest first. */
  emitted(): Promise<string[]>;
  close(): Promise<void>;
}

const article: Article = { title: 'A mug', status: 'draft', rank: 1, listed: false };

function eventOf(aggregateId: string, vendorId: VendorId, aggregateVersion = 1): NewEvent {
  return {
    contract: inventoryStockChanged,
    aggregateId,
    aggregateVersion,
    vendorId,
    payload: inventoryStockChanged.sample,
  };
}

/** What every document store keeps to. */
export function documentsContract(name: string, open: () => Promise<DocumentsSubject>): void {
  describe(`${name} as a store of documents`, () => {
    let subject: DocumentsSubject;
    let documents: Documents<Article>;

    beforeAll(async () => {
      subject = await open();
      documents = subject.documents;
    });
    afterAll(() => subject.close());

    interface Put {
      readonly id: string;
      readonly vendorId: VendorId;
      readonly body?: Article;
      readonly expected?: number;
      readonly events?: readonly NewEvent[];
      readonly scope?: Scope;
    }

    const put = ({ id, vendorId, body = article, expected = 0, events = [], scope }: Put) =>
      subject.db.transaction(scope ?? platformScope, (tx) =>
        documents.put(tx, { id, vendorId, body }, expected, events),
      );

    const putMany = (writes: readonly Write<Article>[], scope: Scope = platformScope) =>
      subject.db.transaction(scope, (tx) => documents.putMany(tx, writes));

    /** Stores so many documents of one vendor; their ids, in order. */
    async function fill(vendorId: VendorId, bodies: readonly Article[]): Promise<string[]> {
      const writes = bodies.map((body) => ({
        id: uuidv7(),
        vendorId,
        body,
        expectedVersion: 0,
        events: [],
      }));
      expect(await putMany(writes)).toEqual([]);
      return writes.map((write) => write.id);
    }

    const idsOf = (found: readonly Stored<Article>[]): string[] => found.map(({ id }) => id);

    describe('writing', () => {
      test('stores a new document at version 1 and gives back what was put', async () => {
        const [id, vendorId] = [uuidv7(), newId<'Vendor'>()];
        expect(await put({ id, vendorId })).toBe(1);
        const stored = await documents.get(platformScope, id);
        expect(stored).toEqual({ id, vendorId, version: 1, body: article });
      });

      test('knows no document that was never put', async () => {
        expect(await documents.get(platformScope, uuidv7())).toBeUndefined();
      });

      test('replaces the whole body where the version is still the expected one', async () => {
        const [id, vendorId] = [uuidv7(), newId<'Vendor'>()];
        await put({ id, vendorId });
        const body = { ...article, title: 'A bowl', rank: 2 };
        expect(await put({ id, vendorId, body, expected: 1 })).toBe(2);
        const stored = await documents.get(platformScope, id);
        expect(stored).toEqual({ id, vendorId, version: 2, body });
      });

      test.each([
        ['a new document whose id is taken', 0],
        ['a version that has passed', 1],
        ['a version that is not there yet', 3],
      ])('writes nothing and emits nothing for %s', async (_, expected) => {
        const [id, vendorId] = [uuidv7(), newId<'Vendor'>()];
        await put({ id, vendorId });
        await put({ id, vendorId, body: { ...article, rank: 2 }, expected: 1 });
        const events = [eventOf(id, vendorId)];
        const body = { ...article, rank: 99 };
        expect(await put({ id, vendorId, body, expected, events })).toBeUndefined();
        expect(await documents.get(platformScope, id)).toMatchObject({
          version: 2,
          body: { rank: 2 },
        });
        expect(await subject.emitted()).not.toContain(id);
      });

      test('does not make a document that was expected to be there', async () => {
        const [id, vendorId] = [uuidv7(), newId<'Vendor'>()];
        expect(await put({ id, vendorId, expected: 1 })).toBeUndefined();
        expect(await documents.get(platformScope, id)).toBeUndefined();
      });

      test.each([
        ['a new document', 0],
        ['one version', 1],
      ])('lets exactly one of twelve rivals for %s win', async (_, expected) => {
        const [id, vendorId] = [uuidv7(), newId<'Vendor'>()];
        if (expected > 0) await put({ id, vendorId });
        const rival = (rank: number) =>
          put({
            id,
            vendorId,
            body: { ...article, rank },
            expected,
            events: [eventOf(id, vendorId)],
          });
        const outcomes = await Promise.all(Array.from({ length: 12 }, (__, at) => rival(at)));
        const winners = [...outcomes.keys()].filter((at) => outcomes[at] !== undefined);
        expect(winners).toHaveLength(1);
        expect(await documents.get(platformScope, id)).toMatchObject({
          version: expected + 1,
          body: { rank: winners[0] },
        });
        expect((await subject.emitted()).filter((aggregate) => aggregate === id)).toHaveLength(1);
      });

      test('stores document and event together, or neither when the work fails', async () => {
        const vendorId = newId<'Vendor'>();
        const [kept, lost] = [uuidv7(), uuidv7()];
        await put({ id: kept, vendorId, events: [eventOf(kept, vendorId)] });
        const failing = subject.db.transaction(platformScope, async (tx) => {
          const events = [eventOf(lost, vendorId)];
          await documents.put(tx, { id: lost, vendorId, body: article }, 0, events);
          expect(await documents.get(tx, lost)).toMatchObject({ version: 1 });
          throw new Error('changed my mind');
        });
        await expect(failing).rejects.toThrow('changed my mind');
        expect(await documents.get(platformScope, lost)).toBeUndefined();
        const emitted = await subject.emitted();
        expect(emitted).toContain(kept);
        expect(emitted).not.toContain(lost);
      });
    });

    describe('writing many', () => {
      test('stores new and known documents with their events in the given order', async () => {
        const vendorId = newId<'Vendor'>();
        const [known = ''] = await fill(vendorId, [article]);
        const fresh = uuidv7();
        const body = { ...article, rank: 7 };
        const write = (id: string, expectedVersion: number): Write<Article> => ({
          id,
          vendorId,
          body,
          expectedVersion,
          events: [eventOf(id, vendorId)],
        });
        expect(await putMany([write(fresh, 0), write(known, 1)])).toEqual([]);
        const found = await documents.getMany(platformScope, [fresh, known]);
        const versions = new Map(found.map((stored) => [stored.id, stored.version]));
        expect(versions).toEqual(
          new Map([
            [fresh, 1],
            [known, 2],
          ]),
        );
        expect((await subject.emitted()).slice(-2)).toEqual([fresh, known]);
      });

      test('names what somebody else wrote first and emits nothing', async () => {
        const vendorId = newId<'Vendor'>();
        const [moved = '', still = ''] = await fill(vendorId, [article, article]);
        await put({ id: moved, vendorId, expected: 1 });
        const write = (id: string, expectedVersion: number): Write<Article> => ({
          id,
          vendorId,
          body: { ...article, rank: 5 },
          expectedVersion,
          events: [eventOf(id, vendorId)],
        });
        const lost = await putMany([write(moved, 1), write(still, 1)]);
        expect(lost).toEqual([moved]);
        const emitted = await subject.emitted();
        expect(emitted).not.toContain(moved);
        expect(emitted).not.toContain(still);
      });

      test('writes nothing for an empty list and refuses one document twice', async () => {
        const vendorId = newId<'Vendor'>();
        expect(await putMany([])).toEqual([]);
        const write = { id: uuidv7(), vendorId, body: article, expectedVersion: 0, events: [] };
        await expect(putMany([write, write])).rejects.toThrow('once');
      });
    });

    describe('vendor scope', () => {
      test('hides other vendors’ documents from every read', async () => {
        const [own, other] = [newId<'Vendor'>(), newId<'Vendor'>()];
        const [mine = ''] = await fill(own, [article]);
        const [theirs = ''] = await fill(other, [article]);
        const scope = vendorScope(own);
        expect(await documents.get(scope, mine)).toMatchObject({ vendorId: own });
        expect(await documents.get(scope, theirs)).toBeUndefined();
        expect(idsOf(await documents.getMany(scope, [mine, theirs]))).toEqual([mine]);
        expect(idsOf(await documents.find(scope, { limit: 500 }))).toEqual([mine]);
        expect(await documents.find(scope, { vendorId: other, limit: 500 })).toEqual([]);
        expect(await documents.count(scope, {})).toBe(1);
        expect(await documents.count(scope, { vendorId: other })).toBe(0);
      });

      test('holds for reads within a transaction as well', async () => {
        const [own, other] = [newId<'Vendor'>(), newId<'Vendor'>()];
        const [mine = ''] = await fill(own, [article]);
        const [theirs = ''] = await fill(other, [article]);
        await subject.db.transaction(vendorScope(own), async (tx) => {
          expect(await documents.get(tx, theirs)).toBeUndefined();
          expect(idsOf(await documents.getMany(tx, [theirs, mine]))).toEqual([mine]);
          expect(await documents.count(tx, {})).toBe(1);
        });
      });

      test('lets a vendor write its own document and nobody else’s', async () => {
        const [own, other] = [newId<'Vendor'>(), newId<'Vendor'>()];
        const scope = vendorScope(own);
        const id = uuidv7();
        expect(await put({ id, vendorId: own, scope })).toBe(1);
        const [theirs = ''] = await fill(other, [article]);
        const body = { ...article, title: 'Taken over' };
        const attempts = [
          put({ id: theirs, vendorId: other, body, expected: 1, scope }),
          put({ id: theirs, vendorId: own, body, expected: 1, scope }),
          put({ id: theirs, vendorId: own, body, scope }),
          put({ id: uuidv7(), vendorId: other, body, scope }),
        ];
        // Refused by the store or found to be absent: never written.
        for (const outcome of await Promise.allSettled(attempts)) {
          if (outcome.status === 'fulfilled') expect(outcome.value).toBeUndefined();
        }
        expect(await documents.count(platformScope, { vendorId: other })).toBe(1);
        expect(await documents.get(platformScope, theirs)).toMatchObject({
          vendorId: other,
          version: 1,
          body: article,
        });
      });

      test('keeps a document with its vendor, whoever writes', async () => {
        const [own, other] = [newId<'Vendor'>(), newId<'Vendor'>()];
        const [id = ''] = await fill(own, [article]);
        expect(await put({ id, vendorId: other, expected: 1 })).toBeUndefined();
        expect(await documents.get(platformScope, id)).toMatchObject({ vendorId: own, version: 1 });
      });
    });

    describe('finding', () => {
      const vendorId = newId<'Vendor'>();
      const statuses = ['draft', 'live', 'closed'];
      const bodies = Array.from({ length: 53 }, (_, at) => ({
        title: `Article ${at}`,
        status: statuses[at % 3] ?? '',
        rank: at % 5,
        listed: at % 2 === 0,
      }));
      let ids: string[];

      beforeAll(async () => {
        ids = await fill(vendorId, bodies);
      });

      const matching = (holds: (body: Article) => boolean): string[] =>
        ids.filter((_, at) => holds(bodies[at] as Article));

      test.each<[string, NonNullable<Find['where']>, (body: Article) => boolean]>([
        ['text', { status: 'live' }, (body) => body.status === 'live'],
        ['number', { rank: 3 }, (body) => body.rank === 3],
        ['boolean', { listed: false }, (body) => !body.listed],
        ['any of a list', { status: ['live', 'closed'] }, (body) => body.status !== 'draft'],
        ['no value at all', { status: [] }, () => false],
        [
          'several fields at once',
          { status: 'draft', listed: true, rank: [0, 1] },
          (body) => body.status === 'draft' && body.listed && body.rank <= 1,
        ],
        ['a value that looks like a statement', { status: `live' OR '1'='1` }, () => false],
      ])('finds and counts by equality: %s', async (_, where, holds) => {
        const found = await documents.find(platformScope, { vendorId, where, limit: 500 });
        expect(idsOf(found)).toEqual(matching(holds));
        const total = await documents.count(platformScope, { vendorId, where });
        expect(total).toBe(matching(holds).length);
      });

      test('searches declared fields only', async () => {
        const where = { title: 'Article 1' };
        await expect(documents.find(platformScope, { where, limit: 1 })).rejects.toThrow('title');
        await expect(documents.count(platformScope, { where })).rejects.toThrow('title');
      });

      test.each([
        [false, {}],
        [true, {}],
        [false, { status: ['draft', 'live'] }],
        [true, { listed: true }],
      ])('pages by key (descending: %s, where %j) show every document once', async (...given) => {
        const [descending, where] = given;
        const page = (after: string | undefined) =>
          documents.find(platformScope, { vendorId, where, descending, after, limit: 7 });
        const seen: string[] = [];
        for (let found = await page(undefined); found.length > 0; found = await page(seen.at(-1))) {
          expect(found.length).toBeLessThanOrEqual(7);
          seen.push(...idsOf(found));
        }
        const whole = { vendorId, where, descending, limit: 500 };
        expect(seen).toEqual(idsOf(await documents.find(platformScope, whole)));
        expect(new Set(seen).size).toBe(await documents.count(platformScope, { vendorId, where }));
        expect(seen).toEqual(descending ? seen.toSorted().reverse() : seen.toSorted());
      });

      test('a page after the last document is empty', async () => {
        const last = { vendorId, after: ids.at(-1), limit: 5 };
        expect(await documents.find(platformScope, last)).toEqual([]);
      });

      test.each([0, 501])('refuses a page of %i documents', async (limit) => {
        await expect(documents.find(platformScope, { limit })).rejects.toThrow('1 to 500');
      });

      test('gets many by id, leaving out the unknown and the repeated', async () => {
        const wanted = [ids[4] ?? '', ids[2] ?? '', uuidv7(), ids[4] ?? ''];
        const found = await documents.getMany(platformScope, wanted);
        expect(idsOf(found).toSorted()).toEqual([ids[2], ids[4]]);
        expect(await documents.getMany(platformScope, [])).toEqual([]);
      });

      test('sees within a transaction what that transaction wrote', async () => {
        const mine = newId<'Vendor'>();
        const id = uuidv7();
        await subject.db.transaction(platformScope, async (tx) => {
          await documents.put(tx, { id, vendorId: mine, body: article }, 0, []);
          const found = await documents.find(tx, { vendorId: mine, limit: 5 });
          expect(idsOf(found)).toEqual([id]);
          expect(await documents.count(tx, { vendorId: mine, where: { rank: 1 } })).toBe(1);
        });
      });
    });
  });
}
