import type { RetentionRule } from '@mkt/service-kit';

/** A checkout that gave its coupons back is remembered only for a redemption that comes late. */
export const retention: readonly RetentionRule[] = [
  {
    table: 'coupon_redemptions',
    since: `(SELECT g.changed_at FROM redemption_groups g
             WHERE g.group_id = coupon_redemptions.group_id AND g.released)`,
    keepDays: 30,
    clock: 'database',
  },
  {
    table: 'redemption_groups',
    since: 'changed_at',
    keepDays: 30,
    clock: 'database',
    only: `released AND NOT EXISTS (
      SELECT 1 FROM coupon_redemptions r WHERE r.group_id = redemption_groups.group_id)`,
  },
];
