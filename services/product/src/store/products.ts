import type { CollectionSpec, Documents } from '@mkt/service-kit';
import type { Product } from '../domain/product.ts';

/** Products live in the document store; these are the fields they are found by. */
export const productCollection: CollectionSpec = {
  name: 'products',
  fields: { status: 'text', handle: 'text' },
};

export type ProductDocuments = Documents<Product>;

/** One vendor, one handle: the unique index behind it. */
export const handleConstraint = 'products_handle';
