import { productChanged } from '@mkt/contracts';
import type { ProductId } from '@mkt/kernel';
import type { NewEvent, Stored, Tx, Write } from '@mkt/service-kit';
import type { Product } from '../domain/product.ts';
import { type ImportedStock, type StoredProduct, snapshotOf } from '../domain/snapshot.ts';
import type { ProductDocuments } from '../store/products.ts';

/** A product as the document store holds it, under its own name. */
export function storedProduct(stored: Stored<Product>): StoredProduct {
  return { ...stored, id: stored.id as ProductId };
}

/** A product after a decision: one version more than it was decided on. */
export interface Draft extends Omit<StoredProduct, 'version'> {
  /** 0 for a new product. */
  readonly from: number;
  readonly imported?: ImportedStock | undefined;
}

/** The write of a product with its event, which tells the product as it will stand. */
export function writeOf(draft: Draft): { write: Write<Product>; product: StoredProduct } {
  const { id, vendorId, body, from, imported } = draft;
  const product: StoredProduct = { id, vendorId, body, version: from + 1 };
  const event: NewEvent<typeof productChanged> = {
    contract: productChanged,
    aggregateId: id,
    aggregateVersion: product.version,
    vendorId,
    payload: snapshotOf(product, imported),
  };
  const events = [event as unknown as NewEvent];
  return { write: { id, vendorId, body, expectedVersion: from, events }, product };
}

/** Undefined where somebody else wrote the product first. */
export async function putProduct(
  products: ProductDocuments,
  tx: Tx,
  draft: Draft,
): Promise<StoredProduct | undefined> {
  const { write, product } = writeOf(draft);
  const version = await products.put(tx, write, write.expectedVersion, write.events);
  return version === undefined ? undefined : product;
}
