import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Limit, providers, type Term } from './model.ts';
import { nearest } from './nearest.ts';
import { readCatalogue } from './read-catalogue.ts';

const files = providers.map((provider) => ({
  path: `policies/limits/${provider}.yaml`,
  text: readFileSync(join(import.meta.dirname, `${provider}.yaml`), 'utf8'),
}));
const read = readCatalogue(files);

/** Every entry of every provider, also those that no longer hold. */
export const catalogue: readonly Limit[] = read.limits;

/** Every clause that bars a use. */
export const terms: readonly Term[] = read.terms;

const holdsOn = (entry: Pick<Limit, 'effectiveFrom' | 'effectiveTo'>, day: string): boolean =>
  entry.effectiveFrom <= day && day < (entry.effectiveTo ?? '9999-12-31');

/** What holds on a day (`2026-11-27`). */
export function limitsAt(day: string, limits: readonly Limit[] = catalogue): readonly Limit[] {
  return limits.filter((limit) => holdsOn(limit, day));
}

/** The clauses in force on a day. */
export function termsAt(day: string, all: readonly Term[] = terms): readonly Term[] {
  return all.filter((term) => holdsOn(term, day));
}

/** Asked for by a name that the catalogue does not have, or for a day it does not cover. */
export class NoSuchLimit extends Error {
  override readonly name = 'NoSuchLimit';
  readonly near: readonly string[];

  constructor(message: string, near: readonly string[]) {
    super(message);
    this.near = near;
  }
}

/** All entries of an id, oldest first. Throws where there is none. */
export function historyOf(id: string, limits: readonly Limit[] = catalogue): readonly Limit[] {
  const found = limits.filter((limit) => limit.id === id);
  if (found.length > 0) {
    return found.toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
  }
  const near = nearest(id, [...new Set(limits.map((limit) => limit.id))]);
  const hint = near.length === 0 ? '' : ` Near it: ${near.join(', ')}.`;
  throw new NoSuchLimit(`The limits catalogue has no ${id}.${hint}`, near);
}

/** The entry of an id that holds on a day. Throws where there is none. */
export function limitAt(id: string, day: string, limits: readonly Limit[] = catalogue): Limit {
  const history = historyOf(id, limits);
  const found = history.find((limit) => holdsOn(limit, day));
  if (found) return found;
  const [first] = history;
  const ended = history.at(-1)?.effectiveTo;
  const known = ended === undefined ? '' : ` and ends on ${ended}`;
  throw new NoSuchLimit(
    `${id} has no entry for ${day}: its history begins on ${first?.effectiveFrom}${known}.`,
    [],
  );
}

/**
 * What may be used without a bill or a stop. Of an unknown limit nothing may: it must not pass for
 * free because nobody knows it.
 */
export function allowanceOf({ value }: Pick<Limit, 'value'>): number {
  if (value === 'unlimited') return Number.POSITIVE_INFINITY;
  return value === 'unknown' ? 0 : value;
}

/** What a quantity beyond the allowance costs, US dollars; undefined where it cannot be bought. */
export function costUsd({ price }: Pick<Limit, 'price'>, beyond: number): number | undefined {
  return price === undefined ? undefined : (Math.max(0, beyond) / price.per) * price.usd;
}
