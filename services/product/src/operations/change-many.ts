import { ok, type ProductId, type Refusal, type Result, type VendorId } from '@mkt/kernel';
import type { Tx, Write } from '@mkt/service-kit';
import { bulkLimit } from '../config.ts';
import { decide } from '../domain/lifecycle.ts';
import type { Product, ProductStatus } from '../domain/product.ts';
import type { StoredProduct } from '../domain/snapshot.ts';
import { isApproved } from '../store/vendors.ts';
import {
  changedMeanwhile,
  decisionContext,
  type ProductContext,
  productNotFound,
} from './context.ts';
import { storedProduct, writeOf } from './write-product.ts';

/** Products by name, or all that wait for this, a page after another. */
export type Selection =
  | { readonly productIds: readonly ProductId[] }
  | {
      readonly all: true;
      readonly vendorId?: VendorId | undefined;
      readonly after?: string | undefined;
    };

export interface BulkOutcome {
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: readonly (Refusal & { readonly productId: ProductId })[];
  /** Where to go on; null when everything was looked at. */
  readonly next: string | null;
}

const waiting: Readonly<Record<'submit' | 'approve', readonly ProductStatus[]>> = {
  submit: ['draft', 'changesRequested'],
  approve: ['submitted'],
};

/** Submits or approves many products in one transaction; a refusal concerns one product alone. */
export async function changeMany(
  context: ProductContext,
  tx: Tx,
  { type, selection }: { readonly type: 'submit' | 'approve'; readonly selection: Selection },
): Promise<Result<BulkOutcome, Refusal>> {
  const { products, missing, next } = await select(context, tx, type, selection);
  // Those who submit see one vendor's products alone.
  const [first] = products;
  const vendorApproved = type === 'submit' && first && (await isApproved(tx, first.vendorId));
  const refused: (Refusal & { productId: ProductId })[] = missing.map((productId) => ({
    ...productNotFound.error,
    productId,
  }));
  const writes: Write<Product>[] = [];
  for (const product of products) {
    const command =
      type === 'approve' ? { type } : { type, vendorApproved: vendorApproved === true };
    const decided = decide(product.body, command, decisionContext(context.clock));
    if (!decided.ok) refused.push({ ...decided.error, productId: product.id });
    else if (decided.value.changed) {
      writes.push(writeOf({ ...product, body: decided.value.next, from: product.version }).write);
    }
  }
  const lost = writes.length > 0 ? await context.products.putMany(tx, writes) : [];
  if (lost.length > 0) return changedMeanwhile;
  const changed = writes.length;
  const unchanged = products.length + missing.length - refused.length - changed;
  return ok({ changed, unchanged, refused, next });
}

interface Selected {
  readonly products: readonly StoredProduct[];
  readonly missing: readonly ProductId[];
  readonly next: string | null;
}

async function select(
  { products }: ProductContext,
  tx: Tx,
  type: 'submit' | 'approve',
  selection: Selection,
): Promise<Selected> {
  if ('productIds' in selection) {
    const wanted = [...new Set(selection.productIds)];
    const found = (await products.getMany(tx, wanted)).map(storedProduct);
    const known = new Set(found.map(({ id }) => id));
    return { products: found, missing: wanted.filter((id) => !known.has(id)), next: null };
  }
  const { vendorId, after } = selection;
  const found = await products.find(tx, {
    where: { status: waiting[type] },
    vendorId,
    after,
    limit: bulkLimit,
  });
  const next = found.length === bulkLimit ? (found.at(-1)?.id ?? null) : null;
  return { products: found.map(storedProduct), missing: [], next };
}
