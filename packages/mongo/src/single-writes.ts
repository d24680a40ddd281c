import { assert } from '@mkt/kernel';
import { Fault, type Tx, UniqueKeyError, type Write } from '@mkt/service-kit';
import type { Document } from 'mongodb';
import { waitForEnd } from './commits.ts';
import { isDuplicateKey } from './mongo-errors.ts';
import {
  type Content,
  contentOf,
  type DocumentRecord,
  fieldsOf,
  keyNameOf,
  keysOf,
  plainBody,
  withKeys,
} from './records.ts';
import { settlement } from './settling.ts';
import type { Store } from './store.ts';
import type { Writing } from './transactions.ts';

export type Put<Body> = Omit<Write<Body>, 'events'>;
export type Begun<Body> = Writing<Body> & { readonly id: string };

/** Times that others may come first before the write is given up. */
const maxTries = 20;

/** One document's write, by comparison with the version that it was decided on. */
export interface SingleWrites<Body> {
  /** What the write leaves in MongoDB, on top of what is there. */
  recordOf(
    writing: Begun<Body>,
    put: Put<Body>,
    current: DocumentRecord<Body> | undefined,
  ): DocumentRecord<Body>;
  load(tx: Tx, id: string): Promise<DocumentRecord<Body> | undefined>;
  /** Waits until the transaction that wrote a document has ended, and settles the document. */
  settle(tx: Tx, record: DocumentRecord<Body>): Promise<void>;
  /** Whether it was written; false where somebody else wrote first. */
  write(tx: Tx, writing: Begun<Body>, put: Put<Body>): Promise<boolean>;
}

/** In doubt because of another transaction. */
export function isForeign<Body>(writing: Begun<Body>, record: DocumentRecord<Body>): boolean {
  return record.intent !== undefined && record.intent.tx !== writing.id;
}

/** Only where it still is what was seen: this version, and nobody else's write in doubt. */
export function stillAs<Body>(current: DocumentRecord<Body>): Document {
  const { _id, vendorId, version, intent } = current;
  return intent
    ? { _id, vendorId, version, 'intent.tx': intent.tx }
    : { _id, vendorId, version, inDoubt: { $exists: false } };
}

/** What became of one try; `again` where somebody was in the way and is not any more. */
type Outcome = 'written' | 'lost' | 'again';

export function createSingleWrites<Body>(store: Store<Body>): SingleWrites<Body> {
  const { spec } = store;

  function recordOf(
    writing: Begun<Body>,
    { id, vendorId, body: given, expectedVersion }: Put<Body>,
    current: DocumentRecord<Body> | undefined,
  ): DocumentRecord<Body> {
    const body = plainBody(given);
    const fields = fieldsOf(spec, body);
    const before = beforeOf(writing, current);
    const keys = keysOf(spec, vendorId, fields);
    const held = [...new Set([...keys, ...(before?.keys ?? [])])];
    if (held.length > keys.length) writing.rekeyed.set(id, { id, tx: writing.id, keys });
    else writing.rekeyed.delete(id);
    return {
      _id: id,
      vendorId,
      version: expectedVersion + 1,
      body,
      fields,
      ...withKeys(held),
      updatedAt: new Date(),
      inDoubt: true,
      intent: { tx: writing.id, before },
    };
  }

  const load = async (tx: Tx, id: string): Promise<DocumentRecord<Body> | undefined> =>
    (await store.find(tx.scope, { _id: id }, { limit: 1 }))[0];

  async function settle(tx: Tx, record: DocumentRecord<Body>): Promise<void> {
    if (!record.intent) return;
    const outcome = await waitForEnd(tx, record.intent.tx);
    assert(outcome !== 'running', 'A transaction that was waited for has ended');
    await store.bulk(tx.scope, settlement(store, record, outcome));
  }

  /** After a refused key, the id or a unique one: whose it is, and whether it will stay. */
  async function meet(
    tx: Tx,
    writing: Begun<Body>,
    { id, vendorId, body, expectedVersion }: Put<Body>,
  ): Promise<Outcome> {
    const keys = keysOf(spec, vendorId, fieldsOf(spec, plainBody(body)));
    const filter = keys.length > 0 ? { $or: [{ _id: id }, { keys: { $in: keys } }] } : { _id: id };
    const holders = await store.find(tx.scope, filter, { limit: keys.length + 1 });
    const inDoubt = holders.filter((holder) => isForeign(writing, holder));
    for (const holder of inDoubt) await settle(tx, holder);
    if (inDoubt.length > 0) return 'again';
    const isThere = holders.some((holder) => holder._id === id);
    if (isThere && expectedVersion === 0) return 'lost';
    const other = holders.find((holder) => holder._id !== id);
    const taken = other?.keys?.find((key) => keys.includes(key));
    if (taken) throw new UniqueKeyError(keyNameOf(taken));
    return 'again';
  }

  async function attempt(
    tx: Tx,
    writing: Begun<Body>,
    put: Put<Body>,
    current: DocumentRecord<Body> | undefined,
  ): Promise<Outcome> {
    if (current && isForeign(writing, current)) {
      await settle(tx, current);
      return 'again';
    }
    if (!isExpected(put, current)) return 'lost';
    const record = recordOf(writing, put, current);
    try {
      if (!current) await store.insert(tx.scope, record);
      else if (!(await store.replace(tx.scope, stillAs(current), record))) return 'again';
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return meet(tx, writing, put);
    }
    writing.seen.set(put.id, record);
    return 'written';
  }

  return {
    recordOf,
    load,
    settle,
    async write(tx, writing, put) {
      // What the transaction saw earlier, or that there is nothing, saves a look; it may be out of
      // date, so that only a look at what is there says that the write is lost.
      const guess = writing.seen.get(put.id);
      if (guess || put.expectedVersion === 0) {
        if ((await attempt(tx, writing, put, guess)) === 'written') return true;
      }
      for (let tries = 0; tries < maxTries; tries += 1) {
        const outcome = await attempt(tx, writing, put, await load(tx, put.id));
        if (outcome !== 'again') return outcome === 'written';
      }
      throw new Fault('CONFLICTING_WRITE', 'The document was written by others all the time');
    },
  };
}

function isExpected<Body>(put: Put<Body>, current: DocumentRecord<Body> | undefined): boolean {
  if (!current) return put.expectedVersion === 0;
  return current.version === put.expectedVersion && current.vendorId === put.vendorId;
}

/** What counts if the transaction does not commit: of its own writes, what was before the first. */
function beforeOf<Body>(
  writing: Begun<Body>,
  current: DocumentRecord<Body> | undefined,
): Content<Body> | null {
  if (!current) return null;
  return current.intent?.tx === writing.id ? current.intent.before : contentOf(current);
}
