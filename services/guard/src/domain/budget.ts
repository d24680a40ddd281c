import type { MeterName } from '@mkt/contracts';

/** How much of one metered resource was used within a period. */
export interface UsageTotal {
  readonly meter: MeterName;
  readonly amount: number;
}

/** The degrade ladder: how far the marketplace holds back to stay inside an allowance. */
export const degradeLevels = ['normal', 'thrift', 'essential', 'read-only', 'closed'] as const;
export type DegradeLevel = (typeof degradeLevels)[number];

/** What is known of one allowance at a moment. */
export interface Assessment {
  readonly meter: MeterName;
  readonly used: number;
  /** Null where no limit is known: unknown is never free. */
  readonly limit: number | null;
  readonly exhaustedAt: Date | null;
  readonly level: DegradeLevel;
}

/**
 * Judges usage against limits. The limits catalogue and the forecast implement this; without them
 * the guard meters and holds nothing back.
 */
export interface BudgetPolicy {
  assess(totals: readonly UsageTotal[], now: Date): readonly Assessment[];
}

export const meteringOnly: BudgetPolicy = {
  assess: (totals) =>
    totals.map(({ meter, amount }) => ({
      meter,
      used: amount,
      limit: null,
      exhaustedAt: null,
      level: 'normal',
    })),
};
