import type { RetentionRule } from '@mkt/service-kit';

/** A hold that ended only keeps a late repeat of its checkout from holding again. */
export const retention: readonly RetentionRule[] = [
  {
    table: 'reservation_groups',
    since: 'changed_at',
    keepDays: 30,
    clock: 'business',
    only: "state IN ('released', 'expired')",
  },
];
