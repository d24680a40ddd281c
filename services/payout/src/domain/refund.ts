import { assert, assertNatural, ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import { accountsOf, balanced, type Entry, type VendorAccountName } from './accounts.ts';
import type { LedgerAmounts } from './parts.ts';
import {
  platformEntries,
  type SaleTerms,
  type VendorAccountHolder,
  vendorCreditOf,
} from './postings.ts';

/** `return`: the commission is reversed with its tax. `keep`: both stay, the vendor bears them. */
export type CommissionPolicy = 'return' | 'keep';

/** What a vendor has when a refund is posted, as non-negative amounts. */
export interface VendorFunds {
  /** Of the refunded order alone. */
  readonly orderPending: number;
  /** Whether that order's hold is over: then nothing may become pending for it again. */
  readonly holdOver: boolean;
  readonly available: number;
  readonly reserve: number;
  /** What the vendor owes. */
  readonly receivable: number;
}

/** Reverses the capture of some units. Of units that were never captured nothing is posted. */
export function refundPosting(
  amounts: LedgerAmounts,
  terms: SaleTerms,
  policy: CommissionPolicy,
  funds: VendorFunds,
): Entry[] {
  const reversed = policy === 'return' ? amounts : { ...amounts, commission: 0, commissionTax: 0 };
  const platform = platformEntries(reversed, terms).map(({ account, amountMinor }) => ({
    account,
    amountMinor: -amountMinor,
  }));
  const fromVendor = settleWithVendor(vendorCreditOf(reversed, terms), terms, funds);
  return balanced([...platform, ...fromVendor]);
}

/** A refund of an amount that is not tied to units. */
export interface Goodwill {
  readonly amount: number;
  readonly bearer: 'vendor' | 'marketplace';
  /** What was captured for the order and not refunded yet. */
  readonly refundable: number;
}

/** Touches neither tax nor commission. What the marketplace gives is a promotion it pays for. */
export function goodwillPosting(
  goodwill: Goodwill,
  holder: VendorAccountHolder,
  funds: VendorFunds,
): Result<Entry[], Refusal> {
  const { amount, bearer, refundable } = goodwill;
  if (!Number.isSafeInteger(amount) || amount <= 0) {
    return refuse('REFUND_AMOUNT_INVALID', 'A refund of an amount needs an amount.');
  }
  if (amount > refundable) {
    return refuse('REFUND_EXCEEDS_CAPTURED', 'More than was paid cannot be refunded.', {
      refundable,
    });
  }
  const { platform } = accountsOf(holder.currency);
  const borne =
    bearer === 'vendor'
      ? settleWithVendor(amount, holder, funds)
      : [{ account: platform('promotions'), amountMinor: amount }];
  return ok(balanced([{ account: platform('clearing'), amountMinor: -amount }, ...borne]));
}

/**
 * Takes what a refund costs the vendor: from this order's pending, then available, then reserve;
 * what is still missing the vendor owes. On parts of a cent it can turn out in the vendor's
 * favour (a negative amount), and is credited.
 */
export function settleWithVendor(
  amount: number,
  holder: VendorAccountHolder,
  funds: VendorFunds,
): Entry[] {
  const { orderPending, available, reserve, receivable } = funds;
  for (const fund of [orderPending, available, reserve, receivable]) assertNatural(fund, 'fund');
  assert(Number.isSafeInteger(amount), `Not an amount to settle: ${amount}`);
  return amount < 0 ? creditBack(-amount, holder, funds) : take(amount, holder, funds);
}

function take(amount: number, holder: VendorAccountHolder, funds: VendorFunds): Entry[] {
  const pending = Math.min(amount, funds.orderPending);
  const available = Math.min(amount - pending, funds.available);
  const reserve = Math.min(amount - pending - available, funds.reserve);
  const receivable = amount - pending - available - reserve;
  return vendorEntries(holder, { pending, available, reserve, receivable });
}

/**
 * A debt is paid first: a capture that left the vendor owing is undone where it was posted. The
 * rest shares the fate of the order's other money, on hold or available.
 */
function creditBack(amount: number, holder: VendorAccountHolder, funds: VendorFunds): Entry[] {
  const receivable = Math.min(amount, funds.receivable);
  const rest = receivable - amount;
  return vendorEntries(holder, {
    receivable: -receivable,
    [funds.holdOver ? 'available' : 'pending']: rest,
  });
}

function vendorEntries(
  holder: VendorAccountHolder,
  amounts: Partial<Record<VendorAccountName, number>>,
): Entry[] {
  const { vendor } = accountsOf(holder.currency);
  return (Object.entries(amounts) as [VendorAccountName, number][])
    .filter(([, amountMinor]) => amountMinor !== 0)
    .map(([name, amountMinor]) => ({ account: vendor(holder.vendorId, name), amountMinor }));
}
