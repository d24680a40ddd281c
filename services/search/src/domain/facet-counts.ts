import { type Bits, countOf, countOfBoth } from './bits.ts';
import type { Catalogue } from './catalogue.ts';
import { NO_TYPE } from './columns.ts';
import type { ListPool } from './list-pool.ts';
import { type Dimension, type Facet, type Selection, type Slots, shorter } from './selection.ts';
import type { ValueLists } from './value-lists.ts';

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
    return this.byLists(tagLists, totalOf(tags), this.selection.by('tag'));
  }

  options(): Uint32Array {
    const { options, optionLists } = this.catalogue;
    const total = totalOf(options.values);
    const counts = this.byLists(optionLists, total, undefined);
    for (const dimension of this.selection.dimensions) {
      if (dimension.facet !== 'option') continue;
      // Only this option's values: the filter still holds for the other options.
      const name = options.names.find(dimension.option);
      const own = total.map((count, id) => (options.nameOf[id] === name ? count : 0));
      const free = this.byLists(optionLists, own, dimension);
      for (let id = 0; id < own.length; id += 1) {
        if (options.nameOf[id] === name) counts[id] = free[id] as number;
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

  /** Values without a product in `total` are not counted. */
  private byLists(
    lists: ValueLists,
    total: Uint32Array,
    dimension: Dimension | undefined,
  ): Uint32Array {
    const chosen = this.selection.regardless(dimension);
    const slots = dimension ? this.regardless(dimension) : this.ofHits;
    if (!lists.isShorterByValue(slots.count, this.catalogue.size)) {
      return counted(total, tallyLists(lists.ofSlot), slots);
    }
    return total.map((count, id) => (count === 0 ? 0 : lists.countIn(chosen, id)));
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

function tallyLists({ data, starts, lengths }: ListPool<Uint32Array<ArrayBuffer>>): Tally {
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
