import { stem, words } from './tokenise.ts';
import type { FacetValue, IndexedProduct, SearchFilters, Sort } from './types.ts';

/** A product with everything filled in; tests say what matters to them. */
export function product(change: Partial<IndexedProduct> & { productId: string }): IndexedProduct {
  return {
    vendorId: 'v1',
    vendorName: 'Clay & Co',
    handle: change.productId,
    title: 'Thing',
    description: '',
    type: '',
    tags: [],
    options: [],
    priceMinor: 1_000,
    currency: 'EUR',
    inStock: true,
    ratingAverage: 0,
    ratingCount: 0,
    publishedAt: '2026-01-01T00:00:00.000Z',
    version: 1,
    ...change,
  };
}

/** Search as one would write it without caring for speed: the index must agree with it. */
export class NaiveIndex {
  readonly products = new Map<string, IndexedProduct>();
  readonly removed = new Map<string, number>();
  readonly hidden = new Set<string>();

  upsert(next: IndexedProduct): void {
    const known = this.products.get(next.productId)?.version ?? this.removed.get(next.productId);
    if (known !== undefined && next.version <= known) return;
    this.products.set(next.productId, next);
    this.removed.delete(next.productId);
  }

  remove(productId: string, version?: number): void {
    const current = this.products.get(productId);
    if (current === undefined) {
      if (version !== undefined) this.bury(productId, version);
    } else if (version === undefined || version >= current.version) {
      this.products.delete(productId);
      this.bury(productId, version ?? current.version);
    }
  }

  update(productId: string, change: Partial<IndexedProduct>): void {
    const current = this.products.get(productId);
    if (current !== undefined) this.products.set(productId, { ...current, ...change });
  }

  visible(): IndexedProduct[] {
    return [...this.products.values()].filter((each) => !this.hidden.has(each.vendorId));
  }

  /** Products with every word, as typed; only for words that the products have. */
  withText(text: string): IndexedProduct[] {
    const wanted = words(text).map(stem);
    return this.visible().filter((each) => wanted.every((term) => termsOf(each).has(term)));
  }

  private bury(productId: string, version: number): void {
    this.removed.set(productId, Math.max(version, this.removed.get(productId) ?? 0));
  }
}

export function termsOf(of: IndexedProduct): Set<string> {
  const options = of.options.map((option) => `${option.name} ${option.values.join(' ')}`);
  const text = [of.title, of.type, of.tags.join(' '), of.vendorName, ...options, of.description];
  return new Set(words(text.join(' ')).map(stem));
}

const DIMENSIONS = ['vendorIds', 'types', 'tags', 'price', 'minRating', 'onlyInStock'] as const;
export type NaiveDimension = (typeof DIMENSIONS)[number] | `option ${string}`;

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Passes all filters but the one on `except`. */
export function passes(
  each: IndexedProduct,
  filters: SearchFilters,
  { currency, except }: { currency: string; except?: NaiveDimension },
): boolean {
  const checks: Record<string, () => boolean> = {
    vendorIds: () => filters.vendorIds?.includes(each.vendorId) ?? true,
    types: () => filters.types?.some((type) => same(type, each.type)) ?? true,
    tags: () => filters.tags?.some((tag) => each.tags.some((own) => same(own, tag))) ?? true,
    price: () =>
      filters.price?.some(
        ({ minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER }) =>
          each.currency === currency && each.priceMinor >= minMinor && each.priceMinor <= maxMinor,
      ) ?? true,
    minRating: () => each.ratingAverage >= (filters.minRating ?? 0),
    onlyInStock: () => filters.onlyInStock !== true || each.inStock,
  };
  for (const { name, values } of filters.options ?? []) {
    checks[`option ${name}`] = () =>
      each.options.some((own) => own.name === name && own.values.some((v) => values.includes(v)));
  }
  return Object.entries(checks).every(([name, check]) => name === except || check());
}

/** How often each value occurs, as a facet would say. */
export function countBy(
  products: readonly IndexedProduct[],
  values: (each: IndexedProduct) => readonly string[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of products) {
    for (const value of new Set(values(each))) counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

export function asCounts(values: readonly FacetValue[]): Record<string, number> {
  return Object.fromEntries(
    values.filter(({ count }) => count > 0).map(({ value, count }) => [value, count]),
  );
}

const appeal = ({ ratingAverage, ratingCount, inStock }: IndexedProduct) =>
  (inStock ? 1_000 : 0) + (ratingAverage * 100 * ratingCount + 1_500) / (ratingCount + 5);
const time = ({ publishedAt }: IndexedProduct) => Date.parse(publishedAt);

/** The order of results without text. */
export function compareBy(sort: Sort, currency: string) {
  const price = (sign: number) => (a: IndexedProduct, b: IndexedProduct) =>
    Number(b.currency === currency) - Number(a.currency === currency) ||
    (a.currency < b.currency ? -1 : Number(a.currency > b.currency)) ||
    sign * (a.priceMinor - b.priceMinor);
  const orders = {
    relevance: (a: IndexedProduct, b: IndexedProduct) => appeal(b) - appeal(a) || time(b) - time(a),
    price_asc: price(1),
    price_desc: price(-1),
    newest: (a: IndexedProduct, b: IndexedProduct) => time(b) - time(a),
    rating: (a: IndexedProduct, b: IndexedProduct) =>
      Math.round(b.ratingAverage * 100) - Math.round(a.ratingAverage * 100) ||
      b.ratingCount - a.ratingCount,
  };
  return (a: IndexedProduct, b: IndexedProduct) =>
    orders[sort](a, b) || (a.productId < b.productId ? -1 : 1);
}
