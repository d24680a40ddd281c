import { ok } from '@mkt/kernel';
import type { Catalogue } from './catalogue.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Slots } from './facet-counts.ts';
import { facetsOf } from './facets.ts';
import { type Dimension, dimensionsOf, HIT, screen } from './filters.ts';
import { type Ordering, orderingBy, type Place } from './ordering.ts';
import { describe } from './plan.ts';
import { type ParsedQuery, parseQuery } from './query.ts';
import { type Match, Ranking } from './ranking.ts';
import { selectTop } from './top.ts';
import type { Facets, SearchPage, SearchQuery, SearchResult } from './types.ts';

/** Answers queries over a catalogue. Its working arrays are as long as the catalogue and reused. */
export class Searcher {
  private readonly catalogue: Catalogue;
  private readonly ranking: Ranking;
  private candidates = new Uint32Array(0);
  private hits = new Uint32Array(0);
  private others = new Uint32Array(0);
  private remainder = new Uint32Array(0);
  private verdicts = new Uint8Array(0);
  private marks = new Uint8Array(0);

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
    this.ranking = new Ranking(catalogue.postings);
  }

  search(query: SearchQuery): SearchResult {
    const parsed = parseQuery(query);
    if (!parsed.ok) return parsed;
    const { filters, limit, after, fingerprint } = parsed.value;
    const currency =
      parsed.value.currency < 0 ? this.catalogue.mainCurrency() : parsed.value.currency;
    this.reserve();
    const match = this.match(parsed.value);
    const score = parsed.value.terms.length > 0 ? this.ranking.score : undefined;
    const ordering = orderingBy(parsed.value.sort, this.catalogue, { currency, score });
    let from: Place | undefined;
    if (after !== undefined) {
      const place = decodeCursor(after, { fingerprint, depth: ordering.depth });
      if (!place.ok) return place;
      from = place.value;
    }
    const dimensions = dimensionsOf(this.catalogue, filters, currency);
    const hits = this.narrow(match.count, dimensions);
    const facets = parsed.value.facets
      ? this.facets(match.count, hits, { dimensions, currency })
      : undefined;
    const slots = this.page(hits, ordering, { limit: limit + 1, from });
    return ok(this.toPage(parsed.value, match, { hits, slots, ordering, facets }));
  }

  /** Candidates by text alone; without text everything visible. */
  private match({ terms }: ParsedQuery): Match {
    const { columns, top, size } = this.catalogue;
    if (terms.length > 0) {
      return this.ranking.match(terms, { visible: columns.visible, size }, this.candidates);
    }
    let count = 0;
    for (let slot = 0; slot < top; slot += 1) {
      if (columns.visible[slot] === 0) continue;
      this.candidates[count] = slot;
      count += 1;
    }
    return { plan: [], count, required: 0 };
  }

  private narrow(count: number, dimensions: readonly Dimension[]): Slots {
    if (dimensions.length === 0) return { list: this.candidates, count };
    screen(this.candidates, count, dimensions, this.verdicts);
    return this.withVerdict(HIT, count, this.hits);
  }

  private withVerdict(verdict: number, count: number, into: Uint32Array): Slots {
    let found = 0;
    for (let at = 0; at < count; at += 1) {
      if (this.verdicts[at] !== verdict) continue;
      into[found] = this.candidates[at] as number;
      found += 1;
    }
    return { list: into, count: found };
  }

  private facets(
    candidates: number,
    hits: Slots,
    options: { dimensions: readonly Dimension[]; currency: number },
  ): Facets {
    const { dimensions } = options;
    // Facets take the rest before any near list: both use the same array.
    const isMost = hits.count > this.catalogue.visibleCount / 2;
    const rest = isMost ? this.rest(hits) : undefined;
    const near = (dimension: Dimension) =>
      this.withVerdict(dimensions.indexOf(dimension) + 1, candidates, this.others);
    return facetsOf(this.catalogue, { hits, rest, near }, options);
  }

  private rest(hits: Slots): Slots {
    const { marks } = this;
    const { columns, top } = this.catalogue;
    marks.fill(0, 0, top);
    for (let at = 0; at < hits.count; at += 1) marks[hits.list[at] as number] = 1;
    const list = this.remainder;
    let count = 0;
    for (let slot = 0; slot < top; slot += 1) {
      if (columns.visible[slot] === 0 || marks[slot] === 1) continue;
      list[count] = slot;
      count += 1;
    }
    return { list, count };
  }

  private page(
    hits: Slots,
    ordering: Ordering,
    { limit, from }: { limit: number; from: Place | undefined },
  ): number[] {
    const before = (a: number, b: number) => ordering.before(a, b);
    let { list, count } = hits;
    if (from !== undefined) {
      const kept = this.others;
      let found = 0;
      for (let at = 0; at < count; at += 1) {
        const slot = list[at] as number;
        if (!ordering.isAfter(slot, from)) continue;
        kept[found] = slot;
        found += 1;
      }
      list = kept;
      count = found;
    }
    return selectTop(count, limit, (at) => list[at] as number, before);
  }

  private toPage(
    { limit, fingerprint }: ParsedQuery,
    { plan, required }: Match,
    result: { hits: Slots; slots: number[]; ordering: Ordering; facets: Facets | undefined },
  ): SearchPage {
    const { hits, slots, ordering, facets } = result;
    const shown = slots.slice(0, limit);
    const last = shown.at(-1);
    const hasMore = slots.length > limit && last !== undefined;
    return {
      hits: shown.map((slot) => this.catalogue.hit(slot)),
      total: hits.count,
      ...(hasMore && { nextCursor: encodeCursor(fingerprint, ordering.place(last)) }),
      ...(facets !== undefined && { facets }),
      interpretation: {
        terms: describe(this.catalogue.postings, plan),
        matchedTerms: required,
      },
    };
  }

  private reserve(): void {
    const { capacity } = this.catalogue.columns;
    if (capacity <= this.candidates.length) return;
    this.candidates = new Uint32Array(capacity);
    this.hits = new Uint32Array(capacity);
    this.others = new Uint32Array(capacity);
    this.remainder = new Uint32Array(capacity);
    this.verdicts = new Uint8Array(capacity);
    this.marks = new Uint8Array(capacity);
  }
}
