/** Five fields with stars, steps, ranges and lists; anything else is none. */
const field = /^(\*|\d+(-\d+)?)(\/\d+)?(,(\*|\d+(-\d+)?)(\/\d+)?)*$/;

export const isCron = (text: string): boolean => {
  const parts = text.trim().split(/\s+/);
  return parts.length === 5 && parts.slice(0, 3).every((part) => field.test(part));
};

const dayMinutes = 24 * 60;

/** Minutes between two times of a schedule, at the least, on a day on which it runs. */
export function shortestGapMinutes(cron: string): number {
  const [minute = '', hour = ''] = cron.trim().split(/\s+/);
  const minutes = valuesOf(minute, 59);
  const times = valuesOf(hour, 23).flatMap((one) => minutes.map((other) => one * 60 + other));
  const [first = 0] = times;
  const gaps = times.map((time, at) => (times[at + 1] ?? first + dayMinutes) - time);
  return Math.min(...gaps);
}

function valuesOf(text: string, most: number): readonly number[] {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText] = part.split('/');
    const [fromText, toText] = range === '*' ? ['0', String(most)] : range.split('-');
    const from = Number(fromText);
    const to = toText === undefined ? (stepText === undefined ? from : most) : Number(toText);
    const step = Math.max(1, Number(stepText ?? 1));
    for (let value = from; value <= Math.min(to, most); value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}
