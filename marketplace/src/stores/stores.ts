import {
  type Cache,
  type CollectionSpec,
  createInProcessBus,
  createLocalCache,
  createPostgresDocuments,
  type Database,
  type Documents,
  type EventBus,
  type Meter,
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
  /** Resolves when nothing is left that was published and not dealt with. */
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
    idle: async () => {},
    close: async () => {},
  };
}
