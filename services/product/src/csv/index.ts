export type * from './csv-product.ts';
export { isImageReference } from './image-reference.ts';
export { LIMITS as CSV_LIMITS } from './limits.ts';
export { isHandle } from './product-head.ts';
export { readProducts } from './read-products.ts';
export { sanitizeHtml } from './sanitize-html.ts';
export { EXPORT_COLUMNS, writeProducts } from './write-products.ts';
