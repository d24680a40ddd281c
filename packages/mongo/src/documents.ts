import { assert } from '@mkt/kernel';
import {
  type CollectionSpec,
  type Database,
  type Documents,
  type Meter,
  newContext,
  type ReadAt,
  runInContext,
  type Stored,
  type Tx,
} from '@mkt/service-kit';
import type { Document } from 'mongodb';
import { committedOf, outcomesOf } from './commits.ts';
import type { Mongo } from './connect.ts';
import { type FindPage, matches, matching, type Query, scoped, scopeOf } from './filters.ts';
import { type DocumentRecord, readAs } from './records.ts';
import { createSettling } from './settling.ts';
import { createStore, type Store } from './store.ts';
import { settleEnded } from './sweep.ts';
import { createTransactions, type Transactions } from './transactions.ts';
import { createWrites } from './writes.ts';

const identifier = /^[a-z][a-z0-9_]*$/;
const maxLimit = 500;
const maxSeen = 1_000;

/** What a read needs: neither the copies of fields for the indexes nor the entries of keys. */
const narrow: Document = {
  vendorId: 1,
  version: 1,
  body: 1,
  'intent.tx': 1,
  'intent.before.version': 1,
  'intent.before.body': 1,
};

/**
 * Documents in MongoDB, written in step with transactions in PostgreSQL (docs/adr/0011). The
 * service's schema has the table `document_commits`; `migrateCollections` makes the indexes.
 */
export function createMongoDocuments<Body>(
  mongo: Mongo,
  db: Database,
  spec: CollectionSpec,
  meter: Meter,
): Documents<Body> {
  for (const name of [spec.name, ...Object.keys(spec.fields)]) {
    assert(identifier.test(name), `${name} is not a name of a collection or field`);
  }
  const store = createStore<Body>(mongo, spec, meter);
  const settling = createSettling(store, (error) => {
    mongo.log.warn({ collection: spec.name, err: error }, 'documents stay in doubt for the sweep');
    mongo.leftInDoubt();
  });
  mongo.onIdle(settling.idle);
  const transactions = createTransactions<Body>(spec.name, {
    committed: settling.committed,
    failed: (tx) => mongo.track(runInContext(newContext(), () => undo(store, db, tx))),
  });
  const writes = createWrites(store, transactions);
  const reads = createReads(store, db, transactions);

  return {
    ...reads,
    async put(tx, document, expectedVersion, events) {
      const lost = await writes.write(tx, [{ ...document, expectedVersion }]);
      if (lost.length > 0) return undefined;
      for (const event of events) tx.emit(event);
      return expectedVersion + 1;
    },
    async putMany(tx, all) {
      assert(all.length <= maxLimit, `At most ${maxLimit} writes at once`);
      const ids = new Set(all.map((write) => write.id));
      assert(ids.size === all.length, 'Each document is written once');
      if (all.length === 0) return [];
      const lost = await writes.write(tx, all);
      if (lost.length === 0)
        for (const { events } of all) for (const event of events) tx.emit(event);
      return lost;
    },
  };
}

/** After a transaction that failed, as far as this process knows: PostgreSQL knows better. */
async function undo<Body>(store: Store<Body>, db: Database, tx: string): Promise<void> {
  try {
    const outcome = (await outcomesOf(db, [tx])).get(tx);
    if (outcome && outcome !== 'running') await settleEnded(store, new Map([[tx, outcome]]));
    else store.mongo.leftInDoubt();
  } catch (error) {
    const { name } = store.spec;
    store.mongo.log.warn({ collection: name, err: error }, 'documents stay in doubt for the sweep');
    store.mongo.leftInDoubt();
  }
}

type Reads<Body> = Pick<Documents<Body>, 'get' | 'getMany' | 'find' | 'count'>;

