export * from './database.ts';
export * from './fault-proxy.ts';
export * from './fixed-limit.ts';
export * from './service.ts';
export * from './tokens.ts';
