import { newId, ok, type Refusal, type Result, refuse, type VendorId } from '@mkt/kernel';
import { isUniqueViolation, type Tx } from '@mkt/service-kit';
import { marketplaceCurrency } from '../config.ts';
import { decide } from '../domain/lifecycle.ts';
import type { ContentInput } from '../domain/product.ts';
import type { StoredProduct } from '../domain/snapshot.ts';
import { handleConstraint } from '../store/products.ts';
import { decisionContext, type ProductContext } from './context.ts';
import { putProduct } from './write-product.ts';

/** Adds a draft to a vendor's catalogue. */
export async function createProduct(
  { products, clock }: ProductContext,
  tx: Tx,
  { vendorId, content }: { readonly vendorId: VendorId; readonly content: ContentInput },
): Promise<Result<StoredProduct, Refusal>> {
  const command = { type: 'create', content, currency: marketplaceCurrency } as const;
  const decided = decide(null, command, decisionContext(clock));
  if (!decided.ok) return decided;
  // Looked for first, because a clash of keys ends the transaction with the request's key in it.
  const taken = await products.find(tx, { where: { handle: content.handle }, vendorId, limit: 1 });
  if (taken.length > 0) return handleTaken(content.handle);
  const draft = { id: newId<'Product'>(), vendorId, body: decided.value.next, from: 0 };
  const created = await putProduct(products, tx, draft);
  return created ? ok(created) : handleTaken(content.handle);
}

function handleTaken(handle: string): Result<never, Refusal> {
  return refuse('HANDLE_TAKEN', `Another product of yours has the handle “${handle}”.`, { handle });
}

/** Two requests at the same moment: the later one finds the handle taken as well. */
export async function refusingTakenHandles<T>(
  handle: string,
  work: () => Promise<Result<T, Refusal>>,
): Promise<Result<T, Refusal>> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error, handleConstraint)) return handleTaken(handle);
    throw error;
  }
}
