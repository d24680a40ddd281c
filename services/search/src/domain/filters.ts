import type { Bits } from './bits.ts';
import type { Catalogue } from './catalogue.ts';
import { stepsWithin } from './price-steps.ts';
import type { Facet, Selection } from './selection.ts';
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
    narrow('tag', catalogue.tagLists.withAny(wanted, inStock.length), wanted);
  }
  for (const [name, wanted] of optionIds(catalogue, filters.options ?? [])) {
    narrow('option', catalogue.optionLists.withAny(wanted, inStock.length), wanted, name);
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
  const below = Math.round(minRating * 100) - 1;
  const passing = new Uint32Array(among.length);
  for (let at = 0; at < among.length; at += 1) {
    if (among[at] === 0) continue;
    let passed = 0;
    for (let bit = 0; bit < 32; bit += 1) {
      // The sign of the difference, because a branch that goes either way takes much longer.
      passed |= ((below - (rating[at * 32 + bit] as number)) >>> 31) << bit;
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
    const range = { minMinor, maxMinor, currency, bySteps: stepsWithin(minMinor, maxMinor) };
    for (let at = 0; at < among.length; at += 1) {
      if (among[at] === 0) continue;
      passing[at] = (passing[at] as number) | pricedWithin(columns, at, range);
    }
  }
  return passing;
}

interface PricedWithin {
  readonly minMinor: number;
  readonly maxMinor: number;
  readonly currency: number;
  /** As `stepsWithin` says. */
  readonly bySteps: Uint8Array;
}

/** The 32 slots from `word * 32`. The step of a price decides, except where the range ends. */
function pricedWithin(columns: Catalogue['columns'], word: number, range: PricedWithin): number {
  const { priceStep, currency, priceMinor } = columns;
  const { bySteps, minMinor, maxMinor } = range;
  let passed = 0;
  let unsure = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    const slot = word * 32 + bit;
    if (currency[slot] !== range.currency) continue;
    const verdict = bySteps[priceStep[slot] as number] as number;
    passed |= (verdict & 1) << bit;
    unsure |= (verdict >>> 1) << bit;
  }
  for (; unsure !== 0; unsure &= unsure - 1) {
    const bit = 31 - Math.clz32(unsure & -unsure);
    const price = priceMinor[word * 32 + bit] as number;
    if (price >= minMinor && price <= maxMinor) passed |= 1 << bit;
  }
  return passed;
}
