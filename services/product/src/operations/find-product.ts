import { ok, type ProductId, type Refusal, type Result, refuse, type VendorId } from '@mkt/kernel';
import { platformScope, type Stored, type Tx } from '@mkt/service-kit';
import type { Product } from '../domain/product.ts';
import { nothingAround, readSurroundings } from '../store/surroundings.ts';
import { findVendor } from '../store/vendors.ts';
import { type ProductContext, productNotFound, type Viewer } from './context.ts';
import type { ShownProduct } from './list-products.ts';
import { storedProduct } from './write-product.ts';

export type Naming =
  | { readonly productId: ProductId }
  | {
      readonly handle: string;
      readonly vendorId?: VendorId | undefined;
      readonly vendorSlug?: string | undefined;
    };

/** One product, if the viewer may see it: what may not be seen does not exist. */
export async function findProduct(
  context: ProductContext,
  viewer: Viewer,
  naming: Naming,
): Promise<Result<ShownProduct, Refusal>> {
  const stored = await load(context, viewer, naming);
  if (!stored.ok) return stored;
  const product = storedProduct(stored.value);
  const around = (await readSurroundings(context.db, [product])).get(product.id) ?? nothingAround;
  const isVisible =
    viewer.kind !== 'public' || (product.body.status === 'published' && around.open);
  return isVisible ? ok({ product, around }) : productNotFound;
}

/** Those of the products that the public may see. */
export async function publicOnes(
  db: ProductContext['db'],
  stored: readonly Stored<Product>[],
): Promise<ShownProduct[]> {
  const published = stored.map(storedProduct).filter(({ body }) => body.status === 'published');
  const around = await readSurroundings(db, published);
  return published
    .map((product) => ({ product, around: around.get(product.id) ?? nothingAround }))
    .filter((shown) => shown.around.open);
}

async function load(
  context: ProductContext,
  viewer: Viewer,
  naming: Naming,
): Promise<Result<Stored<Product>, Refusal>> {
  const { products } = context;
  const scope = viewer.kind === 'public' ? platformScope : viewer.scope;
  if ('productId' in naming) {
    const stored = await products.get(scope, naming.productId);
    return stored ? ok(stored) : productNotFound;
  }
  const vendorId = await vendorNamed(context, viewer, naming);
  if (vendorId === null) return handleNeedsVendor;
  if (vendorId === undefined) return productNotFound;
  const where = { handle: naming.handle };
  const [stored] = await products.find(scope, { where, vendorId, limit: 1 });
  return stored ? ok(stored) : productNotFound;
}

const handleNeedsVendor = refuse(
  'INVALID_REQUEST',
  'A handle is one vendor’s: name the vendor by vendorId or vendor (its slug).',
);

/** Null where no vendor was named, undefined where the one named is not there. */
async function vendorNamed(
  { db }: ProductContext,
  viewer: Viewer,
  naming: Exclude<Naming, { productId: ProductId }>,
): Promise<VendorId | null | undefined> {
  if (naming.vendorId) return naming.vendorId;
  if (naming.vendorSlug) return (await findVendor(db, { slug: naming.vendorSlug }))?.vendorId;
  return viewer.kind === 'vendor' ? viewer.vendorId : null;
}

/** What is shown around a product that was just written, in the same transaction. */
export async function showWritten(tx: Tx, product: ShownProduct['product']): Promise<ShownProduct> {
  const around = (await readSurroundings(tx, [product])).get(product.id) ?? nothingAround;
  return { product, around };
}
