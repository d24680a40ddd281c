import { formatMoney, type Money } from '@mkt/kernel';

export const amount = (money: Money | null | undefined): string =>
  money === null || money === undefined ? '-' : formatMoney(money);

/** `2026-03-01 14:05`, in the time zone of nobody in particular: UTC. */
export function moment(timestamp: string | null | undefined): string {
  if (!timestamp) return '-';
  return new Date(timestamp).toISOString().slice(0, 16).replace('T', ' ');
}

export const tick = (yes: boolean): string => (yes ? 'yes' : 'no');

/** Said below a listing that goes on. */
export const moreLine = (limit: number): string =>
  `There are more than these ${limit}: --limit N shows more.`;
