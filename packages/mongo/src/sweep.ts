import { systemClock } from '@mkt/kernel';
import {
  type Background,
  type CollectionSpec,
  createDueWork,
  createMeter,
  type Database,
  type Logger,
  type Meter,
} from '@mkt/service-kit';
import { forget, forgettable, type Outcome, outcomesOf } from './commits.ts';
import type { Mongo } from './connect.ts';
import type { DocumentRecord } from './records.ts';
import { settlement } from './settling.ts';
import { createStore, plumbing, type Store } from './store.ts';

const pageSize = 200;
/** After a settlement failed: long enough for a store to come back. */
const retryAfterMs = 5_000;

export interface DocumentSweepOptions {
  readonly service: string;
  readonly mongo: Mongo;
  readonly db: Database;
  /** All collections that the service keeps in MongoDB; looked at anew by every sweep. */
  readonly collections: readonly CollectionSpec[];
  readonly log: Logger;
  readonly meter?: Meter;
  readonly sweepIntervalMs: number;
}

/**
 * Finishes what a process that died, or lost a store in the middle, left in doubt: at the start, a
 * moment after a settlement failed, and now and then. Forgets old transactions.
 */
export function createDocumentSweep(options: DocumentSweepOptions): Background {
  const { mongo, db, collections, meter = createMeter() } = options;
  const due = createDueWork({
    service: options.service,
    work: 'documents in doubt',
    clock: systemClock,
    log: options.log,
    sweepIntervalMs: options.sweepIntervalMs,
    nextDueAt: async () => null,
    sweep: async () => {
      let settled = 0;
      for (const spec of collections) {
        settled += await sweepStore(createStore<unknown>(mongo, spec, meter), db);
      }
      return settled;
    },
  });
  mongo.onLeftInDoubt(() => due.armAt(new Date(Date.now() + retryAfterMs)));
  return {
    ...due,
    async idle() {
      await mongo.idle();
      await due.idle?.();
    },
    async stop() {
      await due.stop();
      await mongo.idle();
    },
  };
}

async function sweepStore(store: Store<unknown>, db: Database): Promise<number> {
  // Before the documents are looked at: whatever of these is in doubt will be found.
  const old = await forgettable(db, store.spec.name);
  const unsettled = new Set<string>();
  let settled = 0;
  let after = '';
  for (
    let page = await inDoubt(store, after);
    page.length > 0;
    page = await inDoubt(store, after)
  ) {
    const txs = [...new Set(page.map(({ intent }) => intent?.tx ?? ''))];
    const outcomes = await outcomesOf(db, txs);
    settled += await settlePage(store, page, outcomes);
    for (const [tx, outcome] of outcomes) if (outcome === 'running') unsettled.add(tx);
    after = page.at(-1)?._id ?? after;
    if (page.length < pageSize) break;
  }
  await forget(
    db,
    old.filter((tx) => !unsettled.has(tx)),
  );
  return settled;
}

function inDoubt(store: Store<unknown>, after: string): Promise<DocumentRecord<unknown>[]> {
  const filter = { inDoubt: true, _id: { $gt: after } };
  return store.find(plumbing, filter, { limit: pageSize, sort: { _id: 1 } });
}

/** Settles the documents of transactions whose end is known. */
export async function settleEnded<Body>(
  store: Store<Body>,
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<void> {
  const filter = { inDoubt: true, 'intent.tx': { $in: [...outcomes.keys()] } };
  for (let rounds = 0; rounds < maxRounds; rounds += 1) {
    const page = await store.find(plumbing, filter, { limit: pageSize, sort: { _id: 1 } });
    await settlePage(store, page, outcomes);
    if (page.length < pageSize) return;
  }
}

/** More documents than one transaction can be thought to write. */
const maxRounds = 100;

async function settlePage<Body>(
  store: Store<Body>,
  page: readonly DocumentRecord<Body>[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<number> {
  const writes = page.flatMap((record) => {
    const outcome = outcomes.get(record.intent?.tx ?? '') ?? 'running';
    return outcome === 'running' ? [] : settlement(store, record, outcome);
  });
  if (writes.length > 0) await store.bulk(plumbing, writes);
  return writes.length;
}
