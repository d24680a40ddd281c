import { planTerms, type PlannedTerm } from './plan.ts';
import type { Postings } from './postings.ts';
import type { QueryTerm } from './query.ts';

export interface Match {
  readonly plan: readonly PlannedTerm[];
  /** Slots of the visible products that contain at least `required` of the terms. */
  readonly count: number;
  readonly required: number;
}

/** Finds and scores products by text. Reuses its arrays, so one answer at a time. */
export class Ranking {
  /** By slot, valid for the slots of the last match. */
  score = new Float64Array(0);
  private readonly postings: Postings;
  private touched = new Uint32Array(0);
  private touchedCount = 0;
  private termCount = new Uint8Array(0);
  private lastTerm = new Uint8Array(0);
  private bestOfTerm = new Float64Array(0);

  constructor(postings: Postings) {
    this.postings = postings;
  }

  /**
   * All terms as typed; else all terms corrected; else as many terms as any product has. What
   * shoppers filter by plays no part, so facets stay comparable. Slots go to `into`.
   */
  match(
    terms: readonly QueryTerm[],
    catalogue: { visible: Uint8Array; size: number },
    into: Uint32Array,
  ): Match {
    this.reserve(catalogue.visible.length);
    const strict = planTerms(this.postings, terms, 'strict');
    let plan = strict;
    let required = this.scoreAll(plan, catalogue);
    if (required < terms.length) {
      const generous = planTerms(this.postings, terms, 'generous');
      const better = this.scoreAll(generous, catalogue);
      if (better > required) {
        plan = generous;
        required = better;
      } else {
        this.scoreAll(plan, catalogue);
      }
    }
    let count = 0;
    for (let at = 0; required > 0 && at < this.touchedCount; at += 1) {
      const slot = this.touched[at] as number;
      if (this.termCount[slot] !== required || catalogue.visible[slot] === 0) continue;
      into[count] = slot;
      count += 1;
    }
    return { plan, count, required };
  }

  /** Scores every product with any of the terms; returns the most terms a visible one has. */
  private scoreAll(
    plan: readonly PlannedTerm[],
    catalogue: { visible: Uint8Array; size: number },
  ): number {
    this.reset();
    plan.forEach((term, at) => {
      const importance = this.importance(term, catalogue.size);
      for (const expansion of term.expansions) {
        this.scoreTerm(expansion.term, importance * expansion.weight, at + 1);
      }
    });
    let most = 0;
    for (let at = 0; at < this.touchedCount; at += 1) {
      const slot = this.touched[at] as number;
      const terms = this.termCount[slot] as number;
      if (terms > most && catalogue.visible[slot] === 1) most = terms;
    }
    return most;
  }

  /** BM25's inverse frequency, of all expansions together: a rare misspelling is no rare word. */
  private importance(term: PlannedTerm, size: number): number {
    let products = 0;
    for (const { term: id } of term.expansions) products += this.postings.frequency(id);
    products = Math.min(products, size);
    return Math.log(1 + (size - products + 0.5) / (products + 0.5));
  }

  /** A product counts the best of a term's expansions, not their sum. */
  private scoreTerm(term: number, weight: number, position: number): void {
    const { data, starts, lengths } = this.postings.byTerm;
    const { score, termCount, lastTerm, bestOfTerm, touched } = this;
    const start = starts[term] as number;
    const end = start + (lengths[term] as number);
    let count = this.touchedCount;
    for (let at = start; at < end; at += 1) {
      const entry = data[at] as number;
      const slot = entry >>> 8;
      const gain = weight * (1 + (entry & 255) / 255);
      if (lastTerm[slot] !== position) {
        if (termCount[slot] === 0) {
          touched[count] = slot;
          count += 1;
        }
        lastTerm[slot] = position;
        termCount[slot] = (termCount[slot] as number) + 1;
        bestOfTerm[slot] = gain;
        score[slot] = (score[slot] as number) + gain;
      } else if (gain > (bestOfTerm[slot] as number)) {
        score[slot] = (score[slot] as number) + gain - (bestOfTerm[slot] as number);
        bestOfTerm[slot] = gain;
      }
    }
    this.touchedCount = count;
  }

  private reset(): void {
    for (let at = 0; at < this.touchedCount; at += 1) {
      const slot = this.touched[at] as number;
      this.termCount[slot] = 0;
      this.lastTerm[slot] = 0;
      this.score[slot] = 0;
    }
    this.touchedCount = 0;
  }

  private reserve(slots: number): void {
    if (slots <= this.score.length) return;
    this.score = new Float64Array(slots);
    this.bestOfTerm = new Float64Array(slots);
    this.touched = new Uint32Array(slots);
    this.termCount = new Uint8Array(slots);
    this.lastTerm = new Uint8Array(slots);
    this.touchedCount = 0;
  }
}
