import type { Catalogue } from './catalogue.ts';
import { selectTop } from './top.ts';

/** One criterion of an order: the smaller number comes first. */
export type Level = (slot: number) => number;

/** The slots' numbers by the first criterion, all at once: a call for each takes much longer. */
export type Fill = (slots: Uint32Array, count: number, into: Float64Array) => void;

export interface Criteria {
  readonly fill: Fill;
  readonly levels: readonly Level[];
}

/** A product's place in an order: its numbers by criterion, then its id. */
export interface Place {
  readonly numbers: readonly number[];
  readonly productId: string;
}

/** A total order of products: the same products always come in the same order. */
export class Ordering {
  private readonly criteria: Criteria;
  private readonly ids: readonly string[];

  constructor(catalogue: Catalogue, criteria: Criteria) {
    this.criteria = criteria;
    this.ids = catalogue.ids;
  }

  get depth(): number {
    return this.criteria.levels.length;
  }

  place(slot: number): Place {
    return {
      numbers: this.criteria.levels.map((level) => level(slot)),
      productId: this.ids[slot] as string,
    };
  }

  /**
   * The first `limit` slots of the list in order, those up to `from` left out. `keys` is room for
   * as many numbers as the list is long; the list itself is reordered.
   */
  select(
    { list, count }: { list: Uint32Array; count: number },
    keys: Float64Array,
    { limit, from }: { limit: number; from: Place | undefined },
  ): number[] {
    this.criteria.fill(list, count, keys);
    let left = count;
    if (from !== undefined) {
      left = 0;
      for (let at = 0; at < count; at += 1) {
        const [slot, key] = [list[at] as number, keys[at] as number];
        if (!this.isAfter(slot, key, from)) continue;
        list[left] = slot;
        keys[left] = key;
        left += 1;
      }
    }
    const beforeOnTie = (a: number, b: number) =>
      this.beforeOnTie(list[a] as number, list[b] as number);
    const top = selectTop({ count: left, keys, beforeOnTie }, limit);
    return top.map((position) => list[position] as number);
  }

  private isAfter(slot: number, key: number, { numbers, productId }: Place): boolean {
    if (key !== numbers[0]) return key > (numbers[0] as number);
    const { levels } = this.criteria;
    for (let at = 1; at < levels.length; at += 1) {
      const difference = (levels[at] as Level)(slot) - (numbers[at] as number);
      if (difference !== 0) return difference > 0;
    }
    return (this.ids[slot] as string) > productId;
  }

  private beforeOnTie(a: number, b: number): boolean {
    const { levels } = this.criteria;
    for (let at = 1; at < levels.length; at += 1) {
      const level = levels[at] as Level;
      const difference = level(a) - level(b);
      if (difference !== 0) return difference < 0;
    }
    return (this.ids[a] as string) < (this.ids[b] as string);
  }
}
