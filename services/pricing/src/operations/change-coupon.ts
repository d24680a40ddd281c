import { type CouponId, ok, type Refusal, type Result, refuse } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { type Coupon, lockCoupon, saveCoupon } from '../store/coupons.ts';

export interface CouponChange {
  readonly couponId: CouponId;
  readonly active?: boolean | undefined;
  readonly endsAt?: Date | null | undefined;
  readonly usageLimit?: number | null | undefined;
  /** The version that the caller saw. */
  readonly expectedVersion: number | undefined;
}

/** Changes what may change of a coupon that was given out: never what it is worth. */
export async function changeCoupon(tx: Tx, change: CouponChange): Promise<Result<Coupon, Refusal>> {
  const known = await lockCoupon(tx, change.couponId);
  if (!known) return refuse('COUPON_NOT_FOUND', 'There is no such coupon.');
  if (change.expectedVersion !== undefined && change.expectedVersion !== known.version) {
    return refuse('VERSION_CONFLICT', `The coupon has version ${known.version} now.`);
  }
  const next = {
    ...known,
    active: change.active ?? known.active,
    endsAt: change.endsAt === undefined ? known.endsAt : change.endsAt,
    usageLimit: change.usageLimit === undefined ? known.usageLimit : change.usageLimit,
  };
  if (next.usageLimit !== null && next.usageLimit < known.used) {
    return refuse('LIMIT_BELOW_USE', `The coupon was used ${known.used} times already.`);
  }
  if (next.startsAt !== null && next.endsAt !== null && next.endsAt <= next.startsAt) {
    return refuse('COUPON_DATES_INVALID', 'A coupon must start before it ends.');
  }
  return ok(await saveCoupon(tx, next));
}
