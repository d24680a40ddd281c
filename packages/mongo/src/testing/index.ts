export { testDocumentsInMongo } from './documents.ts';
export { type MongoProxy, startMongoProxy } from './proxy.ts';
export { startTestMongo, type TestMongo } from './server.ts';
