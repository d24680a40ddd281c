import { isDeepStrictEqual } from 'node:util';
import {
  assert,
  type CurrencyCode,
  ok,
  type Refusal,
  type Result,
  refuse,
  unreachable,
  type VariantId,
} from '@mkt/kernel';
import { checkContent, identifyVariants, missingFrom } from './content.ts';
import type { ContentInput, Product, ProductStatus } from './product.ts';

export type Command =
  | { readonly type: 'create'; readonly content: ContentInput; readonly currency: CurrencyCode }
  | { readonly type: 'update'; readonly changes: Partial<ContentInput> }
  | { readonly type: 'submit' | 'publish'; readonly vendorApproved: boolean }
  | { readonly type: 'approve' | 'archive' | 'unarchive' }
  | { readonly type: 'requestChanges' | 'reject'; readonly reason: string };

/** Time and ids come in with the command, so that a decision can be repeated. */
export interface DecisionContext {
  readonly now: Date;
  readonly newVariantId: () => VariantId;
}

/** `changed` is false where the product already is as the command wants it: nothing is written. */
export interface Decision {
  readonly next: Product;
  readonly changed: boolean;
}

/** What a product may become. `null` is a product that does not exist yet. */
export function decide(
  state: Product | null,
  command: Command,
  context: DecisionContext,
): Result<Decision, Refusal> {
  if (command.type === 'create') {
    assert(state === null, 'A product is created once');
    return create(command.content, command.currency, context);
  }
  assert(state, `There is nothing to ${command.type}`);
  switch (command.type) {
    case 'update':
      return update(state, command.changes, context);
    case 'submit':
      return submit(state, command.vendorApproved, context.now);
    case 'approve':
      return approve(state, context.now);
    case 'requestChanges':
      return turnBack(state, 'changesRequested', command.reason, context.now);
    case 'reject':
      return turnBack(state, 'rejected', command.reason, context.now);
    case 'publish':
      return publish(state, command.vendorApproved, context.now);
    case 'archive':
      return state.status === 'archived' ? same(state) : to(state, 'archived', context.now);
    case 'unarchive':
      return unarchive(state, context.now);
    default:
      return unreachable(command);
  }
}

function create(
  content: ContentInput,
  currency: CurrencyCode,
  { now, newVariantId }: DecisionContext,
): Result<Decision, Refusal> {
  const checked = checkContent(content);
  if (!checked.ok) return checked;
  const variants = identifyVariants([], content.variants, newVariantId);
  if (!variants.ok) return variants;
  const at = now.toISOString();
  const next: Product = {
    ...content,
    variants: variants.value,
    status: 'draft',
    currency,
    reviewNote: null,
    submittedAt: null,
    publishedAt: null,
    createdAt: at,
    updatedAt: at,
  };
  return ok({ next, changed: true });
}

/**
 * An edit leaves a product where it is in its life: what is on sale stays on sale, with a new
 * version that operators see. Only a rejected product starts over as a draft. What shoppers or
 * operators look at cannot lose what it needs to be bought.
 */
function update(
  state: Product,
  changes: Partial<ContentInput>,
  { now, newVariantId }: DecisionContext,
): Result<Decision, Refusal> {
  const content: ContentInput = { ...state, ...changes };
  const checked = checkContent(content);
  if (!checked.ok) return checked;
  const variants = identifyVariants(state.variants, content.variants, newVariantId);
  if (!variants.ok) return variants;
  const edited: Product = { ...state, ...changes, variants: variants.value };
  if (isDeepStrictEqual(edited, state)) return same(state);
  const missing = isExposed(state.status) ? missingFrom(edited) : [];
  if (missing.length > 0) return incomplete(missing);
  return to(edited, state.status === 'rejected' ? 'draft' : state.status, now);
}

function isExposed(status: ProductStatus): boolean {
  return status === 'submitted' || status === 'approved' || status === 'published';
}

function submit(state: Product, vendorApproved: boolean, now: Date): Result<Decision, Refusal> {
  if (isExposed(state.status)) return same(state);
  if (state.status === 'archived') return wrongState(state, 'submitted', 'Take it out first.');
  if (state.status === 'rejected') return wrongState(state, 'submitted', 'Change it first.');
  if (!vendorApproved) return vendorNotApproved;
  const missing = missingFrom(state);
  if (missing.length > 0) return incomplete(missing);
  return to({ ...state, reviewNote: null, submittedAt: now.toISOString() }, 'submitted', now);
}

function approve(state: Product, now: Date): Result<Decision, Refusal> {
  if (state.status === 'approved' || state.status === 'published') return same(state);
  if (state.status !== 'submitted') {
    return wrongState(state, 'approved', 'Only a submitted product is approved.');
  }
  return state.publishOnApproval ? onSale(state, now) : to(state, 'approved', now);
}

/** An operator may also take back what was approved, which takes it off sale. */
function turnBack(
  state: Product,
  status: 'changesRequested' | 'rejected',
  reason: string,
  now: Date,
): Result<Decision, Refusal> {
  if (state.status === status) return same(state);
  if (!isExposed(state.status)) {
    return wrongState(state, 'turned back', 'It is with its vendor, not with an operator.');
  }
  return to({ ...state, reviewNote: reason }, status, now);
}

function publish(state: Product, vendorApproved: boolean, now: Date): Result<Decision, Refusal> {
  if (state.status === 'published') return same(state);
  if (state.status !== 'approved') {
    return wrongState(state, 'published', 'Submit it; an operator approves it first.');
  }
  return vendorApproved ? onSale(state, now) : vendorNotApproved;
}

/** Back to a draft: it is reviewed again before it is sold again. */
function unarchive(state: Product, now: Date): Result<Decision, Refusal> {
  if (state.status === 'archived') return to(state, 'draft', now);
  return state.status === 'draft'
    ? same(state)
    : wrongState(state, 'taken out of the archive', 'It is not in there.');
}

function onSale(state: Product, now: Date): Result<Decision, Refusal> {
  return to({ ...state, publishedAt: now.toISOString() }, 'published', now);
}

function to(state: Product, status: ProductStatus, now: Date): Result<Decision, Refusal> {
  return ok({ next: { ...state, status, updatedAt: now.toISOString() }, changed: true });
}

function same(state: Product): Result<Decision, Refusal> {
  return ok({ next: state, changed: false });
}

function incomplete(missing: readonly string[]): Result<Decision, Refusal> {
  return refuse('PRODUCT_INCOMPLETE', `The product still needs: ${missing.join(', ')}.`, {
    missing,
  });
}

function wrongState(state: Product, wanted: string, advice: string): Result<Decision, Refusal> {
  const detail = `A product that is ${state.status} cannot be ${wanted}. ${advice}`;
  return refuse('PRODUCT_STATE', detail, { status: state.status });
}

const vendorNotApproved = refuse(
  'VENDOR_NOT_APPROVED',
  'The marketplace has not approved this vendor, or has suspended it.',
);
