import { type Bits, countOf, listInto, union, without } from './bits.ts';

export type Facet = 'vendor' | 'type' | 'tag' | 'option' | 'price' | 'rating' | 'stock';

/** One narrowing of the result. */
export interface Dimension {
  readonly facet: Facet;
  /** The key of the option's name; empty for other facets. */
  readonly option: string;
  /** Ids of the chosen values, where the facet has such. */
  readonly selected: ReadonlySet<number>;
  /** The slots that pass, as far as they matter: see `Selection.open`. */
  readonly passing: Bits;
}

/** Slots to go through, and whether they are the ones meant or the ones to leave out. */
export interface Slots {
  readonly list: Uint32Array;
  readonly count: number;
  /** 1: these slots. -1: all visible slots but these, because these are fewer. */
  readonly sign: 1 | -1;
}

/** What passes all filters, and what passes all but one. */
export class Selection {
  readonly hits: Bits;
  readonly dimensions: Dimension[] = [];
  /** Candidates that fail exactly one filter. */
  private readonly near: Bits;

  constructor(candidates: Bits) {
    this.hits = candidates.slice();
    this.near = new Uint32Array(candidates.length);
  }

  /** Candidates that can still become anything: those that fail two filters are out for good. */
  open(): Bits {
    return union(this.hits, this.near);
  }

  narrow(dimension: Dimension): void {
    const { hits, near } = this;
    const { passing } = dimension;
    for (let at = 0; at < hits.length; at += 1) {
      const passes = passing[at] as number;
      const hit = hits[at] as number;
      near[at] = ((near[at] as number) & passes) | (hit & ~passes);
      hits[at] = hit & passes;
    }
    this.dimensions.push(dimension);
  }

  /** The slots that pass every filter but this one: what its own facet counts. */
  regardless(dimension: Dimension | undefined): Bits {
    if (dimension === undefined) return this.hits;
    return union(this.hits, without(this.near, dimension.passing));
  }

  /** The narrowing by this facet, if any; by one of them for options. */
  by(facet: Facet): Dimension | undefined {
    return this.dimensions.find((each) => each.facet === facet);
  }
}

/** The shorter way to say which of the visible slots are chosen. */
export function shorter(
  chosen: Bits,
  visible: { bits: Bits; count: number },
  into: Uint32Array,
): Slots {
  if (countOf(chosen) * 2 <= visible.count) {
    return { list: into, count: listInto(chosen, into), sign: 1 };
  }
  return { list: into, count: listInto(without(visible.bits, chosen), into), sign: -1 };
}
