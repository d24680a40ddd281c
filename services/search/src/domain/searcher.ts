import { ok } from '@mkt/kernel';
import { type Bits, countOf, listInto } from './bits.ts';
import type { Catalogue } from './catalogue.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { FacetCounts } from './facet-counts.ts';
import { facetsOf } from './facets.ts';
import { applyFilters } from './filters.ts';
import type { Ordering, Place } from './ordering.ts';
import { describe } from './plan.ts';
import { type ParsedQuery, parseQuery } from './query.ts';
import { type Match, Ranking } from './ranking.ts';
import { Selection } from './selection.ts';
import { orderingBy } from './sorts.ts';
import type { Facets, SearchPage, SearchQuery, SearchResult } from './types.ts';

/** Answers queries over a catalogue. Its working arrays are as long as the catalogue and reused. */
export class Searcher {
  private readonly catalogue: Catalogue;
  private readonly ranking: Ranking;
  private lists: readonly [Uint32Array, Uint32Array] = [new Uint32Array(0), new Uint32Array(0)];
  private keys = new Float64Array(0);

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
    this.ranking = new Ranking(catalogue.postings);
  }

  search(query: SearchQuery): SearchResult {
    const parsed = parseQuery(query);
    if (!parsed.ok) return parsed;
    const { filters, sort, limit, fingerprint, after, terms, facets } = parsed.value;
    const currency =
      parsed.value.currency < 0 ? this.catalogue.totals.mainCurrency() : parsed.value.currency;
    this.reserve();
    const match = this.match(parsed.value);
    const score = terms.length > 0 ? this.ranking.score : undefined;
    const ordering = orderingBy(sort, this.catalogue, { currency, score });
    let from: Place | undefined;
    if (after !== undefined) {
      const place = decodeCursor(after, { fingerprint, depth: ordering.depth });
      if (!place.ok) return place;
      from = place.value;
    }
    const selection = new Selection(match.candidates);
    applyFilters(selection, this.catalogue, { filters, currency });
    const counted = facets ? this.facets(selection, currency) : undefined;
    const slots = this.page(selection.hits, ordering, { limit: limit + 1, from });
    return ok({
      ...this.slice(parsed.value, slots, ordering),
      total: countOf(selection.hits),
      ...(counted !== undefined && { facets: counted }),
      interpretation: {
        terms: describe(this.catalogue.postings, match.plan),
        matchedTerms: match.required,
      },
    });
  }

  /** Candidates by text alone; without text everything visible. */
  private match({ terms }: ParsedQuery): Match {
    const { columns, visible, size } = this.catalogue;
    if (terms.length === 0) return { plan: [], required: 0, candidates: visible };
    return this.ranking.match(terms, { visible, size, capacity: columns.capacity });
  }

  private facets(selection: Selection, currency: number): Facets {
    const counts = new FacetCounts(this.catalogue, selection, this.lists);
    return facetsOf(this.catalogue, counts, { selection, currency });
  }

  private page(
    hits: Bits,
    ordering: Ordering,
    range: { limit: number; from: Place | undefined },
  ): number[] {
    const [list] = this.lists;
    return ordering.select({ list, count: listInto(hits, list) }, this.keys, range);
  }

  /** One slot more than the page holds says that there is a next page. */
  private slice(
    { limit, fingerprint }: ParsedQuery,
    slots: readonly number[],
    ordering: Ordering,
  ): Pick<SearchPage, 'hits' | 'nextCursor'> {
    const shown = slots.slice(0, limit);
    const last = shown.at(-1);
    const hits = shown.map((slot) => this.catalogue.hit(slot));
    if (slots.length <= limit || last === undefined) return { hits };
    return { hits, nextCursor: encodeCursor(fingerprint, ordering.place(last)) };
  }

  private reserve(): void {
    const { capacity } = this.catalogue.columns;
    if (capacity <= this.keys.length) return;
    this.lists = [new Uint32Array(capacity), new Uint32Array(capacity)];
    this.keys = new Float64Array(capacity);
  }
}
