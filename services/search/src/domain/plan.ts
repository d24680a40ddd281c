import { LIMITS } from './limits.ts';
import type { Postings } from './postings.ts';
import type { QueryTerm } from './query.ts';
import type { TermMatch, TermReading } from './types.ts';
import type { FuzzyMatch } from './vocabulary.ts';

/** An indexed term that stands for a word of the query. */
export interface Expansion {
  readonly term: number;
  readonly weight: number;
}

/** One word of the query with everything it may mean. */
export interface PlannedTerm {
  readonly typed: string;
  readonly match: TermMatch;
  /** Best first. */
  readonly expansions: readonly Expansion[];
}

/**
 * A term counts `weight × (1 + impact)` with an impact of up to 1, so halving the weight puts
 * every looser match below every stricter one.
 */
const WEIGHT = { exact: 1, prefix: 0.5, edits: [0, 0.25, 0.125], prefixEdit: 0.125 } as const;

/** A word in so few products may be somebody's typing error, if a near word is this much commoner. */
const RARE = { products: 3, timesCommoner: 20 } as const;

/**
 * `strict` takes words as typed and corrects only what the catalogue does not know. `generous`
 * corrects every word: for queries of which no product has all words as typed.
 */
export function planTerms(
  postings: Postings,
  terms: readonly QueryTerm[],
  mode: 'strict' | 'generous',
): PlannedTerm[] {
  return terms.map((term, at) => {
    const isLast = at === terms.length - 1;
    const found = asTyped(postings, term, isLast);
    if (mode === 'strict' && found.length > 0) return planned(postings, term, found);
    const known = new Set(found.map((expansion) => expansion.term));
    const near = postings.vocabulary.near(term.stem).filter((match) => !known.has(match.id));
    const closest = Math.min(...near.map((match) => match.distance));
    const taken = mode === 'generous' ? near : near.filter((each) => each.distance === closest);
    let fuzzy = corrections(postings, taken);
    if (fuzzy.length === 0 && isLast && term.typed.length > 4) {
      fuzzy = corrections(postings, postings.vocabulary.nearPrefix(term.typed), true);
    }
    return planned(postings, term, [...found, ...fuzzy]);
  });
}

export function describe(postings: Postings, plan: readonly PlannedTerm[]): TermReading[] {
  return plan.map(({ typed, match, expansions }) => ({
    typed,
    match,
    readAs: expansions.slice(0, 3).map(({ term }) => postings.vocabulary.terms[term] as string),
  }));
}

function asTyped(postings: Postings, { typed, stem }: QueryTerm, isLast: boolean): Expansion[] {
  const { vocabulary } = postings;
  const exact = vocabulary.find(stem);
  const found: Expansion[] = exact < 0 ? [] : [{ term: exact, weight: WEIGHT.exact }];
  if (isLast) {
    const longer = vocabulary.startingWith(typed).filter((term) => term !== exact);
    for (const term of commonest(postings, longer, LIMITS.prefixExpansions)) {
      found.push({ term, weight: WEIGHT.prefix });
    }
  }
  if (exact >= 0 && postings.frequency(exact) <= RARE.products) {
    const least = postings.frequency(exact) * RARE.timesCommoner;
    const near = vocabulary
      .near(stem)
      .filter(({ id, distance }) => distance === 1 && postings.frequency(id) >= least);
    found.push(...corrections(postings, near));
  }
  return found;
}

function corrections(
  postings: Postings,
  matches: readonly FuzzyMatch[],
  prefix = false,
): Expansion[] {
  const distances = new Map(matches.map(({ id, distance }) => [id, distance]));
  const byDistance = [1, 2].flatMap((distance) =>
    commonest(
      postings,
      matches.filter((match) => match.distance === distance).map((match) => match.id),
      LIMITS.fuzzyExpansions,
    ),
  );
  return byDistance.slice(0, LIMITS.fuzzyExpansions).map((term) => ({
    term,
    weight: prefix ? WEIGHT.prefixEdit : (WEIGHT.edits[distances.get(term) as number] as number),
  }));
}

/** By how many products have the term, then by the term, so that the order is always the same. */
function commonest(postings: Postings, terms: number[], limit: number): number[] {
  const name = (term: number) => postings.vocabulary.terms[term] as string;
  const least = terms.length > limit ? cutOff(postings, terms, limit) : 0;
  return terms
    .filter((term) => postings.frequency(term) >= least)
    .sort((a, b) => postings.frequency(b) - postings.frequency(a) || (name(a) < name(b) ? -1 : 1))
    .slice(0, limit);
}

/** The frequency of the term at `limit`, so that a one-letter prefix sorts few names. */
function cutOff(postings: Postings, terms: readonly number[], limit: number): number {
  const frequencies = Uint32Array.from(terms, (term) => postings.frequency(term)).sort();
  return frequencies[frequencies.length - limit] as number;
}

function planned(
  postings: Postings,
  { typed, stem }: QueryTerm,
  expansions: readonly Expansion[],
): PlannedTerm {
  const best = expansions[0];
  if (best === undefined) return { typed, match: 'none', expansions };
  if (postings.vocabulary.terms[best.term] === stem) return { typed, match: 'exact', expansions };
  return { typed, match: best.weight === WEIGHT.prefix ? 'prefix' : 'fuzzy', expansions };
}
