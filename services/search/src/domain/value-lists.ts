import { type Bits, bitsFor, countOfBoth, has, join, put } from './bits.ts';
import { enlarged, ListPool } from './list-pool.ts';
import { SortedLists } from './sorted-lists.ts';

/** Slots of a value in as many bits take no more room than in a list from here on. */
const COMMON = 32;
/** A value stays common until it is clearly rare, or one at the border would go to and fro. */
const RARE = 2 * COMMON;
/** So many times longer takes an entry of a slot than a word or an entry of a value. */
const SCATTERED = 3;

/**
 * Values of which a product has several: by product for showing, by value for filtering and
 * counting. Of common values the slots are kept as bits as well: 32 of them are counted at once.
 */
export class ValueLists {
  readonly ofSlot = new ListPool<Uint32Array<ArrayBuffer>>((size) => new Uint32Array(size));
  private readonly slotsOf = new SortedLists();
  private readonly common: (Bits | undefined)[] = [];
  private capacity: number;
  /** Entries of all values, and of those that are not common. */
  private entries = 0;
  private rareEntries = 0;
  private commonValues = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Room for slots below `capacity`. */
  reserve(capacity: number): void {
    this.capacity = capacity;
    this.common.forEach((bits, id) => {
      if (bits) this.common[id] = enlarged(bits, bitsFor(capacity));
    });
  }

  set(slot: number, ids: readonly number[]): void {
    this.ofSlot.set(slot, ids);
    for (const id of ids) {
      this.slotsOf.insert(id, slot);
      this.changed(id, slot, true);
    }
  }

  /** Returns what it took out. */
  clear(slot: number): readonly number[] {
    const ids = [...this.ofSlot.view(slot)];
    for (const id of ids) {
      this.slotsOf.removeFrom(id, slot);
      this.changed(id, slot, false);
    }
    this.ofSlot.clear(slot);
    return ids;
  }

  /** The slots that have any of the values, in `words` words. */
  withAny(ids: Iterable<number>, words: number): Bits {
    const found: Bits = new Uint32Array(words);
    for (const id of ids) {
      const bits = this.common[id];
      if (bits) join(found, bits);
      else for (const slot of this.slotsOf.view(id)) put(found, slot, true);
    }
    return found;
  }

  /** How many of the chosen slots have the value. */
  countIn(chosen: Bits, id: number): number {
    const bits = this.common[id];
    if (bits !== undefined) return countOfBoth(chosen, bits);
    const { data, starts, lengths } = this.slotsOf;
    if (id >= starts.length) return 0;
    const start = starts[id] as number;
    const end = start + (lengths[id] as number);
    let count = 0;
    for (let at = start; at < end; at += 1) if (has(chosen, data[at] as number)) count += 1;
    return count;
  }

  /**
   * Whether to go through so many slots and their values takes longer than to go through all
   * values. Words and lists are read in a row; a slot's values lie where no cache has them.
   */
  isShorterByValue(slots: number, size: number): boolean {
    const bySlot = SCATTERED * (this.entries / Math.max(1, size)) * slots;
    return this.commonValues * (this.capacity / 32) + this.rareEntries < bySlot;
  }

  private changed(id: number, slot: number, isAdded: boolean): void {
    const step = isAdded ? 1 : -1;
    this.entries += step;
    const bits = this.common[id];
    if (bits) put(bits, slot, isAdded);
    else this.rareEntries += step;
    const length = this.slotsOf.lengths[id] as number;
    if (bits === undefined && length * COMMON > this.capacity) this.makeCommon(id, length);
    else if (bits !== undefined && length * RARE < this.capacity) this.makeRare(id, length);
  }

  private makeCommon(id: number, length: number): void {
    const bits = bitsFor(this.capacity);
    for (const slot of this.slotsOf.view(id)) put(bits, slot, true);
    this.common[id] = bits;
    this.commonValues += 1;
    this.rareEntries -= length;
  }

  private makeRare(id: number, length: number): void {
    this.common[id] = undefined;
    this.commonValues -= 1;
    this.rareEntries += length;
  }
}
