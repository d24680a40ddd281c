import type { Coupon } from '../operations/money-shapes.ts';
import { amount, tick } from './format.ts';
import type { Column } from './table.ts';

const percentOf = (ppm: number) => `${ppm / 10_000} %`;

/** `10 %`, `8.00 EUR`, `free shipping`. */
export function discountOf({ discount, currency }: Coupon): string {
  switch (discount.kind) {
    case 'percentage':
      return percentOf(discount.ratePpm);
    case 'fixed':
      return amount({ amountMinor: discount.amountMinor, currency });
    case 'freeShipping':
      return 'free shipping';
  }
}

type When = (timestamp: string | null) => string;

export function couponColumns(when: When): readonly Column<Coupon>[] {
  return [
    { title: 'CODE', value: ({ code }) => code },
    { title: 'GIVES', value: discountOf },
    { title: 'OF', value: ({ vendorId }) => (vendorId === null ? 'marketplace' : 'vendor') },
    { title: 'VENDOR PAYS', value: (one) => percentOf(one.vendorFundedPpm), align: 'right' },
    { title: 'USED', value: usedOf, align: 'right' },
    { title: 'ENDS', value: ({ endsAt }) => when(endsAt) },
    { title: 'WORKS', value: ({ active }) => tick(active) },
  ];
}

function usedOf({ used, usageLimit }: Coupon): string {
  return usageLimit === null ? String(used) : `${used} of ${usageLimit}`;
}

export function couponProperties(coupon: Coupon, when: When): [string, string][] {
  const { minimumMinor, currency, perShopperLimit } = coupon;
  const minimum = minimumMinor === null ? null : { amountMinor: minimumMinor, currency };
  return [
    ['Code', coupon.code],
    ['Id', coupon.couponId],
    ['Gives', discountOf(coupon)],
    ['Of', coupon.vendorId ?? 'the marketplace'],
    ['Vendor pays', percentOf(coupon.vendorFundedPpm)],
    ['From', amount(minimum)],
    ['Used', usedOf(coupon)],
    ['Per shopper', perShopperLimit === null ? 'any number' : String(perShopperLimit)],
    ['Starts', when(coupon.startsAt)],
    ['Ends', when(coupon.endsAt)],
    ['Works', tick(coupon.active)],
  ];
}
