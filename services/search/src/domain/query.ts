import { crc32 } from 'node:zlib';
import { err, ok, type Result } from '@mkt/kernel';
import { currencyNumber } from './columns.ts';
import { isAmount } from './entry.ts';
import { LIMITS } from './limits.ts';
import { STOP_WORDS, stem, words } from './tokenise.ts';
import type {
  PriceRange,
  SearchFilters,
  SearchQuery,
  SearchRefusal,
  SearchRefusalCode,
  Sort,
} from './types.ts';
import { SORTS } from './types.ts';

export interface QueryTerm {
  readonly typed: string;
  readonly stem: string;
}

/** A query within its bounds, with every default filled in. */
export interface ParsedQuery {
  readonly terms: readonly QueryTerm[];
  readonly filters: SearchFilters;
  readonly sort: Sort;
  /** -1: whatever most products are priced in. */
  readonly currency: number;
  readonly limit: number;
  readonly after: string | undefined;
  readonly facets: boolean;
  /** Equal for the pages of one query. */
  readonly fingerprint: number;
}

const refusal = (code: SearchRefusalCode, detail: string) => err<SearchRefusal>({ code, detail });

export function parseQuery(query: SearchQuery): Result<ParsedQuery, SearchRefusal> {
  const { text = '', filters = {}, sort = 'relevance', limit = LIMITS.defaultPageSize } = query;
  if (text.length > LIMITS.queryLength) {
    return refusal('QUERY_TOO_LONG', `A query has at most ${LIMITS.queryLength} characters.`);
  }
  const terms = queryTerms(text);
  if (terms.length > LIMITS.queryTerms) {
    return refusal('TOO_MANY_TERMS', `A query has at most ${LIMITS.queryTerms} words.`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.pageSize) {
    return refusal('LIMIT_OUT_OF_RANGE', `A page has 1 to ${LIMITS.pageSize} products.`);
  }
  if (!SORTS.includes(sort)) {
    return refusal('SORT_UNKNOWN', `Results are sorted by one of ${SORTS.join(', ')}.`);
  }
  const currency = query.currency === undefined ? -1 : currencyNumber(query.currency);
  if (query.currency !== undefined && currency < 0) {
    return refusal('CURRENCY_INVALID', 'A currency is a three-letter ISO 4217 code.');
  }
  const fault = filterFault(filters);
  if (fault !== undefined) return err(fault);
  const fingerprint = crc32(JSON.stringify([terms, filters, sort, currency]));
  const { after, facets = true } = query;
  return ok({ terms, filters, sort, currency, limit, after, facets, fingerprint });
}

/** Distinct terms in order, without stop words unless there is nothing else. */
function queryTerms(text: string): QueryTerm[] {
  const typed = words(text);
  const telling = typed.filter((word) => !STOP_WORDS.has(word));
  const byStem = new Map<string, QueryTerm>();
  for (const word of telling.length > 0 ? telling : typed) {
    byStem.set(stem(word), { typed: word, stem: stem(word) });
  }
  return [...byStem.values()];
}

function filterFault(filters: SearchFilters): SearchRefusal | undefined {
  const { vendorIds = [], types = [], tags = [], options = [], price = [] } = filters;
  const values = [...vendorIds, ...types, ...tags, ...options.flatMap((option) => option.values)];
  if (values.length + options.length + price.length > LIMITS.filterValues) {
    const detail = `Filters hold at most ${LIMITS.filterValues} values together.`;
    return { code: 'TOO_MANY_FILTER_VALUES', detail };
  }
  const invalid = (detail: string): SearchRefusal => ({ code: 'FILTER_INVALID', detail });
  const texts = [...values, ...options.map((option) => option.name)];
  if (texts.some((value) => value.length > LIMITS.filterValueLength)) {
    return invalid(`A filter value has at most ${LIMITS.filterValueLength} characters.`);
  }
  if (!price.every(isRange)) {
    return invalid('A price range is in whole minor units, its minimum not above its maximum.');
  }
  const { minRating = 0 } = filters;
  return minRating >= 0 && minRating <= 5 ? undefined : invalid('A rating is from 0 to 5.');
}

function isRange({ minMinor = 0, maxMinor = Number.MAX_SAFE_INTEGER }: PriceRange): boolean {
  return isAmount(minMinor) && isAmount(maxMinor) && minMinor <= maxMinor;
}
