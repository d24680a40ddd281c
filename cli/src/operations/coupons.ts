import { type CurrencyCode, isCurrency, parseDecimal } from '@mkt/kernel';
import { type Api, type Listing, listAtMost } from '../adapters/api.ts';
import { Failure, usageFailure } from '../failure.ts';
import type { Coupon } from './money-shapes.ts';
import { isId } from './vendors.ts';

const searchedCoupons = 5_000;

export function listCoupons(api: Api, limit: number): Promise<Listing<Coupon>> {
  return listAtMost<Coupon>(api, '/v1/coupons', { limit });
}

/** A coupon by its code or id. */
export async function showCoupon(api: Api, coupon: string): Promise<Coupon> {
  const { items } = await listCoupons(api, searchedCoupons);
  const code = coupon.toUpperCase();
  const found = items.find((one) => one.code === code || (isId(coupon) && one.couponId === coupon));
  if (found) return found;
  throw new Failure(`There is no coupon ${coupon} that you may see.`, {
    code: 'COUPON_NOT_FOUND',
    next: 'List them: mkt coupon list',
  });
}

export interface CouponInput {
  readonly code: string;
  readonly currency: string;
  readonly percent?: number | undefined;
  /** Amounts are decimals of the currency: `8.00`. */
  readonly amount?: string | undefined;
  readonly freeShipping?: boolean | undefined;
  readonly minimum?: string | undefined;
  readonly vendorPays?: number | undefined;
  readonly startsAt?: string | undefined;
  readonly endsAt?: string | undefined;
  readonly usageLimit?: number | undefined;
  readonly perShopperLimit?: number | undefined;
}

export function createCoupon(api: Api, input: CouponInput): Promise<Coupon> {
  const { code, currency, minimum, vendorPays, startsAt, endsAt } = input;
  const { usageLimit, perShopperLimit } = input;
  return api.post<Coupon>('/v1/coupons', {
    code,
    currency,
    discount: discountOf(input),
    ...given({
      minimumMinor: minimum === undefined ? undefined : minorOf(minimum, currency),
      vendorFundedPpm: vendorPays === undefined ? undefined : ppmOf(vendorPays),
      startsAt,
      endsAt,
      usageLimit,
      perShopperLimit,
    }),
  });
}

function discountOf({ percent, amount, freeShipping, currency }: CouponInput): Coupon['discount'] {
  const ways = [percent, amount, freeShipping || undefined].filter((one) => one !== undefined);
  if (ways.length !== 1) {
    throw usageFailure('A coupon gives one thing.', 'Use --percent, --amount or --free-shipping');
  }
  if (percent !== undefined) return { kind: 'percentage', ratePpm: ppmOf(percent) };
  if (amount !== undefined) return { kind: 'fixed', amountMinor: minorOf(amount, currency) };
  return { kind: 'freeShipping' };
}

export interface CouponChange {
  readonly active?: boolean | undefined;
  readonly endsAt?: string | null | undefined;
  readonly usageLimit?: number | null | undefined;
}

export async function editCoupon(api: Api, named: string, change: CouponChange): Promise<Coupon> {
  const body = given(change);
  if (Object.keys(body).length === 0) {
    throw usageFailure('Nothing is to be changed.', 'See what can be: mkt coupon edit --help');
  }
  const { couponId, version } = await showCoupon(api, named);
  return api.patch<Coupon>(`/v1/coupons/${couponId}`, body, version);
}

/** Switches it off for good measure: orders that used it keep it. */
export async function endCoupon(api: Api, named: string): Promise<Coupon> {
  const { couponId } = await showCoupon(api, named);
  return api.delete<Coupon>(`/v1/coupons/${couponId}`);
}

/** Only what was said. */
export function given<Fields extends object>(fields: Fields): Partial<Fields> {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as Partial<Fields>;
}

/** Parts per million of a percentage with up to four decimals. */
export function ppmOf(percent: number): number {
  const ppm = Math.round(percent * 10_000);
  if (percent >= 0 && percent <= 100 && Math.abs(ppm - percent * 10_000) < 1e-6) return ppm;
  throw usageFailure(`${percent} is not a percentage.`, 'Between 0 and 100, with four decimals');
}

export function minorOf(text: string, currency: string): number {
  if (!isCurrency(currency)) throw usageFailure(`"${currency}" is not a currency.`, 'Such as: EUR');
  const parsed = parseDecimal(text, currency as CurrencyCode);
  if (parsed.ok && parsed.value.amountMinor >= 0) return parsed.value.amountMinor;
  throw usageFailure(`"${text}" is not an amount of ${currency}.`, 'Write it so: 8.00');
}
