import type { Money } from '@mkt/kernel';

// What the command line looks into of coupons, commission and payments; see shapes.ts.

export interface Coupon {
  readonly couponId: string;
  readonly vendorId: string | null;
  readonly code: string;
  readonly discount:
    | { readonly kind: 'percentage'; readonly ratePpm: number }
    | { readonly kind: 'fixed'; readonly amountMinor: number }
    | { readonly kind: 'freeShipping' };
  readonly currency: Money['currency'];
  readonly vendorFundedPpm: number;
  readonly minimumMinor: number | null;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  readonly usageLimit: number | null;
  readonly perShopperLimit: number | null;
  readonly used: number;
  readonly active: boolean;
  readonly version: number;
}

export interface RuleSet {
  readonly ruleSetId: string;
  readonly vendorId: string | null;
  readonly rules: readonly CommissionRule[] | null;
  readonly includeShipping: boolean | null;
  readonly taxPpm: number | null;
  readonly validFrom: string;
  readonly version: number;
}

export interface CommissionRule {
  readonly kind: string;
  readonly ratePpm?: number;
  readonly amount?: number;
  readonly bands?: readonly { readonly upTo: number | null; readonly ratePpm: number }[];
}

export interface CommissionPreview {
  readonly from: string;
  readonly to: string;
  readonly items: readonly PreviewRow[];
}

export interface PreviewRow {
  readonly vendorId: string;
  readonly currency: Money['currency'];
  readonly orders: number;
  readonly was: { readonly commission: Money; readonly tax: Money };
  readonly wouldBe: { readonly commission: Money; readonly tax: Money };
}

export const paymentStatuses = [
  'authorized',
  'requiresAction',
  'declined',
  'unknown',
  'voided',
  'pending',
] as const;

export interface Payment {
  readonly paymentId: string;
  readonly groupId: string;
  readonly status: (typeof paymentStatuses)[number];
  readonly amount: Money;
  readonly declineCode: string | null;
  readonly releaseDue: boolean;
  readonly shares: readonly PaymentShare[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly placedAt: string | null;
}

export interface PaymentShare {
  readonly orderId: string;
  readonly vendorId: string;
  readonly authorized: Money;
  readonly captured: Money;
  readonly voided: Money;
  readonly refunded: Money;
}

export interface PaymentDetail extends Payment {
  readonly movements: readonly {
    readonly movementId: string;
    readonly kind: string;
    readonly status: string;
    readonly amount: Money;
    readonly fee: Money | null;
    readonly reason: string | null;
    readonly createdAt: string;
    readonly settledAt: string | null;
  }[];
}
