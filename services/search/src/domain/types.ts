import type { Refusal, Result } from '@mkt/kernel';

/** What the index needs to know of a published product. */
export interface IndexedProduct {
  readonly productId: string;
  readonly vendorId: string;
  readonly vendorName: string;
  readonly handle: string;
  readonly title: string;
  /** Plain text or HTML; markup is stripped. Searched, but not kept. */
  readonly description: string;
  readonly type: string;
  readonly tags: readonly string[];
  readonly options: readonly ProductOption[];
  /** The lowest price of its variants. */
  readonly priceMinor: number;
  readonly compareAtMinor?: number;
  readonly currency: string;
  readonly inStock: boolean;
  /** 0 to 5, kept to two decimals; 0 means not rated. */
  readonly ratingAverage: number;
  readonly ratingCount: number;
  readonly publishedAt: string;
  readonly image?: ProductImage;
  readonly version: number;
}

export interface ProductOption {
  readonly name: string;
  readonly values: readonly string[];
}

export interface ProductImage {
  readonly src: string;
  readonly alt: string;
}

/** What a result list shows of a product. */
export type SearchHit = Omit<IndexedProduct, 'description' | 'tags' | 'options'>;

export const SORTS = ['relevance', 'price_asc', 'price_desc', 'newest', 'rating'] as const;
export type Sort = (typeof SORTS)[number];

/** Bounds are inclusive; a missing one is open. */
export interface PriceRange {
  readonly minMinor?: number;
  readonly maxMinor?: number;
}

/** Values of one dimension are alternatives; dimensions narrow each other. */
export interface SearchFilters {
  readonly vendorIds?: readonly string[];
  readonly types?: readonly string[];
  readonly tags?: readonly string[];
  /** Each option name is a dimension of its own. */
  readonly options?: readonly ProductOption[];
  readonly price?: readonly PriceRange[];
  readonly minRating?: number;
  readonly onlyInStock?: boolean;
}

export interface SearchQuery {
  /** Empty or missing text browses everything. */
  readonly text?: string;
  readonly filters?: SearchFilters;
  readonly sort?: Sort;
  /** What price filters, bands and sorts are in; by default what most products are priced in. */
  readonly currency?: string;
  readonly limit?: number;
  /** `nextCursor` of the page before, for the same query. */
  readonly after?: string;
  /** False skips counting, for pages after the first. */
  readonly facets?: boolean;
}

export interface FacetValue {
  /** What a filter takes. */
  readonly value: string;
  readonly label: string;
  readonly count: number;
  readonly selected: boolean;
}

export interface OptionFacet {
  readonly name: string;
  readonly values: readonly FacetValue[];
}

export interface PriceBand extends PriceRange {
  readonly count: number;
}

/** Counts ignore the filter on their own dimension, so that a shopper can add alternatives. */
export interface Facets {
  readonly vendors: readonly FacetValue[];
  readonly types: readonly FacetValue[];
  readonly tags: readonly FacetValue[];
  readonly options: readonly OptionFacet[];
  readonly price: { readonly currency: string; readonly bands: readonly PriceBand[] };
  readonly ratings: readonly { readonly atLeast: number; readonly count: number }[];
  readonly availability: { readonly inStock: number; readonly outOfStock: number };
}

export type TermMatch = 'exact' | 'prefix' | 'fuzzy' | 'none';

/** How one word of the query was understood. */
export interface TermReading {
  readonly typed: string;
  readonly match: TermMatch;
  /** The closest indexed terms, best first. */
  readonly readAs: readonly string[];
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  readonly total: number;
  readonly nextCursor?: string;
  readonly facets?: Facets;
  readonly interpretation: {
    readonly terms: readonly TermReading[];
    /** How many of the terms every hit contains: fewer than all when nothing contains all. */
    readonly matchedTerms: number;
  };
}

export type SearchRefusalCode =
  | 'QUERY_TOO_LONG'
  | 'TOO_MANY_TERMS'
  | 'TOO_MANY_FILTER_VALUES'
  | 'FILTER_INVALID'
  | 'LIMIT_OUT_OF_RANGE'
  | 'SORT_UNKNOWN'
  | 'CURRENCY_INVALID'
  | 'CURSOR_INVALID'
  | 'CURSOR_OF_OTHER_QUERY';

export interface SearchRefusal extends Refusal {
  readonly code: SearchRefusalCode;
}

export type SearchResult = Result<SearchPage, SearchRefusal>;

export interface Suggestion {
  readonly kind: 'product' | 'type' | 'vendor' | 'tag';
  readonly text: string;
  /** What to filter by, or the product's id. */
  readonly value: string;
  /** Present on products only. */
  readonly handle?: string;
  /** How many visible products; 1 for a product. */
  readonly count: number;
}

export interface IndexRefusal extends Refusal {
  readonly code: 'INVALID_DOCUMENT' | 'INDEX_FULL';
}

/** `stale`: the index already has this version or a newer one, or the product was removed since. */
export type UpsertResult = Result<'applied' | 'stale', IndexRefusal>;

export interface SnapshotRefusal extends Refusal {
  readonly code: 'SNAPSHOT_FOREIGN' | 'SNAPSHOT_OUTDATED' | 'SNAPSHOT_DAMAGED';
}
