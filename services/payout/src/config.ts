import type { CommissionPolicy } from './domain/refund.ts';

/** Settings of the payout service. */
export interface PayoutConfig {
  /** How long a sale's money stays on hold after its delivery. */
  readonly holdMs: number;
  /** The part of it that is reserved when the hold is over, and for how long. */
  readonly reservePpm: number;
  readonly reserveMs: number;
  /** What a refund of units does to the commission. */
  readonly commissionPolicy: CommissionPolicy;
  /** Pause between questions to the bank about a payout that is under way. */
  readonly askRailMs: number;
  /** How long a paid payout may still come back. */
  readonly returnWindowMs: number;
  /** How long the simulated bank takes. */
  readonly railSettlesAfterMs: number;
}

const dayMs = 86_400_000;

export const payoutDefaults: PayoutConfig = {
  holdMs: 7 * dayMs,
  reservePpm: 0,
  reserveMs: 90 * dayMs,
  commissionPolicy: 'return',
  askRailMs: 3_600_000,
  returnWindowMs: 3 * dayMs,
  railSettlesAfterMs: dayMs,
};
