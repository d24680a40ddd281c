import { assert, type CurrencyCode } from '@mkt/kernel';

export const PLATFORM_ACCOUNTS = [
  'clearing',
  'promotions',
  'taxPayable',
  'commission',
  'commissionTax',
  'fees',
] as const;
export type PlatformAccountName = (typeof PLATFORM_ACCOUNTS)[number];

export const VENDOR_ACCOUNTS = [
  'pending',
  'available',
  'reserve',
  'inTransit',
  'receivable',
] as const;
export type VendorAccountName = (typeof VENDOR_ACCOUNTS)[number];

/** A ledger account holds one currency. */
export type Account =
  | {
      readonly owner: 'platform';
      readonly name: PlatformAccountName;
      readonly currency: CurrencyCode;
    }
  | {
      readonly owner: 'vendor';
      readonly vendorId: string;
      readonly name: VendorAccountName;
      readonly currency: CurrencyCode;
    };

/** One side of a transaction: a debit is positive, a credit negative, never zero. */
export interface Entry {
  readonly account: Account;
  readonly amountMinor: number;
}

/** Stable text of an account: `platform:clearing:EUR`, `vendor:<id>:pending:EUR`. */
export function accountKey(account: Account): string {
  const { owner, name, currency } = account;
  return owner === 'platform'
    ? `platform:${name}:${currency}`
    : `vendor:${account.vendorId}:${name}:${currency}`;
}

/** The accounts of one currency, and of one of its vendors, under short names. */
export function accountsOf(currency: CurrencyCode) {
  return {
    platform: (name: PlatformAccountName): Account => ({ owner: 'platform', name, currency }),
    vendor: (vendorId: string, name: VendorAccountName): Account => ({
      owner: 'vendor',
      vendorId,
      name,
      currency,
    }),
  };
}

/**
 * Entries as they may be posted: zero ones left out, and summing to zero. An empty list is a
 * posting of nothing, which is no transaction.
 */
export function balanced(entries: readonly Entry[]): Entry[] {
  const sum = entries.reduce((soFar, entry) => soFar + entry.amountMinor, 0);
  assert(sum === 0, `A transaction is off balance by ${sum}`);
  assert(
    new Set(entries.map((entry) => entry.account.currency)).size <= 1,
    'A posting moves one currency',
  );
  return entries.filter((entry) => entry.amountMinor !== 0);
}

/** Moves an amount between two accounts: debits the first, credits the second. */
export function transfer(amount: number, debit: Account, credit: Account): Entry[] {
  assert(Number.isSafeInteger(amount) && amount >= 0, `Not an amount to move: ${amount}`);
  return balanced([
    { account: debit, amountMinor: amount },
    { account: credit, amountMinor: -amount },
  ]);
}
