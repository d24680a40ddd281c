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
 * `strict` takes words as typed and corrects only what the catalogue does not know. `generous`
 * corrects every word: for queries of which no product has all words as typed.
 */
export type PlanMode = 'strict' | 'generous';

/**
 * A term counts `weight × (1 + impact)` with an impact of up to 1, so halving the weight puts
 * every looser match below every stricter one.
 */
const WEIGHT = { exact: 1, prefix: 0.5, edits: [0, 0.25, 0.125], prefixEdit: 0.125 } as const;

/** A word this rare may be somebody's typing error, if a near word is this much commoner. */
const RARE = { products: 3, timesCommoner: 20 } as const;

/** Shorter beginnings are near too many terms to guess. */
const PREFIX_EDIT_LENGTH = 5;

/** Works out what the words of one query mean; remembers what it looked up for the second try. */
export class TermPlanner {
  private readonly postings: Postings;
  private readonly nearTerms = new Map<string, readonly FuzzyMatch[]>();

  constructor(postings: Postings) {
    this.postings = postings;
  }

  plan(terms: readonly QueryTerm[], mode: PlanMode): PlannedTerm[] {
    return terms.map((term, at) => {
      const isLast = at === terms.length - 1;
      const found = this.asTyped(term, isLast);
      const isEnough = mode === 'strict' && found.length > 0;
      return this.planned(term, isEnough ? found : this.corrected(term, found, { isLast, mode }));
    });
  }

  private asTyped({ typed, stem }: QueryTerm, isLast: boolean): Expansion[] {
    const { vocabulary } = this.postings;
    const exact = vocabulary.find(stem);
    const found: Expansion[] = exact < 0 ? [] : [{ term: exact, weight: WEIGHT.exact }];
    if (isLast) {
      const longer = vocabulary.startingWith(typed).filter((term) => term !== exact);
      found.push(...this.beginnings(longer));
    }
    const frequency = exact < 0 ? 0 : this.postings.frequency(exact);
    if (frequency === 0 || frequency > RARE.products) return found;
    const known = new Set(found.map(({ term }) => term));
    const commoner = this.near(stem).filter(
      ({ id, distance }) =>
        distance === 1 &&
        !known.has(id) &&
        this.postings.frequency(id) >= frequency * RARE.timesCommoner,
    );
    return [...found, ...this.corrections(commoner)];
  }

  /** The commonest, as long as going through their products takes no longer than it may. */
  private beginnings(terms: readonly number[]): Expansion[] {
    let budget = LIMITS.prefixPostings;
    const found: Expansion[] = [];
    for (const term of this.commonest(terms, LIMITS.prefixExpansions)) {
      budget -= this.postings.frequency(term);
      if (budget < 0 && found.length > 0) break;
      found.push({ term, weight: WEIGHT.prefix });
    }
    return found;
  }

  private corrected(
    { typed, stem }: QueryTerm,
    found: readonly Expansion[],
    { isLast, mode }: { isLast: boolean; mode: PlanMode },
  ): Expansion[] {
    const known = new Set(found.map(({ term }) => term));
    const near = this.near(stem).filter(({ id }) => !known.has(id));
    const closest = near.reduce((least, { distance }) => Math.min(least, distance), Infinity);
    const taken = near.filter(({ distance }) => mode === 'generous' || distance === closest);
    if (taken.length > 0 || !isLast || typed.length < PREFIX_EDIT_LENGTH) {
      return [...found, ...this.corrections(taken)];
    }
    const beginnings = this.postings.vocabulary.nearPrefix(typed).map(({ id }) => id);
    const guessed = this.commonest(beginnings, LIMITS.fuzzyExpansions);
    return [...found, ...guessed.map((term) => ({ term, weight: WEIGHT.prefixEdit }))];
  }

  private corrections(matches: readonly FuzzyMatch[]): Expansion[] {
    const byDistance = [1, 2].flatMap((distance) => {
      const terms = matches.filter((match) => match.distance === distance).map(({ id }) => id);
      const weight = WEIGHT.edits[distance] as number;
      return this.commonest(terms, LIMITS.fuzzyExpansions).map((term) => ({ term, weight }));
    });
    return byDistance.slice(0, LIMITS.fuzzyExpansions);
  }

  private near(stem: string): readonly FuzzyMatch[] {
    const known = this.nearTerms.get(stem);
    if (known !== undefined) return known;
    const found = this.postings.vocabulary.near(stem);
    this.nearTerms.set(stem, found);
    return found;
  }

  /** By how many products have the term, then by the term, so that the order never varies. */
  private commonest(terms: readonly number[], limit: number): number[] {
    const name = (term: number) => this.postings.vocabulary.terms[term] as string;
    const frequency = (term: number) => this.postings.frequency(term);
    // A one-letter beginning has thousands of terms: sort numbers, and names only of the best.
    const frequencies = Uint32Array.from(terms, frequency).sort();
    const least = frequencies[frequencies.length - limit] ?? 0;
    return terms
      .filter((term) => frequency(term) >= least)
      .sort((a, b) => frequency(b) - frequency(a) || (name(a) < name(b) ? -1 : 1))
      .slice(0, limit);
  }

  private planned({ typed, stem }: QueryTerm, expansions: readonly Expansion[]): PlannedTerm {
    const best = expansions[0];
    if (best === undefined) return { typed, match: 'none', expansions };
    if (this.postings.vocabulary.terms[best.term] === stem) {
      return { typed, match: 'exact', expansions };
    }
    return { typed, match: best.weight === WEIGHT.prefix ? 'prefix' : 'fuzzy', expansions };
  }
}

export function describe(postings: Postings, plan: readonly PlannedTerm[]): TermReading[] {
  return plan.map(({ typed, match, expansions }) => ({
    typed,
    match,
    readAs: expansions.slice(0, 3).map(({ term }) => postings.vocabulary.terms[term] as string),
  }));
}
