export { connectMongo, type Mongo, type MongoOptions } from './connect.ts';
export { createMongoDocuments } from './documents.ts';
export { freeCluster, mostConnections, operationsShareOf, poolSizeFor } from './limits.ts';
export { CollectionMigrationError, migrateCollections } from './migrate.ts';
export { createDocumentSweep, type DocumentSweepOptions } from './sweep.ts';
