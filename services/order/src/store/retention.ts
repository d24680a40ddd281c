import type { RetentionRule } from '@mkt/service-kit';

/** An attempt that sold nothing still names a person and an address. */
export const retention: readonly RetentionRule[] = [
  {
    table: 'order_groups',
    since: 'created_at',
    keepDays: 90,
    clock: 'business',
    only: "status IN ('failed', 'expired')",
  },
];
