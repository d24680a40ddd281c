import type { CollectionSpec, Documents } from '@mkt/service-kit';
import type { Product } from '../domain/product.ts';

/** One vendor, one handle: the unique key behind it, in PostgreSQL an index of this name. */
export const handleConstraint = 'products_handle';

/** Products live in the document store; these are the fields they are found by. */
export const productCollection: CollectionSpec = {
  name: 'products',
  fields: { status: 'text', handle: 'text' },
  uniqueKeys: { [handleConstraint]: ['handle'] },
};

export type ProductDocuments = Documents<Product>;
