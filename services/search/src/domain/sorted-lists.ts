import { ListPool } from './list-pool.ts';

/** Lists in ascending order, such as the slots that have a value. */
export class SortedLists extends ListPool<Uint32Array<ArrayBuffer>> {
  constructor() {
    super((size) => new Uint32Array(size));
  }

  insert(id: number, entry: number): void {
    this.reserve(id + 1);
    this.insertAt(id, this.position(id, entry), entry);
  }

  /** Takes out the first entry that is not below `least`. */
  removeFrom(id: number, least: number): void {
    this.removeAt(id, this.position(id, least));
  }

  /** Where the first entry that is not below `least` stands, or would stand. */
  private position(id: number, least: number): number {
    const { data } = this;
    const start = this.starts[id] as number;
    let low = 0;
    let high = this.lengths[id] as number;
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
