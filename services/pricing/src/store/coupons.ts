import type { CouponId, CurrencyCode, VendorId } from '@mkt/kernel';
import type { Row, Tx } from '@mkt/service-kit';

export type Discount =
  | { readonly kind: 'percentage'; readonly ratePpm: number }
  | { readonly kind: 'fixed'; readonly amountMinor: number }
  | { readonly kind: 'freeShipping' };

export interface Coupon {
  readonly couponId: CouponId;
  /** Null for a marketplace coupon. */
  readonly vendorId: VendorId | null;
  readonly code: string;
  readonly discount: Discount;
  readonly currency: CurrencyCode;
  readonly vendorFundedPpm: number;
  readonly minimumMinor: number | null;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly usageLimit: number | null;
  readonly perShopperLimit: number | null;
  readonly used: number;
  readonly active: boolean;
  readonly version: number;
}

/** Newest first, one more than the limit where there is more; the scope decides whose. */
export async function listCoupons(tx: Tx, after: string | null, limit: number): Promise<Coupon[]> {
  const rows = await tx.query(
    `SELECT * FROM coupons WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
    [after, limit + 1],
  );
  return rows.map(couponOf);
}

/** Undefined where the code is taken: a vendor cannot see whose it is, so the key decides. */
export async function insertCoupon(
  tx: Tx,
  coupon: Omit<Coupon, 'used' | 'active' | 'version'>,
): Promise<Coupon | undefined> {
  const { discount } = coupon;
  const [row] = await tx.query(
    `INSERT INTO coupons (id, vendor_id, code, kind, rate_ppm, amount_minor, currency,
       minimum_minor, vendor_funded_ppm, starts_at, ends_at, usage_limit, per_shopper_limit)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT DO NOTHING RETURNING *`,
    [
      coupon.couponId,
      coupon.vendorId,
      coupon.code,
      discount.kind,
      discount.kind === 'percentage' ? discount.ratePpm : null,
      discount.kind === 'fixed' ? discount.amountMinor : null,
      coupon.currency,
      coupon.minimumMinor,
      coupon.vendorFundedPpm,
      coupon.startsAt,
      coupon.endsAt,
      coupon.usageLimit,
      coupon.perShopperLimit,
    ],
  );
  return row && couponOf(row);
}

export async function lockCoupon(tx: Tx, couponId: CouponId): Promise<Coupon | undefined> {
  const [row] = await tx.query('SELECT * FROM coupons WHERE id = $1 FOR UPDATE', [couponId]);
  return row && couponOf(row);
}

/** Stores what can change of a coupon as its next version. */
export async function saveCoupon(tx: Tx, coupon: Coupon): Promise<Coupon> {
  const version = coupon.version + 1;
  await tx.query(
    `UPDATE coupons SET active = $2, ends_at = $3, usage_limit = $4, version = $5 WHERE id = $1`,
    [coupon.couponId, coupon.active, coupon.endsAt, coupon.usageLimit, version],
  );
  return { ...coupon, version };
}

function couponOf(row: Row): Coupon {
  return {
    couponId: row.id,
    vendorId: row.vendor_id,
    code: row.code,
    discount: discountOf(row),
    currency: row.currency,
    vendorFundedPpm: row.vendor_funded_ppm,
    minimumMinor: row.minimum_minor,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    usageLimit: row.usage_limit,
    perShopperLimit: row.per_shopper_limit,
    used: row.used,
    active: row.active,
    version: row.version,
  };
}

function discountOf(row: Row): Discount {
  if (row.kind === 'percentage') return { kind: 'percentage', ratePpm: row.rate_ppm };
  if (row.kind === 'fixed') return { kind: 'fixed', amountMinor: row.amount_minor };
  return { kind: 'freeShipping' };
}
