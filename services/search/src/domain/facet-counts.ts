import type { Catalogue } from './catalogue.ts';
import { NO_TYPE } from './columns.ts';
import type { Dimension, Facet } from './filters.ts';
import { PRICE_STEPS } from './price-steps.ts';
import type { ValueDictionary } from './value-dictionary.ts';

export interface Slots {
  readonly list: Uint32Array;
  readonly count: number;
}

/** What facets are counted over. */
export interface Counted {
  readonly hits: Slots;
  /** Visible products that are no hits, given instead of counting more hits than these. */
  readonly rest: Slots | undefined;
  /** The candidates that fail this dimension alone. */
  near(dimension: Dimension): Slots;
}

type Count = (into: Uint32Array, slots: Slots, step: 1 | -1) => void;

/** Products by value; a facet's own filter takes nothing from its own counts. */
export class FacetCounts {
  private readonly catalogue: Catalogue;
  private readonly counted: Counted;
  private readonly dimensions: readonly Dimension[];

  constructor(catalogue: Catalogue, counted: Counted, dimensions: readonly Dimension[]) {
    this.catalogue = catalogue;
    this.counted = counted;
    this.dimensions = dimensions;
  }

  vendors(): Uint32Array {
    const { vendors, columns } = this.catalogue;
    return this.tally('vendor', vendors, overColumn(columns.vendor));
  }

  types(): Uint32Array {
    const { types, columns } = this.catalogue;
    return this.tally('type', types, overColumn(columns.type));
  }

  tags(): Uint32Array {
    return this.tally('tag', this.catalogue.tags, overLists(this.catalogue.tagsOf));
  }

  options(): Uint32Array {
    const { options, optionsOf } = this.catalogue;
    const count = overLists(optionsOf);
    const total = this.overHits(options.values, count);
    for (const dimension of this.dimensions) {
      if (dimension.facet !== 'option') continue;
      const name = options.names.find(dimension.option);
      const near = new Uint32Array(options.values.size);
      count(near, this.counted.near(dimension), 1);
      // Only this option's values gain: the filter still holds for the other options.
      for (let id = 0; id < near.length; id += 1) {
        if (options.nameOf[id] === name) total[id] = (total[id] as number) + (near[id] as number);
      }
    }
    return total;
  }

  /** Products in the currency by price step. */
  priceSteps(currency: number): Uint32Array {
    const { columns } = this.catalogue;
    const total = new Uint32Array(PRICE_STEPS);
    for (const { list, count } of this.hitsAnd('price')) {
      for (let at = 0; at < count; at += 1) {
        const slot = list[at] as number;
        if (columns.currency[slot] !== currency) continue;
        const step = columns.priceStep[slot] as number;
        total[step] = (total[step] as number) + 1;
      }
    }
    return total;
  }

  /** Products with at least 0 to 5 stars. */
  ratings(): Uint32Array {
    const { rating } = this.catalogue.columns;
    const total = new Uint32Array(6);
    for (const { list, count } of this.hitsAnd('rating')) {
      for (let at = 0; at < count; at += 1) {
        const stars = ((rating[list[at] as number] as number) / 100) | 0;
        total[stars] = (total[stars] as number) + 1;
      }
    }
    for (let stars = 4; stars >= 0; stars -= 1) {
      total[stars] = (total[stars] as number) + (total[stars + 1] as number);
    }
    return total;
  }

  /** Products out of stock, and in stock. */
  availability(): readonly [outOfStock: number, inStock: number] {
    const { inStock } = this.catalogue.columns;
    let all = 0;
    let available = 0;
    for (const { list, count } of this.hitsAnd('stock')) {
      all += count;
      for (let at = 0; at < count; at += 1) available += inStock[list[at] as number] as number;
    }
    return [all - available, available];
  }

  private tally(facet: Facet, dictionary: ValueDictionary, count: Count): Uint32Array {
    const total = this.overHits(dictionary, count);
    const dimension = this.dimensions.find((each) => each.facet === facet);
    if (dimension !== undefined) count(total, this.counted.near(dimension), 1);
    return total;
  }

  /** Counts the smaller side: the hits, or the rest taken from the catalogue's totals. */
  private overHits(dictionary: ValueDictionary, count: Count): Uint32Array {
    const { hits, rest } = this.counted;
    const total = rest ? dictionary.visible.slice(0, dictionary.size) : zeros(dictionary.size);
    count(total, rest ?? hits, rest ? -1 : 1);
    return total;
  }

  private *hitsAnd(facet: Facet): Iterable<Slots> {
    yield this.counted.hits;
    const dimension = this.dimensions.find((each) => each.facet === facet);
    if (dimension !== undefined) yield this.counted.near(dimension);
  }
}

const zeros = (size: number) => new Uint32Array(size);

function overColumn(column: Uint32Array): Count {
  return (into, { list, count }, step) => {
    for (let at = 0; at < count; at += 1) {
      const id = column[list[at] as number] as number;
      if (id !== NO_TYPE) into[id] = (into[id] as number) + step;
    }
  };
}

function overLists(lists: Catalogue['tagsOf']): Count {
  const { data, starts, lengths } = lists;
  return (into, { list, count }, step) => {
    for (let at = 0; at < count; at += 1) {
      const slot = list[at] as number;
      const start = starts[slot] as number;
      const end = start + (lengths[slot] as number);
      for (let position = start; position < end; position += 1) {
        const id = data[position] as number;
        into[id] = (into[id] as number) + step;
      }
    }
  };
}
