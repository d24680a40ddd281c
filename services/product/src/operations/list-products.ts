import type { VendorId } from '@mkt/kernel';
import { platformScope, type Stored } from '@mkt/service-kit';
import { maxListReads } from '../config.ts';
import type { Product, ProductStatus } from '../domain/product.ts';
import type { StoredProduct } from '../domain/snapshot.ts';
import { nothingAround, readSurroundings, type Surroundings } from '../store/surroundings.ts';
import { findVendor } from '../store/vendors.ts';
import type { ProductContext, Viewer } from './context.ts';
import { storedProduct } from './write-product.ts';

export interface ShownProduct {
  readonly product: StoredProduct;
  readonly around: Surroundings;
}

export interface ListQuery {
  readonly vendorId?: VendorId | undefined;
  readonly status?: ProductStatus | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ListPage {
  readonly items: readonly ShownProduct[];
  /** The id to go on after; null at the end. */
  readonly next: string | null;
}

/** What one manages, newest first. */
export async function listManaged(
  { db, products }: ProductContext,
  viewer: Exclude<Viewer, { kind: 'public' }>,
  { vendorId, status, after, limit }: ListQuery,
): Promise<ListPage> {
  return db.transaction(viewer.scope, async (tx) => {
    const found = await products.find(tx, {
      ...(status ? { where: { status } } : {}),
      vendorId,
      after,
      descending: true,
      limit: limit + 1,
    });
    const shown = await surround(tx, found.slice(0, limit));
    const last = shown.at(-1);
    return { items: shown, next: found.length > limit && last ? last.product.id : null };
  });
}

/**
 * What approved vendors publish, newest first. Products of suspended vendors are passed over here:
 * suspending writes no product.
 */
export async function listPublic(
  { db, products }: ProductContext,
  { vendorId, after, limit }: Omit<ListQuery, 'status'>,
): Promise<ListPage> {
  if (vendorId && (await findVendor(db, { vendorId }))?.status !== 'approved') {
    return { items: [], next: null };
  }
  const items: ShownProduct[] = [];
  let from = after;
  for (let reads = 0; reads < maxListReads; reads += 1) {
    const wanted = limit + 1;
    const found = await products.find(platformScope, {
      where: { status: 'published' },
      vendorId,
      after: from,
      descending: true,
      limit: wanted,
    });
    const open = (await surround(db, found)).filter(({ around }) => around.open);
    items.push(...open.slice(0, limit + 1 - items.length));
    if (items.length > limit) return { items: items.slice(0, limit), next: idBefore(items, limit) };
    if (found.length < wanted) return { items, next: null };
    from = found.at(-1)?.id;
  }
  return { items, next: from ?? null };
}

function idBefore(items: readonly ShownProduct[], limit: number): string | null {
  return items[limit - 1]?.product.id ?? null;
}

async function surround(
  query: Parameters<typeof readSurroundings>[0],
  found: readonly Stored<Product>[],
): Promise<ShownProduct[]> {
  const products = found.map(storedProduct);
  const around = await readSurroundings(query, products);
  return products.map((product) => ({
    product,
    around: around.get(product.id) ?? nothingAround,
  }));
}
