import { allowedEdits, EditDistance, hasAtMost, letterMask } from './fuzzy.ts';
import { LIMITS } from './limits.ts';
import { TermShapes } from './term-shapes.ts';

export interface FuzzyMatch {
  readonly id: number;
  readonly distance: number;
}

/**
 * All terms of the index, found exactly, by their beginning, or by nearness. Nearness reads the
 * letters of the terms of about the same length in a row, and measures only what could be near.
 */
export class Vocabulary {
  readonly terms: string[] = [];
  private readonly ids = new Map<string, number>();
  private readonly shapes = new TermShapes();
  /** Ids by term, without those added since the last look-up by beginning. */
  private sorted: number[] = [];
  private added: number[] = [];
  /** Released ids, reusable once `sorted` no longer mentions them. */
  private released: number[] = [];
  private reusable: number[] = [];
  private readonly distance = new EditDistance();

  get size(): number {
    return this.ids.size;
  }

  find(term: string): number {
    return this.ids.get(term) ?? -1;
  }

  intern(term: string): number {
    const known = this.ids.get(term);
    if (known !== undefined) return known;
    const id = this.reusable.pop() ?? this.terms.length;
    this.terms[id] = term;
    this.shapes.add(id, term);
    this.ids.set(term, id);
    this.added.push(id);
    return id;
  }

  release(id: number): void {
    const term = this.terms[id] as string;
    this.shapes.remove(id, term);
    this.ids.delete(term);
    this.terms[id] = '';
    this.released.push(id);
    // Without searches in between nothing else would clear the backlog.
    if (this.released.length > 1_024 + this.ids.size) this.settle();
  }

  /** Ids of the terms that begin with `prefix`, in order of their terms. */
  startingWith(prefix: string): number[] {
    this.settle();
    const found: number[] = [];
    for (let at = this.lowerBound(prefix); at < this.sorted.length; at += 1) {
      const id = this.sorted[at] as number;
      if (!(this.terms[id] as string).startsWith(prefix)) break;
      found.push(id);
    }
    return found;
  }

  /** Terms within the edits a word of this length may hold, itself excepted. */
  near(typed: string): FuzzyMatch[] {
    return this.within(typed, allowedEdits(typed.length), false);
  }

  /** Terms with a beginning one edit away. */
  nearPrefix(typed: string): FuzzyMatch[] {
    return this.within(typed, 1, true);
  }

  private within(typed: string, max: number, prefix: boolean): FuzzyMatch[] {
    const found: FuzzyMatch[] = [];
    if (max === 0) return found;
    for (const id of this.possible(typed, max, prefix)) {
      const term = this.terms[id] as string;
      if (term === typed || !isPlausible(typed, term)) continue;
      const distance = this.distance.between(typed, term, max, prefix);
      if (distance <= max) found.push({ id, distance });
    }
    return found;
  }

  /** Terms that length and letters do not rule out: an edit takes and adds one letter at most. */
  private possible(typed: string, max: number, prefix: boolean): number[] {
    const mask = letterMask(typed);
    const shortest = Math.max(1, typed.length - max);
    const longest = prefix ? LIMITS.termLength : typed.length + max;
    const found: number[] = [];
    this.shapes.each(
      { shortest, longest },
      (other) => hasAtMost(max, mask & ~other) && (prefix || hasAtMost(max, other & ~mask)),
      (id) => found.push(id),
    );
    return found;
  }

  /** Merges what was added into `sorted` and drops what was released. */
  private settle(): void {
    if (this.added.length === 0 && this.released.length === 0) return;
    const alive = (id: number) => this.terms[id] !== '';
    const added = this.added.filter(alive).sort((a, b) => this.order(a, b));
    const merged: number[] = [];
    let next = 0;
    for (const id of this.sorted) {
      if (!alive(id)) continue;
      while (next < added.length && this.order(added[next] as number, id) < 0) {
        merged.push(added[next] as number);
        next += 1;
      }
      merged.push(id);
    }
    for (; next < added.length; next += 1) merged.push(added[next] as number);
    this.sorted = merged;
    this.added = [];
    for (const id of this.released) this.reusable.push(id);
    this.released = [];
  }

  private order(a: number, b: number): number {
    return (this.terms[a] as string) < (this.terms[b] as string) ? -1 : 1;
  }

  private lowerBound(prefix: string): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.terms[this.sorted[middle] as number] as string) < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/**
 * Short words have many neighbours: 'mug' is one letter from 'rug' and 'bug'. They must keep
 * their first letter, unless they have the same letters in another order.
 */
function isPlausible(typed: string, term: string): boolean {
  if (typed.length > 4 || typed.charCodeAt(0) === term.charCodeAt(0)) return true;
  return typed.length === term.length && letterMask(typed) === letterMask(term);
}
