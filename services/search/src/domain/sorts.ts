import { has } from './bits.ts';
import type { Catalogue } from './catalogue.ts';
import { type Criteria, type Fill, type Level, Ordering } from './ordering.ts';
import type { Sort } from './types.ts';

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
