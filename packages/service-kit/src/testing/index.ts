export * from './database.ts';
export * from './service.ts';
export * from './tokens.ts';
