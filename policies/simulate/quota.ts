/** One allowance over the month, hour by hour. */
export interface Quota {
  /** Id in the limits catalogue, or `profile.…` for what the machines can do. */
  readonly limitId: string;
  /** Which of several, where each project has its own. */
  readonly instance: string | null;
  readonly resource: string;
  readonly unit: string;
  readonly period: string;
  readonly limit: number;
  readonly whenExceeded: string;
  /** At the end of the period, or at its worst. */
  readonly used: number;
  /** `used / limit`. */
  readonly share: number;
  /** The first hour of the month in which it is over; null where it lasts or is not of the month. */
  readonly exhaustedAtHour: number | null;
  readonly arithmetic: string;
  /** What counts against the limit at the end of each hour. */
  readonly levels: Float64Array;
}

export type QuotaFacts = Omit<Quota, 'used' | 'share' | 'exhaustedAtHour' | 'levels'>;

/** A quota of which each hour spends something, until its period begins anew. */
export function flowQuota(facts: QuotaFacts, spent: Float64Array): Quota {
  return quotaOf(facts, levelsOf(facts.period, spent));
}

/** A quota of which only the worst moment counts. */
export function peakQuota(facts: QuotaFacts, levels: Float64Array): Quota {
  return quotaOf(facts, levels);
}

function quotaOf(facts: QuotaFacts, levels: Float64Array): Quota {
  const used = levels.reduce((most, one) => Math.max(most, one), 0);
  // What lies on a disk adds up over months: it is over or not, on no day of this month.
  const isOfMonth = facts.period !== 'standing';
  const over = isOfMonth ? levels.findIndex((level) => level > facts.limit) : -1;
  return {
    ...facts,
    used,
    share: facts.limit === 0 ? (used > 0 ? Number.POSITIVE_INFINITY : 0) : used / facts.limit,
    exhaustedAtHour: over < 0 ? null : over,
    levels,
  };
}

const windowHours: Readonly<Record<string, number>> = { 'rolling-7-days': 168, hour: 1 };
const hoursOfDay = 24;

function levelsOf(period: string, spent: Float64Array): Float64Array {
  const levels = new Float64Array(spent.length);
  const window = windowHours[period] ?? spent.length;
  let sum = 0;
  for (const [at, amount] of spent.entries()) {
    if (period === 'day-utc' && at % hoursOfDay === 0) sum = 0;
    sum += amount;
    if (at >= window) sum -= spent[at - window] as number;
    levels[at] = sum;
  }
  return levels;
}
