import { allowanceOf, costUsd, type Limit } from '../../limits/index.ts';
import type { DeclaredUse } from '../facts.ts';
import { type Judgement, nearlyUsedShare } from '../judgement.ts';
import { amount, percent, usd } from '../report/numbers.ts';

/** Every allowance that something uses, with the sum of it. */
export function judgeQuotas(
  uses: readonly DeclaredUse[],
  limitOf: (id: string) => Limit,
): Judgement[] {
  const sums = new Map<string, DeclaredUse[]>();
  for (const use of uses) {
    const key = `${use.limitId} ${use.instance ?? ''}`;
    sums.set(key, [...(sums.get(key) ?? []), use]);
  }
  return [...sums.values()].map((together) => judgeSum(together, limitOf));
}

function judgeSum(uses: readonly DeclaredUse[], limitOf: (id: string) => Limit): Judgement {
  const [first] = uses as [DeclaredUse, ...DeclaredUse[]];
  const limit = limitOf(first.limitId);
  const value = uses.reduce((sum, { quantity }) => sum + quantity, 0);
  const source = uses.find((use) => use.source)?.source;
  const common = {
    rule: 'quota',
    subject: first.instance === undefined ? limit.resource : `${limit.resource}: ${first.instance}`,
    limitId: limit.id,
    ...(first.instance === undefined ? {} : { instance: first.instance }),
    value,
    limit: limit.value,
    unit: limit.unit,
    arithmetic: sumText(uses),
    ...(source ? { place: source } : {}),
  };
  if (limit.value === 'unlimited') return { ...common, severity: 'ok' };
  if (limit.value === 'unknown') return unknownUse(common, limit, value);
  return limit.bound === 'least'
    ? judgeFloor(common, limit.value, value)
    : judgeCeiling(common, limit, uses);
}

type Common = Pick<Judgement, 'rule' | 'subject' | 'arithmetic' | 'unit'>;

/** Nobody says how much is free, so nothing is. */
function unknownUse(common: Common, limit: Limit, value: number): Judgement {
  if (value === 0) return { ...common, severity: 'ok' };
  const cost = costUsd(limit, value);
  return {
    ...common,
    severity: 'error',
    why: `how much is free is unknown, and unknown is never free: ${limit.note ?? limit.resource}`,
    remedy: 'find the figure and enter it in policies/limits, or do without',
    ...(cost === undefined ? {} : { costUsd: cost }),
  };
}

function judgeFloor(common: Common, floor: number, value: number): Judgement {
  const share = value === 0 ? Number.POSITIVE_INFINITY : floor / value;
  if (value >= floor) return { ...common, share, severity: 'ok' };
  const least = `${floor} ${common.unit}`;
  return {
    ...common,
    share,
    severity: 'error',
    why: `less than the ${least} that there have to be`,
    remedy: `at least ${least}`,
  };
}

function judgeCeiling(common: Common, limit: Limit, uses: readonly DeclaredUse[]): Judgement {
  const allowance = allowanceOf(limit);
  const value = uses.reduce((sum, { quantity }) => sum + quantity, 0);
  const share = allowance === 0 ? (value === 0 ? 0 : Number.POSITIVE_INFINITY) : value / allowance;
  if (share <= nearlyUsedShare) return { ...common, share, severity: 'ok' };
  const isFull = share <= 1;
  // What stands for a whole month may fill its allowance; what is spent needs a margin.
  if (isFull && isStanding(limit)) return { ...common, share, severity: 'ok' };
  if (isFull) {
    const left = amount(allowance - value, limit.unit);
    const why = `only ${left} are left for a busier month`;
    return { ...common, share, severity: 'warning', why, remedy: largestFirst(uses) };
  }
  const beyond = value - allowance;
  const cost = costUsd(limit, beyond);
  const day = exhaustedOn(uses, allowance, limit);
  return {
    ...common,
    share,
    severity: 'error',
    why: [
      `${amount(beyond, limit.unit)} too many`,
      ...(day === undefined ? [] : [`used up on day ${day}`]),
      consequence[limit.whenExceeded],
      ...(cost === undefined ? [] : [`where it can be bought, ${usd(cost)} a month`]),
    ].join('; '),
    remedy: `${largestFirst(uses)}: at most ${percent(allowance / value)} of it fits`,
    ...(cost === undefined ? {} : { costUsd: cost }),
    ...(day === undefined ? {} : { exhaustedOnDay: day }),
  };
}

const consequence: Readonly<Record<Limit['whenExceeded'], string>> = {
  stop: 'then it is refused',
  throttle: 'then it is slowed down',
  bill: 'then it is billed',
  delete: 'then data is deleted',
  reclaim: 'then the machine may be taken away',
};

/** Occupied, not spent: full is as good as half full. Machines run by the hour, all hours. */
const isStanding = ({ period, unit }: Limit) =>
  period === 'standing' || unit === 'ocpu-hour' || unit === 'gb-hour';

function largestFirst(uses: readonly DeclaredUse[]): string {
  const largest = uses.toSorted((a, b) => b.quantity - a.quantity)[0];
  return `reduce first: ${largest?.because ?? ''}`;
}

/** At most so many parts are told one by one. */
const mostParts = 6;

function sumText(uses: readonly DeclaredUse[]): string {
  const parts = uses.slice(0, mostParts).map(({ because }) => because);
  const rest = uses.length - parts.length;
  return [...parts, ...(rest > 0 ? [`${rest} more`] : [])].join(' + ');
}

const daysOfMonth = 31;

/** So many days of a steady flow count at once. */
const daysCounted: Readonly<Partial<Record<Limit['period'], number>>> = {
  month: daysOfMonth,
  'rolling-7-days': 7,
  'rolling-30-days': 30,
};

/** The day of the month on which an allowance is used up; none where it is no flow. */
function exhaustedOn(
  uses: readonly DeclaredUse[],
  allowance: number,
  { period }: Limit,
): number | undefined {
  if (period === 'standing' || period === 'instant') return undefined;
  const counted = daysCounted[period] ?? 1;
  const levelOn = (day: number) =>
    uses.reduce((sum, { quantity, dailyLevels }) => {
      return sum + (dailyLevels?.[day - 1] ?? quantity * Math.min(1, day / counted));
    }, 0);
  for (let day = 1; day <= daysOfMonth; day += 1) {
    if (levelOn(day) > allowance) return day;
  }
  return undefined;
}
