import type { OrderGroupId, UserId } from '@mkt/kernel';
import { type Database, platformScope } from '@mkt/service-kit';

export interface Redemption {
  readonly groupId: OrderGroupId;
  readonly shopperId: UserId;
  /** In upper case, without repeats. */
  readonly codes: readonly string[];
}

export interface RedemptionOutcome {
  /** What the group stood for already; then nothing was counted. */
  readonly state: 'redeemed' | 'released' | null;
  /** False where a code does not exist; then nothing was counted. */
  readonly complete: boolean;
}

/** The constraint that refuses one use too many of a shopper. */
export const shopperLimitConstraint = 'coupon_shoppers_limit';

// Coupons are locked in one order for every rival and counted from what they are under lock.
// PostgreSQL checks a constraint on the row as the statement first saw it, so the count is written
// from `locked`. One use too many breaks a constraint, which undoes the whole statement.
const redeemSql = `
  WITH existing AS (SELECT released FROM redemption_groups WHERE group_id = $1),
  locked AS MATERIALIZED (
    SELECT c.* FROM coupons c
    WHERE upper(c.code) = ANY ($3::text[]) AND NOT EXISTS (SELECT FROM existing)
    ORDER BY c.id FOR UPDATE OF c),
  usable AS MATERIALIZED (
    SELECT * FROM locked WHERE (SELECT count(*) FROM locked) = cardinality($3::text[])),
  grouped AS (
    INSERT INTO redemption_groups (group_id) SELECT $1 WHERE EXISTS (SELECT FROM usable)),
  noted AS (
    INSERT INTO coupon_redemptions (coupon_id, group_id, shopper_id) SELECT id, $1, $2 FROM usable),
  by_shopper AS (
    INSERT INTO coupon_shoppers AS s (coupon_id, shopper_id, used, usage_limit)
    SELECT id, $2, 1, per_shopper_limit FROM usable ORDER BY id
    ON CONFLICT (coupon_id, shopper_id)
      DO UPDATE SET used = s.used + 1, usage_limit = excluded.usage_limit),
  counted AS (
    UPDATE coupons c SET used = u.used + 1, usage_limit = u.usage_limit
    FROM usable u WHERE c.id = u.id)
  SELECT (SELECT released FROM existing) AS released, EXISTS (SELECT FROM usable) AS complete`;

/** Throws a check violation at a limit, and a unique violation where a rival request won. */
export async function countRedemption(
  db: Database,
  { groupId, shopperId, codes }: Redemption,
): Promise<RedemptionOutcome> {
  const [row] = await db.query(redeemSql, [groupId, shopperId, codes]);
  const released = (row?.released ?? null) as boolean | null;
  return {
    state: released === null ? null : released ? 'released' : 'redeemed',
    complete: row?.complete === true,
  };
}

/** Gives the counts of a failed checkout back, once, and lets none of it count any more. */
export async function releaseRedemptions(db: Database, groupId: OrderGroupId): Promise<void> {
  await db.transaction(platformScope, async (tx) => {
    // Waits for a redemption of the group that is under way; the next statement sees it.
    const closed = await tx.query(
      `INSERT INTO redemption_groups AS g (group_id, released) VALUES ($1, true)
       ON CONFLICT (group_id) DO UPDATE SET released = true, changed_at = now()
       WHERE NOT g.released RETURNING 1`,
      [groupId],
    );
    if (closed.length === 0) return;
    await tx.query(
      `WITH locked AS MATERIALIZED (
         SELECT c.id, c.used, r.shopper_id FROM coupons c
         JOIN coupon_redemptions r ON r.coupon_id = c.id AND r.group_id = $1
         ORDER BY c.id FOR UPDATE OF c),
       by_shopper AS (
         UPDATE coupon_shoppers s SET used = s.used - 1 FROM locked l
         WHERE s.coupon_id = l.id AND s.shopper_id = l.shopper_id)
       UPDATE coupons c SET used = l.used - 1 FROM locked l WHERE c.id = l.id`,
      [groupId],
    );
  });
}
