import { ByteReader, ByteWriter } from './bytes.ts';
import { ListPool } from './list-pool.ts';
import { SortedLists } from './sorted-lists.ts';
import { Vocabulary } from './vocabulary.ts';

/** An entry of a term's list is `slot * 256 + impact`. */
const packed = (slot: number, impact: number) => slot * 256 + impact;

/** A term by its id, and how much it says about the product, from 1 to 255. */
export type TermEntry = readonly [id: number, impact: number];

/** Which products contain which terms, and which terms a product was indexed under. */
export class Postings {
  readonly vocabulary = new Vocabulary();
  /** By term, in order of slots. */
  readonly byTerm = new SortedLists();
  /** By slot, packed by `packTerms`: what to take out again when the product changes. */
  readonly bySlot = new ListPool<Uint8Array<ArrayBuffer>>((size) => new Uint8Array(size));
  private readonly writer = new ByteWriter();

  /** The entries of terms, new ones among them: to be added, or they are never let go. */
  intern(terms: Iterable<readonly [term: string, impact: number]>): TermEntry[] {
    const entries: TermEntry[] = [];
    for (const [term, impact] of terms) entries.push([this.vocabulary.intern(term), impact]);
    return entries;
  }

  add(slot: number, terms: TermEntry[]): void {
    terms.sort((a, b) => a[0] - b[0]);
    let before = 0;
    for (const [id, impact] of terms) {
      this.byTerm.insert(id, packed(slot, impact));
      // Ids ascend, so the steps are small: two or three bytes for a term.
      this.writer.varint(id - before);
      this.writer.byte(impact);
      before = id;
    }
    this.bySlot.set(slot, this.writer.take());
  }

  remove(slot: number): void {
    for (const [id] of unpackTerms(this.bySlot.view(slot))) {
      this.byTerm.removeFrom(id, packed(slot, 0));
      if (this.byTerm.lengths[id] === 0) this.vocabulary.release(id);
    }
    this.bySlot.clear(slot);
  }

  /** How many products contain the term. */
  frequency(term: number): number {
    return this.byTerm.lengths[term] ?? 0;
  }
}

/** The terms of a product's list, ascending. */
export function* unpackTerms(list: Uint8Array): Iterable<TermEntry> {
  const reader = new ByteReader(list);
  let id = 0;
  while (!reader.isAtEnd) {
    id += reader.varint();
    yield [id, reader.byte()];
  }
}
