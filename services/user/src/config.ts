import type { Clock } from '@mkt/kernel';
import { systemClock } from '@mkt/kernel';
import type { Argon2Cost } from './passwords/phc.ts';

/** What may differ between installations and tests. */
export interface UserSettings {
  /**
   * Real time. Tokens, sessions and lock-outs guard against people, so moving the business clock
   * must neither end nor lengthen them.
   */
  readonly clock: Clock;
  readonly accessTokenSeconds: number;
  readonly vendorTokenSeconds: number;
  /** A session ends when it is not refreshed for this long, and at the latest after `sessionMaxDays`. */
  readonly sessionIdleDays: number;
  readonly sessionMaxDays: number;
  readonly argon2: Argon2Cost;
  /** Each hash holds `argon2.memoryKiB`, so few run at once; the rest wait, up to the limit. */
  readonly hashesAtOnce: number;
  readonly hashesWaiting: number;
  /** How long anybody may cache the public keys; a new key is published this long before it signs. */
  readonly jwksCacheSeconds: number;
}

export const defaultSettings: UserSettings = {
  clock: systemClock,
  accessTokenSeconds: 15 * 60,
  vendorTokenSeconds: 5 * 60,
  sessionIdleDays: 30,
  sessionMaxDays: 180,
  // The second of the equivalent settings that OWASP's password storage sheet names.
  argon2: { memoryKiB: 19_456, passes: 2, lanes: 1 },
  hashesAtOnce: 2,
  hashesWaiting: 64,
  jwksCacheSeconds: 60,
};
