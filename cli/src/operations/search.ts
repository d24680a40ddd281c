import type { Api } from '../adapters/api.ts';
import type { SearchReply, Suggestions } from './shapes.ts';
import { vendorIdOf } from './vendors.ts';

export const searchSorts = ['relevance', 'price_asc', 'price_desc', 'newest', 'rating'] as const;

export interface SearchInput {
  readonly text: string;
  readonly vendor?: string | undefined;
  readonly type?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly option?: readonly string[] | undefined;
  readonly minPrice?: number | undefined;
  readonly maxPrice?: number | undefined;
  readonly rating?: number | undefined;
  readonly inStock: boolean;
  readonly sort?: string | undefined;
  readonly limit: number;
}

export async function searchProducts(api: Api, input: SearchInput): Promise<SearchReply> {
  const { text, vendor, inStock, ...query } = input;
  return api.get<SearchReply>('/v1/search', {
    ...query,
    q: text,
    vendor: await vendorIdOf(api, vendor),
    inStock: inStock ? true : undefined,
    facets: false,
  });
}

export function suggest(api: Api, text: string, limit: number): Promise<Suggestions> {
  return api.get<Suggestions>('/v1/search/suggest', { q: text, limit });
}

export interface Rebuilt {
  readonly products: number;
  readonly durationMs: number;
}

/** Builds the index anew beside the one that answers. */
export function rebuildSearch(api: Api): Promise<Rebuilt> {
  return api.post<Rebuilt>('/v1/search/rebuild');
}
