import type { Catalogue } from './catalogue.ts';
import { currencyCode } from './columns.ts';
import type { FacetCounts } from './facet-counts.ts';
import { LIMITS } from './limits.ts';
import { priceBands } from './price-steps.ts';
import type { Dimension, Facet, Selection } from './selection.ts';
import { selectTop } from './top.ts';
import type { Facets, FacetValue, OptionFacet } from './types.ts';
import type { ValueDictionary } from './value-dictionary.ts';

const NONE: ReadonlySet<number> = new Set();

export function facetsOf(
  catalogue: Catalogue,
  counts: FacetCounts,
  { selection, currency }: { selection: Selection; currency: number },
): Facets {
  const selected = (facet: Facet) => selection.by(facet)?.selected ?? NONE;
  const stars = counts.ratings();
  const { vendors, types, tags } = catalogue;
  return {
    vendors: commonest(vendors, counts.vendors(), selected('vendor'), (id) => vendors.keys[id]),
    types: commonest(types, counts.types(), selected('type')),
    tags: commonest(tags, counts.tags(), selected('tag')),
    options: optionFacets(catalogue, counts.options(), selection.dimensions),
    price: {
      currency: currency < 0 ? '' : currencyCode(currency),
      bands: priceBands(counts.priceSteps(currency)),
    },
    ratings: [4, 3, 2, 1].map((atLeast) => ({ atLeast, count: stars[atLeast] as number })),
    availability: counts.availability(),
  };
}

/** The values that most products have, and the selected ones whatever their count. */
function commonest(
  dictionary: ValueDictionary,
  counts: Uint32Array,
  selected: ReadonlySet<number>,
  nameOfValue: (id: number) => string | undefined = (id) => dictionary.labels[id],
): FacetValue[] {
  const present: number[] = [];
  for (let id = 0; id < counts.length; id += 1) if (counts[id] !== 0) present.push(id);
  return ranked(dictionary, counts, { ids: present, selected }).map((id) => ({
    value: nameOfValue(id) as string,
    label: dictionary.labels[id] as string,
    count: counts[id] as number,
    selected: selected.has(id),
  }));
}

function ranked(
  dictionary: ValueDictionary,
  counts: Uint32Array,
  { ids, selected }: { ids: readonly number[]; selected: ReadonlySet<number> },
): number[] {
  const keys = Float64Array.from(ids, (id) => -(counts[id] as number));
  const beforeOnTie = (a: number, b: number) =>
    compareValues(dictionary, ids[a] as number, ids[b] as number) < 0;
  const ranking = { count: ids.length, keys, beforeOnTie };
  const top = selectTop(ranking, LIMITS.facetValues).map((position) => ids[position] as number);
  const shown = new Set(top);
  const others = [...selected].filter((id) => !shown.has(id));
  return [...top, ...others.sort((a, b) => compareValues(dictionary, a, b))];
}

function compareValues({ labels, keys }: ValueDictionary, a: number, b: number): number {
  const text = labels[a] === labels[b] ? keys : labels;
  return (text[a] as string) < (text[b] as string) ? -1 : 1;
}

/** Names by how much they say about the result, each with its values. */
function optionFacets(
  { options }: Catalogue,
  counts: Uint32Array,
  dimensions: readonly Dimension[],
): OptionFacet[] {
  const { names, values, nameOf } = options;
  const byName = new Map<number, number[]>();
  const total = new Uint32Array(names.size);
  const selected = new Set(
    dimensions.flatMap(({ facet, selected: ids }) => (facet === 'option' ? [...ids] : [])),
  );
  for (let id = 0; id < counts.length; id += 1) {
    if (counts[id] === 0 && !selected.has(id)) continue;
    const name = nameOf[id] as number;
    total[name] = (total[name] as number) + (counts[id] as number);
    const ids = byName.get(name);
    if (ids === undefined) byName.set(name, [id]);
    else ids.push(id);
  }
  return [...byName.keys()]
    .sort((a, b) => (total[b] as number) - (total[a] as number) || compareValues(names, a, b))
    .slice(0, LIMITS.facetOptionNames)
    .map((name) => ({
      name: names.labels[name] as string,
      values: optionValues(values, counts, { ids: byName.get(name) ?? [], selected }),
    }));
}

function optionValues(
  values: ValueDictionary,
  counts: Uint32Array,
  { ids, selected }: { ids: readonly number[]; selected: ReadonlySet<number> },
): FacetValue[] {
  const own = new Set(ids.filter((id) => selected.has(id)));
  return ranked(values, counts, { ids, selected: own }).map((id) => ({
    value: values.labels[id] as string,
    label: values.labels[id] as string,
    count: counts[id] as number,
    selected: own.has(id),
  }));
}
