import type { CurrencyCode } from '@mkt/kernel';

// Every amount in this folder is in minor units of the quote's one currency; rates are in parts
// per million. A vendor is named by its id.

/** `exclusive`: tax is added to the price. `inclusive`: the price contains it. */
export type TaxMode = 'exclusive' | 'inclusive';

export interface QuoteLine {
  readonly id: string;
  readonly vendor: string;
  readonly unitAmount: number;
  readonly quantity: number;
  readonly taxCategory: string;
}

/** What one vendor charges to ship its lines. */
export interface ShippingCharge {
  readonly vendor: string;
  readonly amount: number;
}

interface CouponTerms {
  readonly code: string;
  /** The vendor whose lines the coupon sees, or `marketplace` for all lines. */
  readonly scope: string;
  /** The share of the discount that the vendor bears; the marketplace bears the rest. */
  readonly vendorFundedPpm: number;
  /** What the undiscounted bases of the lines it sees must come to. */
  readonly minimumAmount?: number;
}

export type Coupon = CouponTerms &
  (
    | { readonly kind: 'percentage'; readonly ratePpm: number }
    | { readonly kind: 'fixed'; readonly amount: number }
    | { readonly kind: 'freeShipping' }
  );

export interface QuoteInput {
  readonly currency: CurrencyCode;
  readonly taxMode: TaxMode;
  /** Is what the marketplace pays for the shopper consideration (true) or a price reduction? */
  readonly marketplaceFundingTaxed: boolean;
  /** By tax category; shipping items are of the category `shipping`. */
  readonly taxRatesPpm: Readonly<Record<string, number>>;
  /** In cart order, which decides who gets a remainder cent. */
  readonly lines: readonly QuoteLine[];
  /** At most one per vendor. */
  readonly shipping: readonly ShippingCharge[];
  /** In the order entered. */
  readonly coupons: readonly Coupon[];
}

/** What one coupon took off one item, and who pays for it. */
export interface CouponShare {
  readonly code: string;
  readonly discount: number;
  readonly vendorFunded: number;
  readonly marketplaceFunded: number;
}

/** A priced line or shipping charge with the explanation of its every cent. */
export interface QuotedItem {
  /** The line's id, or `shipping:<vendor>`. */
  readonly id: string;
  readonly kind: 'line' | 'shipping';
  readonly vendor: string;
  readonly unitAmount: number;
  readonly quantity: number;
  readonly base: number;
  readonly discount: number;
  readonly vendorFunded: number;
  readonly marketplaceFunded: number;
  readonly taxCategory: string;
  readonly taxRatePpm: number;
  readonly net: number;
  readonly tax: number;
  readonly payable: number;
  /** The coupons that took something off, in the order they applied. */
  readonly coupons: readonly CouponShare[];
}

export type CouponRefusalReason = 'COUPON_NOT_APPLICABLE' | 'COUPON_MINIMUM_NOT_REACHED';

/** A vendor order's share of the quote: sums of its own items. */
export interface VendorShare {
  readonly vendor: string;
  readonly payable: number;
  readonly tax: number;
  readonly marketplaceFunded: number;
  readonly vendorFunded: number;
}

export interface QuoteOutput {
  readonly currency: CurrencyCode;
  readonly taxMode: TaxMode;
  readonly marketplaceFundingTaxed: boolean;
  /** Lines in cart order, then shipping items. */
  readonly items: readonly QuotedItem[];
  /** In the order they applied. */
  readonly coupons: readonly {
    readonly code: string;
    readonly scope: string;
    readonly amount: number;
  }[];
  readonly refusedCoupons: readonly {
    readonly code: string;
    readonly reason: CouponRefusalReason;
  }[];
  readonly total: number;
  /** By vendor id. */
  readonly vendors: readonly VendorShare[];
}
