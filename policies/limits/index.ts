export {
  allowanceOf,
  catalogue,
  costUsd,
  historyOf,
  limitAt,
  limitsAt,
  NoSuchLimit,
  terms,
  termsAt,
} from './catalogue.ts';
export { type LimitChange, limitsChanged } from './changes.ts';
export { CatalogueError, type Fault } from './faults.ts';
export {
  type BarredUse,
  type Confidence,
  type Limit,
  limitSchema,
  type Provider,
  providers,
  type Term,
  units,
} from './model.ts';
export { nearest } from './nearest.ts';
export { readCatalogue } from './read-catalogue.ts';
export type { CatalogueFile } from './read-file.ts';
export { type StaleLimit, shelfLifeDays, staleLimits } from './shelf-life.ts';
