export * from './bus.ts';
export * from './cache.ts';
export * from './documents.ts';
export * from './waiting.ts';
