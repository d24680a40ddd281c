export * from './bus.ts';
export * from './cache.ts';
export * from './documents.ts';
export * from './peers.ts';
export * from './rate-limiter.ts';
export * from './waiting.ts';
