import { letterMask } from './fuzzy.ts';
import { enlarged } from './list-pool.ts';

/** Terms of one length: their ids and letters side by side, in no order. */
interface SameLength {
  ids: Uint32Array<ArrayBuffer>;
  masks: Uint32Array<ArrayBuffer>;
  count: number;
}

/**
 * Terms by length and letters, to find those that a typed word may stand for. A look at one length
 * reads 100,000 masks in a row in 0.1 ms.
 */
export class TermShapes {
  private readonly byLength: SameLength[] = [];
  /** Where a term stands among those of its length, by id. */
  private positions = new Uint32Array(64);

  add(id: number, term: string): void {
    const same = this.ofLength(term.length);
    if (id >= this.positions.length) {
      this.positions = enlarged(this.positions, new Uint32Array(id + 1 + (id >> 1)));
    }
    if (same.count === same.ids.length) {
      const room = 2 * same.count + 8;
      same.ids = enlarged(same.ids, new Uint32Array(room));
      same.masks = enlarged(same.masks, new Uint32Array(room));
    }
    same.ids[same.count] = id;
    same.masks[same.count] = letterMask(term);
    this.positions[id] = same.count;
    same.count += 1;
  }

  /** The last one takes the place of the one that goes. */
  remove(id: number, term: string): void {
    const same = this.ofLength(term.length);
    const at = this.positions[id] as number;
    same.count -= 1;
    const moved = same.ids[same.count] as number;
    same.ids[at] = moved;
    same.masks[at] = same.masks[same.count] as number;
    this.positions[moved] = at;
  }

  /** Calls for each term of such a length whose letters `isPossible` does not rule out. */
  each(
    { shortest, longest }: { shortest: number; longest: number },
    isPossible: (mask: number) => boolean,
    take: (id: number) => void,
  ): void {
    const last = Math.min(longest, this.byLength.length - 1);
    for (let length = shortest; length <= last; length += 1) {
      const { ids, masks, count } = this.ofLength(length);
      for (let at = 0; at < count; at += 1) {
        if (isPossible(masks[at] as number)) take(ids[at] as number);
      }
    }
  }

  private ofLength(length: number): SameLength {
    while (this.byLength.length <= length) {
      this.byLength.push({ ids: new Uint32Array(0), masks: new Uint32Array(0), count: 0 });
    }
    return this.byLength[length] as SameLength;
  }
}
