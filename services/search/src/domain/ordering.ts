import { has } from './bits.ts';
import type { Catalogue } from './catalogue.ts';
import { selectTop } from './top.ts';
import type { Sort } from './types.ts';

/** One criterion of an order: the smaller number comes first. */
type Level = (slot: number) => number;

/** The slots' numbers by the first criterion, all at once: a call for each takes much longer. */
type Fill = (slots: Uint32Array, count: number, into: Float64Array) => void;

interface Criteria {
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

/** Above every price, and still a number in JSON. */
const LAST = Number.MAX_VALUE;

/** `score` is missing when there is no text to be relevant to. */
export function orderingBy(
  sort: Sort,
  catalogue: Catalogue,
  { currency, score }: { currency: number; score: Float64Array | undefined },
): Ordering {
  const { columns } = catalogue;
  const newest = descending(columns.publishedAtMs);
  const orders: Record<Sort, () => Criteria> = {
    relevance: () => {
      const appealing: Level = (slot) => -appeal(catalogue, slot);
      if (score === undefined) {
        return { fill: fillAppeal(catalogue), levels: [appealing, newest.level] };
      }
      const relevant = descending(score);
      return { fill: relevant.fill, levels: [relevant.level, appealing, newest.level] };
    },
    price_asc: () => byPrice(catalogue, currency, 1),
    price_desc: () => byPrice(catalogue, currency, -1),
    newest: () => ({ fill: newest.fill, levels: [newest.level] }),
    rating: () => {
      const [rating, count] = [descending(columns.rating), descending(columns.ratingCount)];
      return { fill: rating.fill, levels: [rating.level, count.level] };
    },
  };
  return new Ordering(catalogue, orders[sort]());
}

function descending(column: Float64Array | Uint32Array | Uint16Array) {
  const level: Level = (slot) => -(column[slot] as number);
  const fill: Fill = (slots, count, into) => {
    for (let at = 0; at < count; at += 1) into[at] = -(column[slots[at] as number] as number);
  };
  return { level, fill };
}

/** Amounts compare within one currency only; the others follow, each in its own order. */
function byPrice({ columns }: Catalogue, currency: number, sign: 1 | -1): Criteria {
  const { priceMinor } = columns;
  const price: Level = (slot) => sign * (priceMinor[slot] as number);
  const key: Level = (slot) => (columns.currency[slot] === currency ? price(slot) : LAST);
  return {
    fill: (slots, count, into) => {
      for (let at = 0; at < count; at += 1) {
        const slot = slots[at] as number;
        const amount = sign * (priceMinor[slot] as number);
        into[at] = columns.currency[slot] === currency ? amount : LAST;
      }
    },
    levels: [key, (slot) => columns.currency[slot] as number, price],
  };
}

function fillAppeal(catalogue: Catalogue): Fill {
  return (slots, count, into) => {
    for (let at = 0; at < count; at += 1) into[at] = -appeal(catalogue, slots[at] as number);
  };
}

/** In stock first, then by rating, where few ratings count as if five average ones were added. */
function appeal({ columns, inStock }: Catalogue, slot: number): number {
  const count = columns.ratingCount[slot] as number;
  const rating = ((columns.rating[slot] as number) * count + 300 * 5) / (count + 5);
  return (has(inStock, slot) ? 1_000 : 0) + rating;
}
