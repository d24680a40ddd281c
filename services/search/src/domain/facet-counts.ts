import { type Bits, countOf, countOfBoth } from './bits.ts';
import type { Catalogue } from './catalogue.ts';
import { NO_TYPE } from './columns.ts';
import type { ListPool } from './list-pool.ts';
import { type Dimension, type Facet, type Selection, type Slots, shorter } from './selection.ts';

/** Adds the slots' values to the counts, or takes them away. */
type Tally = (counts: Uint32Array, slots: Slots) => void;

/**
 * Products by value; a facet's own filter takes nothing from its own counts. Where most of the
 * catalogue is chosen, the others are taken from its totals: no more than half is ever visited.
 */
export class FacetCounts {
  private readonly catalogue: Catalogue;
  private readonly selection: Selection;
  private readonly scratch: Uint32Array;
  private readonly ofHits: Slots;

  /** `scratch` is room for two lists of slots. */
  constructor(
    catalogue: Catalogue,
    selection: Selection,
    scratch: readonly [Uint32Array, Uint32Array],
  ) {
    this.catalogue = catalogue;
    this.selection = selection;
    this.scratch = scratch[1];
    this.ofHits = this.slots(selection.hits, scratch[0]);
  }

  vendors(): Uint32Array {
    const { vendors, columns } = this.catalogue;
    return this.over('vendor', totalOf(vendors), byColumn(columns.vendor));
  }

  types(): Uint32Array {
    const { types, columns } = this.catalogue;
    return this.over('type', totalOf(types), byColumn(columns.type));
  }

  tags(): Uint32Array {
    const { tags, tagLists } = this.catalogue;
    return this.over('tag', totalOf(tags), byLists(tagLists.ofSlot));
  }

  options(): Uint32Array {
    const { options, optionLists } = this.catalogue;
    const tally = byLists(optionLists.ofSlot);
    const total = totalOf(options.values);
    const counts = counted(total, tally, this.ofHits);
    for (const dimension of this.selection.dimensions) {
      if (dimension.facet !== 'option') continue;
      const name = options.names.find(dimension.option);
      const own = counted(total, tally, this.regardless(dimension));
      // Only this option's values: the filter still holds for the other options.
      for (let id = 0; id < own.length; id += 1) {
        if (options.nameOf[id] === name) counts[id] = own[id] as number;
      }
    }
    return counts;
  }

  /** Products in the currency by price step. */
  priceSteps(currency: number): Uint32Array {
    const { columns, totals } = this.catalogue;
    const tally: Tally = (counts, { list, count, sign }) => {
      for (let at = 0; at < count; at += 1) {
        const slot = list[at] as number;
        if (columns.currency[slot] !== currency) continue;
        const step = columns.priceStep[slot] as number;
        counts[step] = (counts[step] as number) + sign;
      }
    };
    return this.over('price', totals.byPriceStep(currency), tally);
  }

  /** Products with at least 0 to 5 stars. */
  ratings(): Uint32Array {
    const { columns, totals } = this.catalogue;
    const tally: Tally = (counts, { list, count, sign }) => {
      for (let at = 0; at < count; at += 1) {
        const stars = ((columns.rating[list[at] as number] as number) / 100) | 0;
        counts[stars] = (counts[stars] as number) + sign;
      }
    };
    const counts = this.over('rating', totals.byStars, tally);
    for (let stars = 4; stars >= 0; stars -= 1) {
      counts[stars] = (counts[stars] as number) + (counts[stars + 1] as number);
    }
    return counts;
  }

  availability(): { inStock: number; outOfStock: number } {
    const all = this.selection.regardless(this.selection.by('stock'));
    const inStock = countOfBoth(all, this.catalogue.inStock);
    return { inStock, outOfStock: countOf(all) - inStock };
  }

  private over(facet: Facet, total: Uint32Array, tally: Tally): Uint32Array {
    const dimension = this.selection.by(facet);
    return counted(total, tally, dimension ? this.regardless(dimension) : this.ofHits);
  }

  private regardless(dimension: Dimension): Slots {
    return this.slots(this.selection.regardless(dimension), this.scratch);
  }

  private slots(chosen: Bits, into: Uint32Array): Slots {
    const { visible, totals } = this.catalogue;
    return shorter(chosen, { bits: visible, count: totals.products }, into);
  }
}

/** Of the whole visible catalogue. */
function totalOf(dictionary: { visible: Uint32Array; size: number }): Uint32Array {
  return dictionary.visible.subarray(0, dictionary.size);
}

function counted(total: Uint32Array, tally: Tally, slots: Slots): Uint32Array {
  const counts = slots.sign === 1 ? new Uint32Array(total.length) : total.slice();
  tally(counts, slots);
  return counts;
}

function byColumn(column: Uint32Array): Tally {
  return (counts, { list, count, sign }) => {
    for (let at = 0; at < count; at += 1) {
      const id = column[list[at] as number] as number;
      if (id !== NO_TYPE) counts[id] = (counts[id] as number) + sign;
    }
  };
}

function byLists({ data, starts, lengths }: ListPool<Uint32Array<ArrayBuffer>>): Tally {
  return (counts, { list, count, sign }) => {
    for (let at = 0; at < count; at += 1) {
      const slot = list[at] as number;
      const start = starts[slot] as number;
      const end = start + (lengths[slot] as number);
      for (let position = start; position < end; position += 1) {
        const id = data[position] as number;
        counts[id] = (counts[id] as number) + sign;
      }
    }
  };
}
