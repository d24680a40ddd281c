import { ok, type ProductId, type Refusal, type Result, refuse } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { type Command, decide } from '../domain/lifecycle.ts';
import type { StoredProduct } from '../domain/snapshot.ts';
import { isApproved } from '../store/vendors.ts';
import {
  changedMeanwhile,
  decisionContext,
  type ProductContext,
  productNotFound,
} from './context.ts';
import { putProduct, storedProduct } from './write-product.ts';

/** Asks for what only an approved vendor may do; whether it is, is looked up here. */
interface VendorStep {
  readonly type: 'submit' | 'publish';
}
type OtherCommand = Exclude<Command, VendorStep | { type: 'create' }>;
export type ProductCommand = OtherCommand | VendorStep;

export interface Change {
  readonly productId: ProductId;
  readonly command: ProductCommand;
  /** The version the caller saw, where it said so. */
  readonly ifMatch?: number | undefined;
}

/** Carries out one command on one product that the transaction's scope can see. */
export async function changeProduct(
  { products, clock }: ProductContext,
  tx: Tx,
  { productId, command, ifMatch }: Change,
): Promise<Result<StoredProduct, Refusal>> {
  const found = await products.get(tx, productId);
  if (!found) return productNotFound;
  const before = storedProduct(found);
  if (ifMatch !== undefined && ifMatch !== before.version) return changedMeanwhile;
  const taken = await takenHandle(products, tx, before, command);
  if (taken) return refuse('HANDLE_TAKEN', `Another product has the handle “${taken}”.`);

  const whole = needsVendor(command)
    ? { ...command, vendorApproved: await isApproved(tx, before.vendorId) }
    : command;
  const decided = decide(before.body, whole, decisionContext(clock));
  if (!decided.ok) return decided;
  if (!decided.value.changed) return ok(before);
  const draft = { ...before, body: decided.value.next, from: before.version };
  const after = await putProduct(products, tx, draft);
  return after ? ok(after) : changedMeanwhile;
}

function needsVendor(command: ProductCommand): command is VendorStep {
  return command.type === 'submit' || command.type === 'publish';
}

async function takenHandle(
  products: ProductContext['products'],
  tx: Tx,
  before: StoredProduct,
  command: ProductCommand,
): Promise<string | null> {
  const handle = command.type === 'update' ? command.changes.handle : undefined;
  if (handle === undefined || handle === before.body.handle) return null;
  const { vendorId } = before;
  const others = await products.find(tx, { where: { handle }, vendorId, limit: 1 });
  return others.length > 0 ? handle : null;
}
