import { assert } from '@mkt/kernel';
import { type Tx, vendorOf } from '@mkt/service-kit';
import type { AnyBulkWriteOperation, Document } from 'mongodb';
import { isDuplicateKey } from './mongo-errors.ts';
import type { DocumentRecord } from './records.ts';
import { type Begun, createSingleWrites, isForeign, type Put, stillAs } from './single-writes.ts';
import type { Store } from './store.ts';
import type { Transactions } from './transactions.ts';

/** As many as an import's transaction holds: between two, others get their turn at the rate. */
const batchSize = 50;

/** Writes of one transaction, in their order. */
export interface Writes<Body> {
  /** The ids that were not written, because somebody else wrote first. */
  write(tx: Tx, puts: readonly Put<Body>[]): Promise<string[]>;
}

export function createWrites<Body>(
  store: Store<Body>,
  transactions: Transactions<Body>,
): Writes<Body> {
  const { faultPoint } = store.mongo;
  const point = `documents.${store.spec.name}`;
  const single = createSingleWrites(store);

  return {
    async write(tx, puts) {
      checkScope(tx, puts);
      const writing = await transactions.begin(tx);
      faultPoint(`${point}.begun`);
      const lost = await (puts.length > 1 ? writeMany : writeEach)(tx, writing, puts);
      faultPoint(`${point}.written`);
      return lost;
    },
  };

  /** Fast where nobody is in the way: what meets others is written one by one. */
  async function writeMany(
    tx: Tx,
    writing: Begun<Body>,
    puts: readonly Put<Body>[],
  ): Promise<string[]> {
    const known = puts.filter(({ expectedVersion }) => expectedVersion > 0);
    await look(tx, writing, known);
    const lost: string[] = [];
    for (const put of known) if (!(await isStill(tx, writing, put))) lost.push(put.id);
    // What was lost is decided again from the start: nothing of it needs to be written.
    if (lost.length > 0) return lost;
    for (let at = 0; at < puts.length; at += batchSize) {
      const batch = puts.slice(at, at + batchSize);
      lost.push(...(await writeEach(tx, writing, await writeBatch(tx, writing, batch))));
    }
    return lost;
  }

  async function writeEach(
    tx: Tx,
    writing: Begun<Body>,
    puts: readonly Put<Body>[],
  ): Promise<string[]> {
    const lost: string[] = [];
    for (const put of puts) if (!(await single.write(tx, writing, put))) lost.push(put.id);
    return lost;
  }

  async function look(tx: Tx, writing: Begun<Body>, puts: readonly Put<Body>[]): Promise<void> {
    const unseen = puts.map(({ id }) => id).filter((id) => !writing.seen.has(id));
    if (unseen.length === 0) return;
    const filter = { _id: { $in: unseen } };
    const found = await store.find(tx.scope, filter, { limit: unseen.length });
    for (const record of found) writing.seen.set(record._id, record);
  }

  async function isStill(tx: Tx, writing: Begun<Body>, put: Put<Body>): Promise<boolean> {
    const current = writing.seen.get(put.id);
    if (!current || current.vendorId !== put.vendorId) return false;
    if (!isForeign(writing, current)) return current.version === put.expectedVersion;
    await single.settle(tx, current);
    const settled = await single.load(tx, put.id);
    if (settled) writing.seen.set(put.id, settled);
    else writing.seen.delete(put.id);
    return settled?.version === put.expectedVersion;
  }

  /** Writes in one message; those that did not go in come back, to be written one by one. */
  async function writeBatch(
    tx: Tx,
    writing: Begun<Body>,
    puts: readonly Put<Body>[],
  ): Promise<readonly Put<Body>[]> {
    const pairs = puts.map((put) => {
      const current = put.expectedVersion > 0 ? writing.seen.get(put.id) : undefined;
      return { current, record: single.recordOf(writing, put, current) };
    });
    const known = pairs.filter(({ current }) => current !== undefined).length;
    try {
      const { insertedCount, matchedCount } = await store.bulk(tx.scope, pairs.map(operationOf));
      if (matchedCount === known && insertedCount === puts.length - known) {
        for (const { record } of pairs) writing.seen.set(record._id, record);
        return [];
      }
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return missingOf(tx, writing, puts);
  }

  /** Counts in a refused bulk cannot be trusted: what is there is looked at. */
  async function missingOf(
    tx: Tx,
    writing: Begun<Body>,
    puts: readonly Put<Body>[],
  ): Promise<readonly Put<Body>[]> {
    const filter = { _id: { $in: puts.map(({ id }) => id) } };
    const found = await store.find(tx.scope, filter, { limit: puts.length });
    const there = new Map(found.map((record) => [record._id, record]));
    return puts.filter(({ id, expectedVersion }) => {
      const record = there.get(id);
      const isOwn = record?.intent?.tx === writing.id;
      const isWritten = isOwn && record.version === expectedVersion + 1;
      if (isWritten) writing.seen.set(id, record);
      else writing.seen.delete(id);
      return !isWritten;
    });
  }
}

function operationOf<Body>({
  current,
  record,
}: {
  readonly current: DocumentRecord<Body> | undefined;
  readonly record: DocumentRecord<Body>;
}): AnyBulkWriteOperation<Document> {
  if (!current) return { insertOne: { document: record as unknown as Document } };
  const { _id, ...replacement } = record;
  return { replaceOne: { filter: stillAs(current), replacement } };
}

/** A vendor's transaction writes the vendor's documents; the rest is a bug of the caller. */
function checkScope<Body>(tx: Tx, puts: readonly Put<Body>[]): void {
  const own = vendorOf(tx.scope);
  const isOwn = puts.every(({ vendorId }) => own === null || own === vendorId);
  assert(isOwn, 'A vendor’s transaction writes that vendor’s documents');
}
