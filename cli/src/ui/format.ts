import { formatMoney, type Money } from '@mkt/kernel';

export const amount = (money: Money | null | undefined): string =>
  money === null || money === undefined ? '-' : formatMoney(money);

/** `2026-03-01 14:05`, in the time zone of nobody in particular: UTC. */
export function moment(timestamp: string | null | undefined): string {
  if (!timestamp) return '-';
  return new Date(timestamp).toISOString().slice(0, 16).replace('T', ' ');
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `5 min ago`, `in 3 days`: for a person who looks now; a day where that says more. */
export function relative(timestamp: string | null | undefined, nowMs: number): string {
  if (!timestamp) return '-';
  const awayMs = Date.parse(timestamp) - nowMs;
  const spanMs = Math.abs(awayMs);
  if (spanMs < minuteMs) return 'just now';
  if (spanMs >= 30 * dayMs) return moment(timestamp).slice(0, 10);
  const span = spanOf(spanMs);
  return awayMs < 0 ? `${span} ago` : `in ${span}`;
}

function spanOf(spanMs: number): string {
  if (spanMs < hourMs) return `${Math.floor(spanMs / minuteMs)} min`;
  if (spanMs < 2 * dayMs) return `${Math.floor(spanMs / hourMs)} h`;
  return `${Math.floor(spanMs / dayMs)} days`;
}

export const tick = (yes: boolean): string => (yes ? 'yes' : 'no');

/** Said below a listing that goes on. */
export const moreLine = (limit: number): string =>
  `There are more than these ${limit}: --limit N shows more.`;
