import type { Limit, Term } from '@mkt/policies/limits';
import { usageFailure } from '../failure.ts';

type Limits = typeof import('@mkt/policies/limits');

export interface Listed {
  readonly at: string;
  readonly limits: readonly Limit[];
  readonly terms: readonly Term[];
}

/** What holds on a day, of one provider or of all. */
export function listLimits(
  { limitsAt, termsAt, providers }: Limits,
  { at, provider }: { readonly at: string; readonly provider: string | undefined },
): Listed {
  if (provider !== undefined && !providers.some((one) => one === provider)) {
    throw usageFailure(`There is no provider ${provider}.`, `One of ${providers.join(', ')}.`);
  }
  const isWanted = (one: Limit | Term) => provider === undefined || one.provider === provider;
  return { at, limits: limitsAt(at).filter(isWanted), terms: termsAt(at).filter(isWanted) };
}

export interface Shown {
  readonly id: string;
  /** Oldest first; empty for a clause. */
  readonly history: readonly Limit[];
  /** The clause itself, or those that apply to the limit. */
  readonly terms: readonly Term[];
}

/** A limit with its history and the clauses about it, or a clause. */
export function showLimit({ historyOf, terms }: Limits, id: string): Shown {
  const clause = terms.filter((term) => term.id === id);
  if (clause.length > 0) return { id, history: [], terms: clause };
  try {
    const history = historyOf(id);
    return { id, history, terms: terms.filter((term) => isAbout(term, id)) };
  } catch (error) {
    throw isNoSuchLimit(error) ? usageFailure(error.message, 'mkt limits list') : error;
  }
}

const isAbout = ({ appliesTo }: Term, id: string): boolean =>
  id === appliesTo || id.startsWith(`${appliesTo}.`);

const isNoSuchLimit = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'NoSuchLimit';

/** `1,500 ocpu-hour a month`, `at least 47 gb`. */
export function amountOf({ value, unit, bound, period }: Limit): string {
  if (typeof value === 'string') return value;
  const floor = bound === 'least' ? 'at least ' : '';
  return `${floor}${value.toLocaleString('en')} ${unit}${periodWords[period]}`;
}

const periodWords: Readonly<Record<Limit['period'], string>> = {
  instant: '',
  standing: '',
  second: ' a second',
  hour: ' an hour',
  'day-utc': ' a day (UTC)',
  month: ' a month',
  'rolling-7-days': ' in 7 days',
  'rolling-30-days': ' in 30 days',
  'p95-7-days': ' (p95 of 7 days)',
};
