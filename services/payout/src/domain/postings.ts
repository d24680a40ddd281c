import { assert, type CurrencyCode } from '@mkt/kernel';
import { accountsOf, balanced, type Entry, transfer } from './accounts.ts';
import type { LedgerAmounts } from './parts.ts';

/** Whose sale it is, and who owes the tax on it: frozen with the order. */
export interface SaleTerms {
  readonly vendorId: string;
  readonly currency: CurrencyCode;
  readonly taxLiability: 'marketplace' | 'vendor';
}

/** A vendor in one currency. */
export interface VendorAccountHolder {
  readonly vendorId: string;
  readonly currency: CurrencyCode;
}

/** What a sale leaves the vendor. Negative when the tax on a commission exceeds the rest. */
export function vendorCreditOf(amounts: LedgerAmounts, terms: SaleTerms): number {
  return (
    amounts.payable +
    amounts.marketplaceFunded -
    taxOwedByMarketplace(amounts, terms) -
    amounts.commission -
    amounts.commissionTax
  );
}

/** The shopper has paid for some units; the vendor's rest is on hold, or owed if negative. */
export function capturePosting(amounts: LedgerAmounts, terms: SaleTerms): Entry[] {
  const { vendor } = accountsOf(terms.currency);
  const rest = vendorCreditOf(amounts, terms);
  return balanced([
    ...platformEntries(amounts, terms),
    { account: vendor(terms.vendorId, rest < 0 ? 'receivable' : 'pending'), amountMinor: -rest },
  ]);
}

/**
 * What an authorized vendor order will post in all, as a pending transaction: captures post it
 * part by part, a void withdraws what is left. It moves no balance.
 */
export function authorizationPosting(amounts: LedgerAmounts, terms: SaleTerms): Entry[] {
  return capturePosting(amounts, terms);
}

/** What the provider keeps for a payment. */
export function providerFeePosting(amount: number, currency: CurrencyCode): Entry[] {
  const { platform } = accountsOf(currency);
  return transfer(amount, platform('fees'), platform('clearing'));
}

/** The hold of an order is over: its pending amount becomes available, a part of it reserved. */
export function holdOverPosting(
  holder: VendorAccountHolder,
  pending: number,
  reserved: number,
): Entry[] {
  assert(reserved >= 0 && reserved <= pending, 'A reserve is a part of what was pending');
  const { vendor } = accountsOf(holder.currency);
  return balanced([
    { account: vendor(holder.vendorId, 'pending'), amountMinor: pending },
    { account: vendor(holder.vendorId, 'available'), amountMinor: reserved - pending },
    { account: vendor(holder.vendorId, 'reserve'), amountMinor: -reserved },
  ]);
}

/** A reserve has reached its release date. */
export function reserveReleasePosting(holder: VendorAccountHolder, amount: number): Entry[] {
  const { vendor } = accountsOf(holder.currency);
  return transfer(amount, vendor(holder.vendorId, 'reserve'), vendor(holder.vendorId, 'available'));
}

/** Later sales pay what the vendor owes: as much of it as is available. */
export function nettingPosting(
  holder: VendorAccountHolder,
  available: number,
  receivable: number,
): Entry[] {
  const { vendor } = accountsOf(holder.currency);
  return transfer(
    Math.max(0, Math.min(available, receivable)),
    vendor(holder.vendorId, 'available'),
    vendor(holder.vendorId, 'receivable'),
  );
}

/** A payout is handed to the rail. */
export function payoutStartedPosting(holder: VendorAccountHolder, amount: number): Entry[] {
  const { vendor } = accountsOf(holder.currency);
  return transfer(
    amount,
    vendor(holder.vendorId, 'available'),
    vendor(holder.vendorId, 'inTransit'),
  );
}

/** The rail confirms a payout: the money has left. */
export function payoutPaidPosting(holder: VendorAccountHolder, amount: number): Entry[] {
  const { platform, vendor } = accountsOf(holder.currency);
  return transfer(amount, vendor(holder.vendorId, 'inTransit'), platform('clearing'));
}

/** The rail returns a payout, before (`inTransit`) or after (`paid`) it was confirmed. */
export function payoutReturnedPosting(
  holder: VendorAccountHolder,
  amount: number,
  from: 'inTransit' | 'paid',
): Entry[] {
  const { platform, vendor } = accountsOf(holder.currency);
  const source = from === 'paid' ? platform('clearing') : vendor(holder.vendorId, 'inTransit');
  return transfer(amount, source, vendor(holder.vendorId, 'available'));
}

/** The marketplace's side of a capture. */
export function platformEntries(amounts: LedgerAmounts, terms: SaleTerms): Entry[] {
  const { platform } = accountsOf(terms.currency);
  return [
    { account: platform('clearing'), amountMinor: amounts.payable },
    { account: platform('promotions'), amountMinor: amounts.marketplaceFunded },
    { account: platform('taxPayable'), amountMinor: -taxOwedByMarketplace(amounts, terms) },
    { account: platform('commission'), amountMinor: -amounts.commission },
    { account: platform('commissionTax'), amountMinor: -amounts.commissionTax },
  ];
}

function taxOwedByMarketplace(amounts: LedgerAmounts, terms: SaleTerms): number {
  return terms.taxLiability === 'marketplace' ? amounts.tax : 0;
}
