import { fileURLToPath } from 'node:url';
import { createLogger, createMeter, type Database, type FaultPoint } from '@mkt/service-kit';
import { createTestDatabase, type TestDatabase } from '@mkt/service-kit/testing';
import { type Article, articles, type DocumentsSubject } from '@mkt/service-kit/testing/contracts';
import {
  connectMongo,
  createMongoDocuments,
  type Mongo,
  migrateCollections,
} from '../src/index.ts';
import { startTestMongo, type TestMongo } from '../src/testing/index.ts';

export const articlesMigrations = fileURLToPath(new URL('./no-migrations', import.meta.url));
export const log = createLogger((process.env.MKT_TEST_LOG as 'info' | undefined) ?? 'silent');

/** Both stores as a service has them. */
export interface Stand extends DocumentsSubject {
  readonly db: Database;
  readonly database: TestDatabase;
  readonly mongo: Mongo;
  readonly server: TestMongo;
}

export interface StandOptions {
  readonly faultPoint?: FaultPoint;
  readonly operationTimeoutMs?: number;
}

export const openMongo = (
  server: Pick<TestMongo, 'url' | 'database'>,
  options: StandOptions = {},
) =>
  connectMongo({
    url: server.url,
    database: server.database,
    log,
    maxPoolSize: 10,
    operationsPerSecond: 1_000_000,
    ...options,
  });

export async function openStand(postgresUrl: string, options: StandOptions = {}): Promise<Stand> {
  const server = await startTestMongo();
  const database = await createTestDatabase(postgresUrl, [
    { service: 'product', migrationsDir: articlesMigrations },
  ]);
  const [{ name }] = (await database.admin('SELECT current_database() AS name')).rows;
  await database.admin(`ALTER DATABASE ${name} SET deadlock_timeout = '20ms'`);
  const db = database.forService('product', { platform: 16, vendor: 4 });
  const mongo = openMongo(server, options);
  await migrateCollections(mongo, [articles]);
  return {
    documents: createMongoDocuments<Article>(mongo, db, articles, createMeter()),
    db,
    database,
    mongo,
    server,
    async emitted() {
      const { rows } = await database.admin('SELECT aggregate_id FROM product.outbox ORDER BY seq');
      return rows.map((row) => row.aggregate_id as string);
    },
    async close() {
      await mongo.close();
      await database.drop();
      await server.stop();
    },
  };
}
