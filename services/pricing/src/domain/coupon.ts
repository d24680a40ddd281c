import { allocate, mulPpm, unreachable } from '@mkt/kernel';
import type { Coupon, CouponRefusalReason, CouponShare } from './types.ts';

/** What a coupon needs to know of an item. */
export interface DiscountableItem {
  readonly id: string;
  readonly kind: 'line' | 'shipping';
  readonly vendor: string;
  readonly base: number;
}

export interface CouponOutcome {
  /** By item id, in the order applied; an item without discounts has no entry. */
  readonly sharesByItem: ReadonlyMap<string, readonly CouponShare[]>;
  readonly applied: readonly {
    readonly code: string;
    readonly scope: string;
    readonly amount: number;
  }[];
  readonly refused: readonly { readonly code: string; readonly reason: CouponRefusalReason }[];
}

export const MARKETPLACE_SCOPE = 'marketplace';

/** Applies vendor coupons, then marketplace coupons, each to what the earlier ones left. */
export function applyCoupons(
  items: readonly DiscountableItem[],
  coupons: readonly Coupon[],
): CouponOutcome {
  const sharesByItem = new Map<string, CouponShare[]>();
  const applied: { code: string; scope: string; amount: number }[] = [];
  const refused: { code: string; reason: CouponRefusalReason }[] = [];
  for (const coupon of inOrderOfApplication(coupons)) {
    const reason = reasonToRefuse(coupon, items);
    if (reason !== null) {
      refused.push({ code: coupon.code, reason });
      continue;
    }
    const shares = sharesOf(coupon, items, (item) => leftOf(item, sharesByItem.get(item.id)));
    for (const [itemId, share] of shares) {
      sharesByItem.set(itemId, [...(sharesByItem.get(itemId) ?? []), share]);
    }
    const amount = shares.reduce((sum, [, share]) => sum + share.discount, 0);
    applied.push({ code: coupon.code, scope: coupon.scope, amount });
  }
  return { sharesByItem, applied, refused };
}

function inOrderOfApplication(coupons: readonly Coupon[]): Coupon[] {
  const isMarketplace = (coupon: Coupon) => coupon.scope === MARKETPLACE_SCOPE;
  return [...coupons.filter((coupon) => !isMarketplace(coupon)), ...coupons.filter(isMarketplace)];
}

function sees(coupon: Coupon, item: DiscountableItem): boolean {
  return coupon.scope === MARKETPLACE_SCOPE || coupon.scope === item.vendor;
}

/** Lines alone decide whether a coupon applies, also for one that makes shipping free. */
function reasonToRefuse(
  coupon: Coupon,
  items: readonly DiscountableItem[],
): CouponRefusalReason | null {
  const lines = items.filter((item) => item.kind === 'line' && sees(coupon, item));
  if (lines.length === 0) return 'COUPON_NOT_APPLICABLE';
  const undiscounted = lines.reduce((sum, line) => sum + line.base, 0);
  return undiscounted < (coupon.minimumAmount ?? 0) ? 'COUPON_MINIMUM_NOT_REACHED' : null;
}

function leftOf(item: DiscountableItem, shares: readonly CouponShare[] = []): number {
  return shares.reduce((left, share) => left - share.discount, item.base);
}

/** What the coupon takes off each item it sees, by item id; items it takes nothing off left out. */
function sharesOf(
  coupon: Coupon,
  items: readonly DiscountableItem[],
  left: (item: DiscountableItem) => number,
): [itemId: string, share: CouponShare][] {
  const kind = coupon.kind === 'freeShipping' ? 'shipping' : 'line';
  const seen = items.filter((item) => item.kind === kind && sees(coupon, item));
  const lefts = seen.map(left);
  const total = discountOf(
    coupon,
    lefts.reduce((sum, amount) => sum + amount, 0),
  );
  const discounts = allocate(total, lefts);
  return seen.flatMap((item, index): [string, CouponShare][] => {
    const discount = discounts[index] ?? 0;
    return discount === 0 ? [] : [[item.id, fund(coupon, discount)]];
  });
}

function discountOf(coupon: Coupon, left: number): number {
  switch (coupon.kind) {
    case 'percentage':
      return mulPpm(left, coupon.ratePpm);
    case 'fixed':
      return Math.min(coupon.amount, left);
    case 'freeShipping':
      return left;
    default:
      return unreachable(coupon);
  }
}

function fund(coupon: Coupon, discount: number): CouponShare {
  const vendorFunded = mulPpm(discount, coupon.vendorFundedPpm);
  const marketplaceFunded = discount - vendorFunded;
  return { code: coupon.code, discount, vendorFunded, marketplaceFunded };
}
