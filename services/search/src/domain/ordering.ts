import type { Catalogue } from './catalogue.ts';
import type { Sort } from './types.ts';

/** One criterion of an order: the smaller number comes first. */
type Level = (slot: number) => number;

/** A product's place in an order: its numbers by criterion, then its id. */
export interface Place {
  readonly numbers: readonly number[];
  readonly productId: string;
}

/** Above every price, and still a number in JSON. */
const LAST = Number.MAX_VALUE;

/** A total order of products. The same products always come in the same order. */
export class Ordering {
  private readonly levels: readonly Level[];
  private readonly first: Level;
  private readonly ids: readonly string[];

  constructor(catalogue: Catalogue, levels: readonly Level[]) {
    this.levels = levels;
    this.first = levels[0] as Level;
    this.ids = catalogue.ids;
  }

  before(a: number, b: number): boolean {
    const difference = this.first(a) - this.first(b);
    return difference === 0 ? this.beforeOnTie(a, b) : difference < 0;
  }

  place(slot: number): Place {
    return {
      numbers: this.levels.map((level) => level(slot)),
      productId: this.ids[slot] as string,
    };
  }

  isAfter(slot: number, { numbers, productId }: Place): boolean {
    for (const [at, level] of this.levels.entries()) {
      const difference = level(slot) - (numbers[at] as number);
      if (difference !== 0) return difference > 0;
    }
    return (this.ids[slot] as string) > productId;
  }

  get depth(): number {
    return this.levels.length;
  }

  private beforeOnTie(a: number, b: number): boolean {
    for (let at = 1; at < this.levels.length; at += 1) {
      const level = this.levels[at] as Level;
      const difference = level(a) - level(b);
      if (difference !== 0) return difference < 0;
    }
    return (this.ids[a] as string) < (this.ids[b] as string);
  }
}

/** `score` is missing when there is no text to be relevant to. */
export function orderingBy(
  sort: Sort,
  catalogue: Catalogue,
  { currency, score }: { currency: number; score: Float64Array | undefined },
): Ordering {
  const { columns } = catalogue;
  const newest: Level = (slot) => -(columns.publishedAtMs[slot] as number);
  const byPrice = (sign: 1 | -1): Level[] => [
    // Amounts compare within one currency only; the others follow, each in its own order.
    (slot) =>
      columns.currency[slot] === currency ? sign * (columns.priceMinor[slot] as number) : LAST,
    (slot) => columns.currency[slot] as number,
    (slot) => sign * (columns.priceMinor[slot] as number),
  ];
  const levels = {
    relevance: () => [
      ...(score === undefined ? [] : [(slot: number) => -(score[slot] as number)]),
      (slot: number) => -appeal(catalogue, slot),
      newest,
    ],
    price_asc: () => byPrice(1),
    price_desc: () => byPrice(-1),
    newest: () => [newest],
    rating: () => [
      (slot: number) => -(columns.rating[slot] as number),
      (slot: number) => -(columns.ratingCount[slot] as number),
    ],
  } satisfies Record<Sort, () => Level[]>;
  return new Ordering(catalogue, levels[sort]());
}

/** In stock first, then by rating, where few ratings count as if five average ones were added. */
function appeal({ columns }: Catalogue, slot: number): number {
  const count = columns.ratingCount[slot] as number;
  const rating = ((columns.rating[slot] as number) * count + 300 * 5) / (count + 5);
  return (columns.inStock[slot] as number) * 1_000 + rating;
}
