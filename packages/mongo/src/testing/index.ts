export { testDocumentsInMongo } from './documents.ts';
export { type JavaServer, startJavaServer, startTestMongo, type TestMongo } from './server.ts';
