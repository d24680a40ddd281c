export { testDocumentsInMongo } from './documents.ts';
export { startTestMongo, type TestMongo } from './server.ts';
