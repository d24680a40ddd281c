import type { Catalogue } from './catalogue.ts';
import { NO_TYPE } from './columns.ts';
import type { ListPool } from './list-pool.ts';
import type { PriceRange, SearchFilters } from './types.ts';
import { type ValueDictionary, valueKey } from './value-dictionary.ts';

export type Facet = 'vendor' | 'type' | 'tag' | 'option' | 'price' | 'rating' | 'stock';

/** One narrowing of the result. */
export interface Dimension {
  readonly facet: Facet;
  /** The option's name; empty for other facets. */
  readonly option: string;
  readonly selected: ReadonlySet<number>;
  passes(slot: number): boolean;
}

type Lists = ListPool<Uint32Array<ArrayBuffer>>;

export function dimensionsOf(
  catalogue: Catalogue,
  filters: SearchFilters,
  currency: number,
): Dimension[] {
  const { columns, vendors, types, tags } = catalogue;
  const found: Dimension[] = [];
  const add = (facet: Facet, passes: Dimension['passes'], selected = new Set<number>()) =>
    found.push({ facet, option: '', selected, passes });

  if (filters.vendorIds !== undefined && filters.vendorIds.length > 0) {
    const wanted = idsOf(filters.vendorIds.map((id) => vendors.find(id)));
    add('vendor', passColumn(columns.vendor, wanted, vendors), wanted);
  }
  if (filters.types !== undefined && filters.types.length > 0) {
    const wanted = idsOf(filters.types.map((type) => types.find(valueKey(type))));
    add('type', passColumn(columns.type, wanted, types), wanted);
  }
  if (filters.tags !== undefined && filters.tags.length > 0) {
    const wanted = idsOf(filters.tags.map((tag) => tags.find(valueKey(tag))));
    add('tag', passLists(catalogue.tagsOf, wanted, tags), wanted);
  }
  found.push(...optionDimensions(catalogue, filters.options ?? []));
  if (filters.price !== undefined && filters.price.length > 0) {
    add('price', passPrice(catalogue, filters.price, currency));
  }
  if (filters.minRating !== undefined && filters.minRating > 0) {
    const least = Math.round(filters.minRating * 100);
    add('rating', (slot) => (columns.rating[slot] as number) >= least);
  }
  if (filters.onlyInStock === true) add('stock', (slot) => columns.inStock[slot] === 1);
  return found;
}

function optionDimensions(
  { options, optionsOf }: Catalogue,
  filters: NonNullable<SearchFilters['options']>,
): Dimension[] {
  const byName = new Map<string, number[]>();
  for (const { name, values } of filters) {
    if (values.length === 0) continue;
    const ids = values.map((value) => options.find(name, value));
    byName.set(valueKey(name), [...(byName.get(valueKey(name)) ?? []), ...ids]);
  }
  return [...byName].map(([option, ids]) => {
    const selected = idsOf(ids);
    const passes = passLists(optionsOf, selected, options.values);
    return { facet: 'option', option, selected, passes };
  });
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

function passColumn(column: Uint32Array, wanted: ReadonlySet<number>, all: ValueDictionary) {
  const flags = flagsOf(wanted, all);
  return (slot: number) => {
    const id = column[slot] as number;
    return id !== NO_TYPE && flags[id] === 1;
  };
}

function passLists(lists: Lists, wanted: ReadonlySet<number>, all: ValueDictionary) {
  const flags = flagsOf(wanted, all);
  const { data, starts, lengths } = lists;
  return (slot: number) => {
    const start = starts[slot] as number;
    const end = start + (lengths[slot] as number);
    for (let at = start; at < end; at += 1) {
      if (flags[data[at] as number] === 1) return true;
    }
    return false;
  };
}

function passPrice({ columns }: Catalogue, ranges: readonly PriceRange[], currency: number) {
  const bounds = ranges.map(
    ({ minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER }) => [minMinor, maxMinor] as const,
  );
  return (slot: number) => {
    if (columns.currency[slot] !== currency) return false;
    const price = columns.priceMinor[slot] as number;
    return bounds.some(([least, most]) => price >= least && price <= most);
  };
}

/** Verdicts on a candidate: a hit, out, or the number (from 1) of the only dimension it fails. */
export const HIT = 0;
export const OUT = 255;

/** Judges every candidate once; the lone failures are what a facet's own filter must not hide. */
export function screen(
  candidates: Uint32Array,
  count: number,
  dimensions: readonly Dimension[],
  verdicts: Uint8Array,
): void {
  verdicts.fill(HIT, 0, count);
  dimensions.forEach((dimension, number) => {
    const { passes } = dimension;
    for (let at = 0; at < count; at += 1) {
      const verdict = verdicts[at] as number;
      if (verdict === OUT || passes(candidates[at] as number)) continue;
      verdicts[at] = verdict === HIT ? number + 1 : OUT;
    }
  });
}
