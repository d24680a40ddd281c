import {
  type Background,
  type BreakerShare,
  type BucketSpec,
  type Cache,
  type CollectionSpec,
  createInProcessBus,
  createLocalCache,
  createPostgresDocuments,
  type Database,
  type Documents,
  type EventBus,
  type Meter,
  type RateLimiter,
} from '@mkt/service-kit';
import type { ServiceName } from '@mkt/topology';

/** A service whose parts are wanted: its own database and counter go with them. */
export interface StoreUser {
  readonly name: ServiceName;
  readonly db: Database;
  readonly meter: Meter;
}

/** What stands behind the ports beside PostgreSQL. It is what the shapes differ in. */
export interface Stores {
  readonly bus: EventBus;
  cacheOf(user: StoreUser): Cache;
  documentsOf<Body>(user: StoreUser, collection: CollectionSpec): Documents<Body>;
  /** Work of the stores for a service; asked for once its documents are known. */
  workOf(user: StoreUser): readonly Background[];
  /** Buckets that several processes share; each process has its own where it is missing. */
  rateLimiter?(spec: BucketSpec): RateLimiter;
  /** Where processes tell each other of open breakers. */
  readonly breakerShare?: BreakerShare;
  /** Whether everything that was published has been dealt with, by whichever process. */
  isBusIdle(): Promise<boolean>;
  /** Resolves when it has. */
  idle(): Promise<void>;
  /** After the last service has closed; the bus is closed before. */
  close(): Promise<void>;
}

const localCacheEntries = 2_000;

/** Everything in this process and in PostgreSQL: nothing else has to run. */
export function embeddedStores(): Stores {
  const bus = createInProcessBus();
  return {
    bus,
    cacheOf: () => createLocalCache({ maxEntries: localCacheEntries }),
    documentsOf: ({ db, meter }, collection) => createPostgresDocuments(db, collection, meter),
    // Publishing in this process ends when every subscriber has dealt with the event.
    workOf: () => [],
    isBusIdle: async () => true,
    idle: async () => {},
    close: async () => {},
  };
}
