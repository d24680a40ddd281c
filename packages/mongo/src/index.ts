export { type Archived, type ArchiveOptions, archiveDocuments } from './archive.ts';
export { ArchiveError } from './archive-format.ts';
export { connectMongo, type Mongo, type MongoOptions } from './connect.ts';
export { createMongoDocuments } from './documents.ts';
export { freeCluster, mostConnections, operationsShareOf, poolSizeFor } from './limits.ts';
export { CollectionMigrationError, migrateCollections } from './migrate.ts';
export { type Restored, type RestoreOptions, restoreDocuments } from './restore.ts';
export { createDocumentSweep, type DocumentSweepOptions } from './sweep.ts';
