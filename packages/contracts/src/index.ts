export * from './envelope.ts';
export * from './events/index.ts';
export * from './fields.ts';
export * from './frozen.ts';
export * from './known.ts';
export * from './peer.ts';
export * from './peers/index.ts';
export * from './problem.ts';
