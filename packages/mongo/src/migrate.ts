import type { CollectionSpec, Meter } from '@mkt/service-kit';
import { createMeter, platformScope } from '@mkt/service-kit';
import { type Document, MongoServerError } from 'mongodb';
import type { CallOptions, Mongo } from './connect.ts';

interface Index {
  readonly name: string;
  readonly key: Readonly<Record<string, 1>>;
  readonly unique?: true;
  readonly sparse?: true;
}

/** Every index of a collection; those that serve pages end with the id, by which pages go. */
export function indexesOf(spec: CollectionSpec): readonly Index[] {
  return [
    { name: 'in_doubt', key: { inDoubt: 1, _id: 1 } },
    { name: 'vendor', key: { vendorId: 1, _id: 1 } },
    ...Object.keys(spec.fields).flatMap((field): Index[] => [
      { name: field, key: { [`fields.${field}`]: 1, _id: 1 } },
      { name: `vendor_${field}`, key: { vendorId: 1, [`fields.${field}`]: 1, _id: 1 } },
    ]),
    ...(spec.uniqueKeys
      ? [{ name: 'unique_keys', key: { keys: 1 }, unique: true, sparse: true } as const]
      : []),
  ];
}

export class CollectionMigrationError extends Error {
  override readonly name = 'CollectionMigrationError';
}

const namespaceNotFound = 26;

/**
 * Makes the indexes that the collections declare; answers with the names of those it made. Safe to
 * repeat and to run from several processes at once. It drops nothing: an index that nobody declares
 * any more may still serve the version that runs beside this one.
 */
export async function migrateCollections(
  mongo: Mongo,
  specs: readonly CollectionSpec[],
  meter: Meter = createMeter(),
): Promise<{ migrated: string[] }> {
  const migrated: string[] = [];
  for (const spec of specs) {
    const collection = mongo.collection<Document>(spec.name);
    const call = <T>(work: (options: CallOptions) => Promise<T>) =>
      mongo.call({ operations: 1, scope: platformScope, meter }, work);
    const names = await call((given) => collection.indexes({ ...given } as object)).catch(
      (error: unknown) => {
        if (error instanceof MongoServerError && error.code === namespaceNotFound) return [];
        throw error;
      },
    );
    const known = new Map(names.map((index) => [index.name, index]));
    for (const { name, key, ...options } of indexesOf(spec)) {
      const existing = known.get(name);
      if (existing && isSame(existing, { name, key, ...options })) continue;
      if (existing) throw differs(spec, name);
      await call((given) =>
        collection.createIndex({ ...key }, { name, ...options }, given as object),
      );
      migrated.push(`${spec.name}.${name}`);
    }
  }
  return { migrated };
}

function isSame(existing: Document, { key, unique = undefined }: Index): boolean {
  return (
    JSON.stringify(existing.key) === JSON.stringify(key) &&
    Boolean(existing.unique) === Boolean(unique)
  );
}

function differs(spec: CollectionSpec, name: string): CollectionMigrationError {
  return new CollectionMigrationError(
    `The index ${name} of ${spec.name} is not what the collection declares. ` +
      `Drop it (db.${spec.name}.dropIndex("${name}")), then migrate again.`,
  );
}
