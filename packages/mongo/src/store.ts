import { type CollectionSpec, type Meter, platformScope, type Scope } from '@mkt/service-kit';
import type {
  AnyBulkWriteOperation,
  BulkWriteResult,
  Collection,
  Document,
  Filter,
  FindOptions,
  UpdateFilter,
} from 'mongodb';
import type { Mongo } from './connect.ts';
import type { DocumentRecord } from './records.ts';

/** One collection's operations: each is counted, within the rate, and bounded in time. */
export interface Store<Body> {
  readonly mongo: Mongo;
  readonly spec: CollectionSpec;
  find(
    scope: Scope,
    filter: Document,
    options: FindOptions & { readonly limit: number },
  ): Promise<DocumentRecord<Body>[]>;
  aggregate(scope: Scope, pipeline: Document[]): Promise<Document[]>;
  insert(scope: Scope, record: DocumentRecord<Body>): Promise<void>;
  /** Whether a document matched and was replaced. */
  replace(scope: Scope, filter: Document, record: DocumentRecord<Body>): Promise<boolean>;
  updateMany(scope: Scope, filter: Document, update: UpdateFilter<Document>): Promise<void>;
  /** In the given order, up to the first that is refused. */
  bulk(scope: Scope, writes: AnyBulkWriteOperation<Document>[]): Promise<BulkWriteResult>;
}

export function createStore<Body>(mongo: Mongo, spec: CollectionSpec, meter: Meter): Store<Body> {
  const collection = mongo.collection<Document>(spec.name);

  function call<T>(
    scope: Scope,
    operations: number,
    work: (of: Collection<Document>, options: object) => Promise<T>,
  ): Promise<T> {
    return mongo.call({ operations, scope, meter }, (given) => work(collection, given));
  }

  return {
    mongo,
    spec,
    find: (scope, filter, options) =>
      call(scope, 1, async (of, given) => {
        const found = of.find(filter as Filter<Document>, {
          // One answer for a page of small documents: no second trip for the rest.
          batchSize: options.limit + 1,
          ...options,
          ...given,
        });
        return (await found.toArray()) as unknown as DocumentRecord<Body>[];
      }),
    aggregate: (scope, pipeline) =>
      call(scope, 1, (of, given) => of.aggregate(pipeline, given).toArray()),
    insert: (scope, record) =>
      call(scope, 1, async (of, given) => {
        await of.insertOne(record as unknown as Document, given);
      }),
    replace: (scope, filter, record) =>
      call(scope, 1, async (of, given) => {
        const { _id, ...content } = record;
        const done = await of.replaceOne(filter as Filter<Document>, content as Document, given);
        return (done as { matchedCount: number }).matchedCount === 1;
      }),
    updateMany: (scope, filter, update) =>
      call(scope, 1, async (of, given) => {
        await of.updateMany(filter as Filter<Document>, update, given);
      }),
    bulk: (scope, writes) =>
      call(scope, writes.length, (of, given) => of.bulkWrite(writes, { ...given, ordered: true })),
  };
}

/** The plumbing's own work belongs to no vendor. */
export const plumbing: Scope = platformScope;
