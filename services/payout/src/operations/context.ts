import type { Clock } from '@mkt/kernel';
import type { Database, Logger } from '@mkt/service-kit';
import type { PayoutConfig } from '../config.ts';
import type { BankRail } from '../rail/port.ts';

/** What the operations of this service work with. */
export interface PayoutContext {
  readonly db: Database;
  readonly clock: Clock;
  readonly config: PayoutConfig;
  readonly rail: BankRail;
  readonly log: Logger;
  /** A hold, a reserve or a payout is due at that time. */
  armAt(dueAt: Date): void;
}

export function later(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms);
}
