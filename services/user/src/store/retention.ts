import type { RetentionRule } from '@mkt/service-kit';

/** Every log-in takes a few of these away as well; without log-ins they would stay. */
export const retention: readonly RetentionRule[] = [
  { table: 'sessions', since: 'expires_at', keepDays: 30, clock: 'database' },
  {
    table: 'login_attempts',
    since: 'greatest(last_at, locked_until)',
    keepDays: 7,
    clock: 'database',
  },
];
