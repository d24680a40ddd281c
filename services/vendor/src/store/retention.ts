import type { RetentionRule } from '@mkt/service-kit';

/** An invitation that was not taken names a person who never came. */
export const retention: readonly RetentionRule[] = [
  {
    table: 'invitations',
    since: 'expires_at',
    keepDays: 90,
    clock: 'business',
    only: 'accepted_by IS NULL',
  },
];
