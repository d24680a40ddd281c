import { type CollectionSpec, createLogger } from '@mkt/service-kit';
import type { OpenTestDocuments } from '@mkt/service-kit/testing';
import { connectMongo } from '../connect.ts';
import { createMongoDocuments } from '../documents.ts';
import { migrateCollections } from '../migrate.ts';
import { createDocumentSweep } from '../sweep.ts';
import { startTestMongo } from './server.ts';

/** For `startTestService`: keeps the collections of a service in MongoDB, on a server of its own. */
export function testDocumentsInMongo(collections: readonly CollectionSpec[]): OpenTestDocuments {
  return async ({ service, db, meter }) => {
    const server = await startTestMongo();
    const log = createLogger((process.env['MKT_TEST_LOG'] as 'info' | undefined) ?? 'silent');
    const mongo = connectMongo({
      url: server.url,
      database: server.database,
      log,
      maxPoolSize: 10,
      operationsPerSecond: 1_000_000,
    });
    await migrateCollections(mongo, collections);
    return {
      documents: (spec) => createMongoDocuments(mongo, db, spec, meter),
      storeWork: [
        createDocumentSweep({ service, mongo, db, collections, log, sweepIntervalMs: 3_600_000 }),
      ],
      async close() {
        await mongo.close();
        await server.stop();
      },
    };
  };
}
