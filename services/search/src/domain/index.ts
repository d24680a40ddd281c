export { SearchIndex } from './search-index.ts';
export * from './types.ts';
