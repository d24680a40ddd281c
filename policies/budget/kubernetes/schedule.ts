/** When a CronJob starts: minutes of the day, and on which days. */
export interface Schedule {
  readonly minutesOfDay: readonly number[];
  readonly isOnDay: (day: Date) => boolean;
}

const named: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** Reads the five fields of cron; undefined where they are none. */
export function parseSchedule(text: string): Schedule | undefined {
  const fields = (named[text.trim()] ?? text).trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  const minutes = field(minute, 0, 59);
  const hours = field(hour, 0, 23);
  const days = field(day, 1, 31);
  const inMonths = field(month, 1, 12, (word) => months.indexOf(word) + 1);
  const weekdays = field(weekday, 0, 7, (word) => names.indexOf(word));
  if (!(minutes && hours && days && inMonths && weekdays)) return undefined;
  const isOnWeekday = (at: Date) =>
    weekdays.has(at.getUTCDay()) || (at.getUTCDay() === 0 && weekdays.has(7));
  // Where both are restricted, either is enough: so cron has always been.
  const isEither = !day.startsWith('*') && !weekday.startsWith('*');
  return {
    minutesOfDay: [...hours]
      .flatMap((one) => [...minutes].map((other) => one * 60 + other))
      .sort((a, b) => a - b),
    isOnDay: (at) =>
      inMonths.has(at.getUTCMonth() + 1) &&
      (isEither
        ? days.has(at.getUTCDate()) || isOnWeekday(at)
        : days.has(at.getUTCDate()) && isOnWeekday(at)),
  };
}

function field(
  text: string,
  least: number,
  greatest: number,
  numbered: (word: string) => number = () => Number.NaN,
): Set<number> | undefined {
  const values = new Set<number>();
  const number = (word: string) =>
    /^\d+$/.test(word) ? Number(word) : numbered(word.toLowerCase());
  for (const part of text.split(',')) {
    const range = rangeOf(part, { least, greatest, number });
    if (!range) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return values;
}

interface Bounds {
  readonly least: number;
  readonly greatest: number;
  readonly number: (word: string) => number;
}

// A star, `5`, `1-5`, each with an optional step after a slash; `5/10` is from 5 on.
function rangeOf(part: string, { least, greatest, number }: Bounds) {
  const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
  if (!match) return undefined;
  const [, first, last, every] = match;
  const from = first === undefined ? least : number(first);
  const isOpen = first === undefined || every !== undefined;
  const to = last === undefined ? (isOpen ? greatest : from) : number(last);
  const step = Number(every ?? 1);
  const isWithin = from >= least && to <= greatest && from <= to && step > 0;
  return isWithin ? { from, to, step } : undefined;
}

const dayMs = 86_400_000;

/** The days from the first on, as many as asked for. */
export function daysFrom(first: Date, count: number): Date[] {
  return Array.from({ length: count }, (_, at) => new Date(first.getTime() + at * dayMs));
}

/** How often it starts in the 31 days that allowances are reckoned with. */
export function startsInMonth(schedule: Schedule): number {
  // January 2027, which has five Fridays, Saturdays and Sundays.
  const days = daysFrom(new Date('2027-01-01T00:00:00Z'), 31).filter(schedule.isOnDay);
  return days.length * schedule.minutesOfDay.length;
}
