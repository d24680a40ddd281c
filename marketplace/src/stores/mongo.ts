import buckets from '@mkt/policies/compiled/token-buckets.json' with { type: 'json' };
import {
  type Background,
  type CollectionSpec,
  type Documents,
  type Logger,
  StartError,
} from '@mkt/service-kit';
import { services } from '@mkt/topology';
import type { StoreUser } from './stores.ts';

export interface MongoStoreOptions {
  readonly url: string;
  readonly log: Logger;
  readonly sweepIntervalMs: number;
}

export interface MongoParts {
  documentsOf<Body>(user: StoreUser, collection: CollectionSpec): Documents<Body>;
  /** Makes the indexes before the service begins, and settles what a crash left in doubt. */
  workOf(user: StoreUser): readonly Background[];
  close(): Promise<void>;
}

/** Processes that hold documents share what the server allows, by the topology. */
const holders = services.filter(({ stores }) => stores.includes('documents'));
const processes = Math.max(
  1,
  holders.reduce((sum, { replicas }) => sum + replicas, 0),
);

/** Of a free cluster, by the limits catalogue. */
const allowed = buckets.documents;

/** Documents in MongoDB. The adapter is loaded here, where a server is named. */
export async function openMongo(options: MongoStoreOptions): Promise<MongoParts> {
  const adapter = await import('@mkt/mongo');
  const mongo = adapter.connectMongo({
    url: options.url,
    log: options.log,
    maxPoolSize: adapter.poolSizeFor({ processes }, allowed.connections),
    operationsPerSecond: adapter.operationsShareOf({ processes }, allowed.operationsPerSecond),
  });
  await mongo.ping().catch(async (error: unknown) => {
    await mongo.close();
    throw startErrorOfMongo(error);
  });
  const collections = new Map<string, CollectionSpec[]>();
  const collectionsOf = (name: string): CollectionSpec[] => {
    const known = collections.get(name) ?? [];
    collections.set(name, known);
    return known;
  };
  return {
    documentsOf({ name, db, meter }, collection) {
      collectionsOf(name).push(collection);
      return adapter.createMongoDocuments(mongo, db, collection, meter);
    },
    workOf({ name, db, meter }) {
      const own = collectionsOf(name);
      const { log, sweepIntervalMs } = options;
      const sweep = adapter.createDocumentSweep({
        service: name,
        mongo,
        db,
        collections: own,
        log,
        meter,
        sweepIntervalMs,
      });
      return [
        {
          ...sweep,
          async start() {
            if (own.length === 0) return;
            await adapter.migrateCollections(mongo, own, meter);
            await sweep.start();
          },
          sweep: async () => (own.length > 0 ? ((await sweep.sweep?.()) ?? 0) : 0),
        },
      ];
    },
    close: () => mongo.close(),
  };
}

/** Says which of the ways not to have a MongoDB this is. */
export function startErrorOfMongo(error: unknown): StartError {
  const cause = (error as { cause?: unknown } | null)?.cause;
  const message = `${(error as Error).message} ${(cause as Error | undefined)?.message ?? ''}`;
  const because = { cause: error };
  if (/auth(entication)? failed|bad auth|requires authentication/i.test(message)) {
    return new StartError(
      'STORE_LOGIN_REFUSED',
      'MongoDB refused the login.',
      'See that user and password in MONGODB_URL are right, and its ?authSource=.',
      because,
    );
  }
  if (/wire version|compatib/i.test(message)) {
    return new StartError(
      'STORE_TOO_OLD',
      `The MongoDB server is too old for its driver: ${message.trim()}`,
      'Upgrade it to MongoDB 4.4 or newer, or leave MONGODB_URL out.',
      because,
    );
  }
  return new StartError(
    'STORE_UNREACHABLE',
    `MongoDB does not answer: ${message.trim()}`,
    'See that MONGODB_URL names a server that runs, and that TLS is asked for where it is needed.',
    because,
  );
}
