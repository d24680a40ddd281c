import { type Bits, bitsFor, has, put } from './bits.ts';
import { type PlannedTerm, TermPlanner } from './plan.ts';
import type { Postings } from './postings.ts';
import type { QueryTerm } from './query.ts';

export interface Match {
  readonly plan: readonly PlannedTerm[];
  /** How many of the terms each candidate contains. */
  readonly required: number;
  readonly candidates: Bits;
}

/** Finds and scores products by text. Reuses its arrays, so one answer at a time. */
export class Ranking {
  /** By slot, valid for the candidates of the last match. */
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
   * Visible products with all terms as typed; else with all terms corrected; else with as many as
   * any has. What shoppers filter by plays no part, so that facets stay comparable.
   */
  match(
    terms: readonly QueryTerm[],
    catalogue: { visible: Bits; size: number; capacity: number },
  ): Match {
    this.reserve(catalogue.capacity);
    const planner = new TermPlanner(this.postings);
    let plan = planner.plan(terms, 'strict');
    let required = this.scoreAll(plan, catalogue);
    // A word without any meaning has none in the generous reading either.
    const known = plan.filter(({ expansions }) => expansions.length > 0).length;
    if (required < known) {
      const generous = planner.plan(terms, 'generous');
      const better = this.scoreAll(generous, catalogue);
      if (better > required) [plan, required] = [generous, better];
      else this.scoreAll(plan, catalogue);
    }
    const candidates = bitsFor(catalogue.capacity);
    for (let at = 0; required > 0 && at < this.touchedCount; at += 1) {
      const slot = this.touched[at] as number;
      if (this.termCount[slot] !== required || !has(catalogue.visible, slot)) continue;
      put(candidates, slot, true);
    }
    return { plan, required, candidates };
  }

  /** Scores every product with any of the terms; returns the most terms a visible one has. */
  private scoreAll(
    plan: readonly PlannedTerm[],
    catalogue: { visible: Bits; size: number },
  ): number {
    this.reset();
    plan.forEach((term, at) => {
      const importance = this.importance(term, catalogue.size);
      for (const expansion of term.expansions) {
        this.scoreTerm(expansion.term, importance * expansion.weight, at + 1);
      }
    });
    let most = 0;
    for (let at = 0; at < this.touchedCount && most < plan.length; at += 1) {
      const slot = this.touched[at] as number;
      const terms = this.termCount[slot] as number;
      if (terms > most && has(catalogue.visible, slot)) most = terms;
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
