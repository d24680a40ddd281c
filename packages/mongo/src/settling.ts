import { newContext, platformScope, runInContext } from '@mkt/service-kit';
import type { AnyBulkWriteOperation, Document } from 'mongodb';
import type { Outcome } from './commits.ts';
import { type DocumentRecord, keysOf, withKeys } from './records.ts';
import type { Store } from './store.ts';

/** A document whose unique keys a transaction changed: its old ones are free from the commit on. */
export interface Rekeyed {
  readonly id: string;
  readonly tx: string;
  readonly keys: readonly string[];
}

const noLongerInDoubt = { intent: '', inDoubt: '' } as const;

/** Makes of a document in doubt what its transaction's end made of it; safe to repeat. */
export function settlement<Body>(
  store: Store<Body>,
  record: DocumentRecord<Body>,
  outcome: Exclude<Outcome, 'running'>,
): AnyBulkWriteOperation<Document>[] {
  const { _id, vendorId, intent, fields } = record;
  if (!intent) return [];
  const filter = { _id, 'intent.tx': intent.tx } as Document;
  if (outcome === 'committed') {
    return [keep(filter, keysOf(store.spec, vendorId, fields))];
  }
  return intent.before
    ? [{ replaceOne: { filter, replacement: { vendorId, ...intent.before } } }]
    : [{ deleteOne: { filter } }];
}

function keep(filter: Document, keys: readonly string[]): AnyBulkWriteOperation<Document> {
  const update =
    keys.length > 0
      ? { $unset: noLongerInDoubt, $set: withKeys(keys) }
      : { $unset: { ...noLongerInDoubt, keys: '' } };
  return { updateOne: { filter, update } };
}

/**
 * Takes the mark of doubt off what has committed, behind the transaction's back: until then readers
 * ask PostgreSQL. What ends while this is under way is settled together, in one operation.
 */
export interface Settling {
  committed(tx: string, rekeyed: readonly Rekeyed[]): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createSettling<Body>(
  store: Store<Body>,
  onFailure: (error: unknown) => void,
): Settling {
  let waiting: { tx: string; rekeyed: readonly Rekeyed[] }[] = [];
  let running: Promise<void> | undefined;
  const { faultPoint } = store.mongo;

  async function settle(): Promise<void> {
    for (let ended = waiting; ended.length > 0; ended = waiting) {
      waiting = [];
      const rekeyed = ended.flatMap((one) => one.rekeyed);
      if (rekeyed.length > 0) {
        await store.bulk(
          platformScope,
          rekeyed.map(({ id, tx, keys }) => keep({ _id: id, 'intent.tx': tx }, keys)),
        );
      }
      await store.updateMany(
        platformScope,
        { inDoubt: true, 'intent.tx': { $in: ended.map(({ tx }) => tx) } },
        { $unset: noLongerInDoubt },
      );
      faultPoint(`documents.${store.spec.name}.settled`);
    }
  }

  return {
    committed(tx, rekeyed) {
      faultPoint(`documents.${store.spec.name}.committed`);
      waiting.push({ tx, rekeyed });
      // Not the request's work any more: neither its deadline nor its vendor's.
      running ??= runInContext(newContext(), settle)
        .catch(onFailure)
        .finally(() => {
          running = undefined;
        });
    },
    async idle() {
      while (running) await running;
    },
  };
}
