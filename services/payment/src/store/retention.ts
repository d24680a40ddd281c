import type { RetentionRule } from '@mkt/service-kit';

/**
 * Payments and movements are books and stay. A provider repeats a notice for days, and nobody pays
 * for a checkout that was given up a month ago.
 */
export const retention: readonly RetentionRule[] = [
  { table: 'webhook_events', since: 'received_at', keepDays: 90, clock: 'business' },
  { table: 'abandoned_groups', since: 'abandoned_at', keepDays: 30, clock: 'business' },
  { table: 'simulator_tokens', since: 'created_at', keepDays: 90, clock: 'business' },
  { table: 'simulator_webhooks', since: 'delivered_at', keepDays: 30, clock: 'business' },
];
