import type { Limit } from '../limits/index.ts';
import type { Place } from './kubernetes/read.ts';

/** `error` refuses the plan, `warning` does not; `ok` is shown with its arithmetic. */
export type Severity = 'ok' | 'note' | 'warning' | 'error';

/** What one rule says of one thing: a line of the table, and a finding unless it is `ok`. */
export interface Judgement {
  /** Stable: `quota`, `placement/headroom`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is judged: an allowance, a node, a workload. */
  readonly subject: string;
  readonly limitId?: string;
  /** Which of several counts, where the limit is per project or site. */
  readonly instance?: string;
  readonly value?: number;
  readonly limit?: Limit['value'];
  readonly unit?: string;
  /** Of the limit; undefined where there is no number to compare with. */
  readonly share?: number;
  readonly arithmetic: string;
  /** What is wrong, and what to do about it. */
  readonly why?: string;
  readonly remedy?: string;
  /** What going on like this costs a month, where it can be bought. */
  readonly costUsd?: number;
  /** The day of the month on which it runs out. */
  readonly exhaustedOnDay?: number;
  readonly place?: Place;
}

/** Refused unless it is below this share of what a node can allocate. */
export const mostOfAllocatable = 0.85;
/** An allowance that is nearly used up is no margin for a busy day. */
export const nearlyUsedShare = 0.85;

export const isFinding = ({ severity }: Pick<Judgement, 'severity'>): boolean => severity !== 'ok';
export const isRefusal = ({ severity }: Pick<Judgement, 'severity'>): boolean =>
  severity === 'error';