function createReads<Body>(
  store: Store<Body>,
  db: Database,
  transactions: Transactions<Body>,
): Reads<Body> {
  const { spec } = store;

  /** Reads for a write to come hold the whole record; others what the port gives out. */
  async function fetch(
    at: ReadAt,
    filter: Document,
    options: { limit: number; sort?: Document },
  ): Promise<DocumentRecord<Body>[]> {
    const isTx = 'query' in at;
    const found = await store.find(scopeOf(at), scoped(at, filter), {
      ...(isTx ? {} : { projection: narrow }),
      ...(options as object),
      limit: options.limit,
    });
    if (isTx) remember(at, found);
    return found;
  }

  function remember(tx: Tx, found: readonly DocumentRecord<Body>[]): void {
    const { seen } = transactions.of(tx);
    for (const record of found) if (seen.size < maxSeen) seen.set(record._id, record);
  }

  /** Reads those in doubt as what they are; asks PostgreSQL only where there are any. */
  async function resolve(
    at: ReadAt,
    records: readonly DocumentRecord<Body>[],
  ): Promise<(Stored<Body> | undefined)[]> {
    const own = 'query' in at ? transactions.of(at).id : undefined;
    const others = new Set(records.flatMap(({ intent }) => (intent ? [intent.tx] : [])));
    if (own !== undefined) others.delete(own);
    const committed = await committedOf('query' in at ? at : db, [...others]);
    return records.map((record) => readAs(record, (tx) => tx === own || committed.has(tx)));
  }

  /** One read of a page: what matches as what it is, and where to go on, if anything may follow. */
  async function findSome(at: ReadAt, { after, descending, limit, ...query }: FindPage) {
    const range = after === undefined ? {} : { _id: { [descending ? '$lt' : '$gt']: after } };
    const sort = { _id: descending ? -1 : 1 };
    const records = await fetch(at, matching(spec, query, range), { limit, sort });
    const documents = await resolve(at, records);
    // Also those without doubt: one may have been in doubt when the server chose it, and be settled
    // as something else by the time it was sent.
    const found = documents.filter(
      (document): document is Stored<Body> =>
        document !== undefined && matches(spec, query, document),
    );
    return { found, next: records.length < limit ? undefined : records.at(-1)?._id };
  }

  /** Some in doubt may fall out, so a page can take several reads, the later ones large. */
  async function findPage(at: ReadAt, page: FindPage): Promise<Stored<Body>[]> {
    const first = await findSome(at, page);
    const { found } = first;
    let { next } = first;
    while (found.length < page.limit && next !== undefined) {
      const more = await findSome(at, { ...page, after: next, limit: maxLimit });
      found.push(...more.found);
      next = more.next;
    }
    return found.slice(0, page.limit);
  }

  /** Counts those without doubt on the server, and looks at the others. */
  async function count(at: ReadAt, query: Query): Promise<number> {
    const groups = await store.aggregate(scopeOf(at), [
      { $match: scoped(at, matching(spec, query)) },
      {
        $group: {
          _id: { $cond: [{ $ifNull: ['$inDoubt', false] }, '$_id', ''] },
          total: { $sum: 1 },
        },
      },
    ]);
    const sure = groups.find(({ _id }) => _id === '')?.total ?? 0;
    const ids = groups.flatMap(({ _id }) => (_id === '' ? [] : [_id as string]));
    if (ids.length === 0) return sure;
    const records = await fetch(at, { _id: { $in: ids } }, { limit: ids.length });
    const documents = await resolve(at, records);
    return sure + documents.filter((one) => one && matches(spec, query, one)).length;
  }

  return {
    async get(at, id) {
      const [document] = await resolve(at, await fetch(at, { _id: id }, { limit: 1 }));
      return document;
    },
    async getMany(at, ids) {
      assert(ids.length <= 5_000, 'At most 5,000 documents at once');
      const wanted = [...new Set(ids)];
      if (wanted.length === 0) return [];
      const records = await fetch(at, { _id: { $in: wanted } }, { limit: wanted.length });
      return (await resolve(at, records)).filter((one) => one !== undefined);
    },
    async find(at, page) {
      const { limit } = page;
      assert(limit >= 1 && limit <= maxLimit, `A page holds 1 to ${maxLimit} documents`);
      return findPage(at, page);
    },
    count,
  };
}
