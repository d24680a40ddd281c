import { type OrderGroupId, type Refusal, type Result, type UserId, ok, refuse } from '@mkt/kernel';
import { type Database, RefusalError, platformScope } from '@mkt/service-kit';

/**
 * Counts coupons for a checkout. Each count is one conditional UPDATE, so that a limit holds however
 * many try at once; coupons are taken in the order of their ids, so that two never wait for each
 * other.
 */
export async function redeem(
  db: Database,
  groupId: OrderGroupId,
  shopperId: UserId,
  codes: readonly string[],
): Promise<Result<Record<string, never>, Refusal>> {
  try {
    return await db.transaction(platformScope, async (tx) => {
      const coupons = await tx.query(
        `INSERT INTO coupon_redemptions (coupon_id, group_id, shopper_id)
         SELECT id, $1, $2 FROM coupons
         WHERE upper(code) = ANY($3) AND active
           AND NOT EXISTS (SELECT 1 FROM released_groups WHERE group_id = $1)
         ORDER BY id
         ON CONFLICT DO NOTHING RETURNING coupon_id`,
        [groupId, shopperId, codes.map((code) => code.toUpperCase())],
      );
      for (const { coupon_id: couponId } of coupons) {
        const [counted] = await tx.query(
          `UPDATE coupons SET used = used + 1
           WHERE id = $1 AND (usage_limit IS NULL OR used < usage_limit)
           RETURNING per_shopper_limit`,
          [couponId],
        );
        if (!counted) throw new RefusalError(exhausted);
        const limit = counted.per_shopper_limit as number | null;
        if (limit === null) continue;
        const own = await tx.query(
          `INSERT INTO coupon_shoppers AS s (coupon_id, shopper_id, used) VALUES ($1, $2, 1)
           ON CONFLICT (coupon_id, shopper_id) DO UPDATE SET used = s.used + 1 WHERE s.used < $3
           RETURNING 1`,
          [couponId, shopperId, limit],
        );
        if (own.length === 0) throw new RefusalError(reached);
      }
      return ok({});
    });
  } catch (error) {
    if (error instanceof RefusalError) return refuse(error.refusal.code, error.refusal.detail);
    throw error;
  }
}

const exhausted: Refusal = {
  code: 'COUPON_EXHAUSTED',
  detail: 'A coupon was used up by others meanwhile. Take it out and check out again.',
};
const reached: Refusal = {
  code: 'COUPON_LIMIT_REACHED',
  detail: 'You have used a coupon as often as it allows. Take it out and check out again.',
};

/** Gives the counts of a failed checkout back, once, and lets none of it count any more. */
export async function releaseRedemptions(db: Database, groupId: OrderGroupId): Promise<void> {
  await db.query(
    `WITH closed AS (
       INSERT INTO released_groups (group_id) VALUES ($1) ON CONFLICT DO NOTHING),
     freed AS (
       UPDATE coupon_redemptions SET released = true WHERE group_id = $1 AND NOT released
       RETURNING coupon_id, shopper_id),
     by_shopper AS (
       UPDATE coupon_shoppers s SET used = s.used - 1 FROM freed f
       WHERE s.coupon_id = f.coupon_id AND s.shopper_id = f.shopper_id)
     UPDATE coupons c SET used = c.used - 1 FROM freed f WHERE c.id = f.coupon_id`,
    [groupId],
  );
}
