export { LIMITS } from './limits.ts';
export {
  type IndexStats,
  type ProductPrice,
  SearchIndex,
  type UpdateResult,
} from './search-index.ts';
export * from './types.ts';
