import { readFileSync } from 'node:fs';
import type { CommissionComponent } from '../../services/payout/src/domain/commission-rules.ts';
import type { SaleTerms } from '../../services/payout/src/domain/postings.ts';
import type { QuoteInput } from '../../services/pricing/src/domain/types.ts';

/** The worked examples, as the file has them. */
export interface MoneyExample {
  readonly name: string;
  readonly input: QuoteInput & {
    readonly taxLiability: SaleTerms['taxLiability'];
    readonly commission: {
      readonly includeShipping: boolean;
      readonly taxPpm: number;
      readonly default: readonly CommissionComponent[];
      readonly byVendor: Readonly<Record<string, readonly CommissionComponent[]>>;
    };
  };
  readonly expected: ExpectedAmounts;
}

export interface ExpectedAmounts {
  readonly items: readonly ExpectedItem[];
  readonly coupons: readonly { readonly code: string; readonly amount: number }[];
  readonly refusedCoupons: readonly { readonly code: string; readonly reason: string }[];
  readonly total: number;
  readonly vendorOrders: readonly ExpectedVendorOrder[];
  readonly refunds: readonly ExpectedRefund[];
}

export interface ExpectedItem {
  readonly id: string;
  readonly base: number;
  readonly discount: number;
  readonly vendorFunded: number;
  readonly marketplaceFunded: number;
  readonly net: number;
  readonly tax: number;
  readonly payable: number;
  readonly commissionBase: number;
  readonly commission: number;
  readonly commissionTax: number;
}

/** Signed amounts by `platform:<account>`, and `vendor:<id>` for the vendor's accounts together. */
export type ExpectedPosting = Readonly<Record<string, number>>;

export interface ExpectedVendorOrder {
  readonly vendor: string;
  readonly payable: number;
  readonly tax: number;
  readonly marketplaceFunded: number;
  readonly vendorFunded: number;
  readonly commission: number;
  readonly commissionTax: number;
  readonly vendorCredit: number;
  readonly capture: ExpectedPosting;
}

export interface ExpectedRefund {
  readonly line: string;
  readonly afterUnits: number;
  readonly units: number;
  readonly refund: number;
  readonly policyReturnCommission: ExpectedPosting;
  readonly policyKeepCommission: ExpectedPosting;
}

export function readExamples(): readonly MoneyExample[] {
  const file = process.env['MONEY_EXAMPLES'] ?? new URL('examples.json', import.meta.url);
  const { version, examples } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly version: number;
    readonly examples: readonly MoneyExample[];
  };
  if (version !== 1 || examples.length === 0) {
    throw new Error(`${String(file)} holds no examples of version 1.`);
  }
  return examples;
}
