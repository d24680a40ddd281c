/** How far the marketplace holds back to stay inside an allowance, least first. */
export const ladderLevels = ['normal', 'thrift', 'essential', 'read-only'] as const;
export type LadderLevel = (typeof ladderLevels)[number];

/** What a level does to visits. Shoppers can buy up to and with `essential`. */
export interface LadderEffects {
  /** Public pages are kept so many times longer. */
  readonly ttlTimes: number;
  /** Bots get what a cache holds, or nothing at all. */
  readonly bots: 'served' | 'from-cache' | 'refused';
  /** Bulk edits and vendors' changes are taken. */
  readonly edits: boolean;
  /** Carts and checkouts are taken. */
  readonly sales: boolean;
}

export const ladder: Readonly<Record<LadderLevel, LadderEffects>> = {
  normal: { ttlTimes: 1, bots: 'served', edits: true, sales: true },
  thrift: { ttlTimes: 60, bots: 'from-cache', edits: true, sales: true },
  essential: { ttlTimes: 360, bots: 'refused', edits: false, sales: true },
  'read-only': { ttlTimes: 360, bots: 'refused', edits: false, sales: false },
};

/** Ahead of the clock by so much of the allowance before anything is held back. */
const slack = 0.03;

/**
 * The level for an allowance of which `used` (0 to 1) is spent when `elapsed` (0 to 1) of its period
 * is over: spending faster than the clock is thrift, little left is essential.
 */
export function levelFor(used: number, elapsed: number): LadderLevel {
  if (used >= 0.98) return 'read-only';
  if (used >= 0.85 && used > elapsed) return 'essential';
  return used > elapsed + slack ? 'thrift' : 'normal';
}

export const worst = (levels: readonly LadderLevel[]): LadderLevel =>
  levels.reduce<LadderLevel>(
    (most, one) => (ladderLevels.indexOf(one) > ladderLevels.indexOf(most) ? one : most),
    'normal',
  );
