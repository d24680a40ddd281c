import { ListPool } from './list-pool.ts';
import { Vocabulary } from './vocabulary.ts';

/** A list entry is `id * 256 + impact`: a slot in a term's list, a term in a slot's list. */
export const packed = (id: number, impact: number) => id * 256 + impact;
export const idOf = (entry: number) => entry >>> 8;
export const impactOf = (entry: number) => entry & 255;

/** Which products contain which terms, and which terms a product was indexed under. */
export class Postings {
  readonly vocabulary = new Vocabulary();
  /** By term, in order of slots. */
  readonly byTerm = new ListPool<Uint32Array<ArrayBuffer>>((size) => new Uint32Array(size));
  /** By slot: what to take out again when the product changes. */
  readonly bySlot = new ListPool<Uint32Array<ArrayBuffer>>((size) => new Uint32Array(size));

  add(slot: number, terms: Iterable<readonly [term: string, impact: number]>): void {
    const entries: number[] = [];
    for (const [term, impact] of terms) {
      const id = this.vocabulary.intern(term);
      entries.push(packed(id, impact));
      this.insert(id, packed(slot, impact));
    }
    entries.sort((a, b) => a - b);
    this.bySlot.set(slot, entries);
  }

  remove(slot: number): void {
    for (const entry of this.bySlot.view(slot)) {
      const id = idOf(entry);
      this.byTerm.removeAt(id, this.position(id, slot));
      if (this.byTerm.lengths[id] === 0) this.vocabulary.release(id);
    }
    this.bySlot.clear(slot);
  }

  /** How many products contain the term. */
  frequency(term: number): number {
    return this.byTerm.lengths[term] ?? 0;
  }

  get sizeBytes(): number {
    return this.byTerm.sizeBytes + this.bySlot.sizeBytes;
  }

  private insert(term: number, entry: number): void {
    this.byTerm.reserve(term + 1);
    this.byTerm.insertAt(term, this.position(term, idOf(entry)), entry);
  }

  /** Where the slot stands, or would stand, in the term's list. */
  private position(term: number, slot: number): number {
    const { data, starts, lengths } = this.byTerm;
    const start = starts[term] as number;
    let low = 0;
    let high = lengths[term] as number;
    const least = packed(slot, 0);
    // New products get the highest slot: the end is the likely place.
    if (high > 0 && (data[start + high - 1] as number) < least) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((data[start + middle] as number) < least) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
