import { type Bits, put } from './bits.ts';
import type { Catalogue } from './catalogue.ts';
import type { Facet, Selection } from './selection.ts';
import type { SortedLists } from './sorted-lists.ts';
import type { PriceRange, SearchFilters } from './types.ts';
import { type ValueDictionary, valueKey } from './value-dictionary.ts';

/**
 * Narrows the selection by every filter. The quick filters go first, so that the others look at
 * few products.
 */
export function applyFilters(
  selection: Selection,
  catalogue: Catalogue,
  { filters, currency }: { filters: SearchFilters; currency: number },
): void {
  const { columns, vendors, types, tags, inStock } = catalogue;
  const { vendorIds = [], price = [], minRating = 0 } = filters;
  const narrow = (facet: Facet, passing: Bits, selected = new Set<number>(), option = '') =>
    selection.narrow({ facet, option, selected, passing });

  if (filters.onlyInStock === true) narrow('stock', inStock);
  if (filters.tags !== undefined && filters.tags.length > 0) {
    const wanted = idsOf(filters.tags.map((tag) => tags.find(valueKey(tag))));
    narrow('tag', withAny(inStock.length, catalogue.tagLists.slotsOf, wanted), wanted);
  }
  for (const [name, wanted] of optionIds(catalogue, filters.options ?? [])) {
    const passing = withAny(inStock.length, catalogue.optionLists.slotsOf, wanted);
    narrow('option', passing, wanted, name);
  }
  if (vendorIds.length > 0) {
    const wanted = idsOf(vendorIds.map((id) => vendors.find(id)));
    narrow(
      'vendor',
      withColumn(selection.open(), columns.vendor, flagsOf(wanted, vendors)),
      wanted,
    );
  }
  if (filters.types !== undefined && filters.types.length > 0) {
    const wanted = idsOf(filters.types.map((type) => types.find(valueKey(type))));
    narrow('type', withColumn(selection.open(), columns.type, flagsOf(wanted, types)), wanted);
  }
  if (minRating > 0) narrow('rating', withRating(selection.open(), columns.rating, minRating));
  if (price.length > 0) {
    narrow('price', withPrice(selection.open(), catalogue, { ranges: price, currency }));
  }
}

/** Chosen values by option name. */
function optionIds(
  { options }: Catalogue,
  filters: NonNullable<SearchFilters['options']>,
): Map<string, Set<number>> {
  const byName = new Map<string, Set<number>>();
  for (const { name, values } of filters) {
    if (values.length === 0) continue;
    const ids = idsOf(values.map((value) => options.find(name, value)));
    byName.set(valueKey(name), new Set([...(byName.get(valueKey(name)) ?? []), ...ids]));
  }
  return byName;
}

/** Values that no product has drop out: they match nothing. */
function idsOf(ids: readonly number[]): Set<number> {
  return new Set(ids.filter((id) => id >= 0));
}

function flagsOf(wanted: ReadonlySet<number>, dictionary: ValueDictionary): Uint8Array {
  const flags = new Uint8Array(dictionary.size);
  for (const id of wanted) flags[id] = 1;
  return flags;
}

function withAny(words: number, lists: SortedLists, wanted: ReadonlySet<number>): Bits {
  const passing = new Uint32Array(words);
  for (const id of wanted) {
    for (const slot of lists.view(id)) put(passing, slot, true);
  }
  return passing;
}

/*
 * The loops below differ only in their test. They are written out, and test all 32 slots of a
 * word at once, because a shared loop that calls a function for each takes five times as long.
 */

function withColumn(among: Bits, column: Uint32Array, flags: Uint8Array): Bits {
  const passing = new Uint32Array(among.length);
  for (let at = 0; at < among.length; at += 1) {
    if (among[at] === 0) continue;
    let passed = 0;
    for (let bit = 0; bit < 32; bit += 1) {
      // Beyond the last value, and for no type, there is no flag.
      if (flags[column[at * 32 + bit] as number] === 1) passed |= 1 << bit;
    }
    passing[at] = passed;
  }
  return passing;
}

function withRating(among: Bits, rating: Uint16Array, minRating: number): Bits {
  const least = Math.round(minRating * 100);
  const passing = new Uint32Array(among.length);
  for (let at = 0; at < among.length; at += 1) {
    if (among[at] === 0) continue;
    let passed = 0;
    for (let bit = 0; bit < 32; bit += 1) {
      if ((rating[at * 32 + bit] as number) >= least) passed |= 1 << bit;
    }
    passing[at] = passed;
  }
  return passing;
}

function withPrice(
  among: Bits,
  { columns }: Catalogue,
  { ranges, currency }: { ranges: readonly PriceRange[]; currency: number },
): Bits {
  const passing = new Uint32Array(among.length);
  for (const { minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER } of ranges) {
    const range = { minMinor, maxMinor, currency };
    for (let at = 0; at < among.length; at += 1) {
      if (among[at] === 0) continue;
      passing[at] = (passing[at] as number) | pricedWithin(columns, at, range);
    }
  }
  return passing;
}

/** The 32 slots from `word * 32`. */
function pricedWithin(
  { priceMinor, currency }: Catalogue['columns'],
  word: number,
  range: { minMinor: number; maxMinor: number; currency: number },
): number {
  const { minMinor, maxMinor } = range;
  let passed = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    const slot = word * 32 + bit;
    const price = priceMinor[slot] as number;
    if (price < minMinor || price > maxMinor) continue;
    if (currency[slot] === range.currency) passed |= 1 << bit;
  }
  return passed;
}
