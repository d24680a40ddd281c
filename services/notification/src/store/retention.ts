import type { RetentionRule } from '@mkt/service-kit';

/** Letters are the inbox and the local mailbox as well; a delivery is kept for its log. */
export const retention: readonly RetentionRule[] = [
  {
    table: 'messages',
    since: 'created_at',
    keepDays: 180,
    clock: 'business',
    only: "state IN ('sent', 'failed')",
  },
  {
    table: 'webhook_deliveries',
    since: 'created_at',
    keepDays: 30,
    clock: 'business',
    only: "state IN ('sent', 'failed')",
  },
];
