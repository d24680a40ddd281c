import type { RetentionRule } from '@mkt/service-kit';

const nothingMergedInto = 'NOT EXISTS (SELECT 1 FROM carts m WHERE m.merged_into = carts.id)';

/** What was ordered is kept by the order; what nobody touched for half a year was left behind. */
export const retention: readonly RetentionRule[] = [
  {
    table: 'carts',
    since: 'updated_at',
    keepDays: 30,
    clock: 'database',
    only: `status <> 'open' AND ${nothingMergedInto}`,
  },
  {
    table: 'carts',
    since: 'updated_at',
    keepDays: 180,
    clock: 'database',
    only: `status = 'open' AND ${nothingMergedInto}`,
  },
];
