import type { RetentionRule } from '@mkt/service-kit';

/** A report is repeated within minutes or not at all. */
export const retention: readonly RetentionRule[] = [
  { table: 'usage_reports', since: 'received_at', keepDays: 7, clock: 'database' },
];
