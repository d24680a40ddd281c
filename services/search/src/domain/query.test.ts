import { describe, expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { product } from './model.fixture.ts';
import { SearchIndex } from './search-index.ts';
import { type IndexedProduct, type SearchQuery, SORTS } from './types.ts';

function shop(count: number): SearchIndex {
  const index = new SearchIndex();
  for (let at = 0; at < count; at += 1) {
    index.upsert(
      product({
        productId: `p${String(at).padStart(3, '0')}`,
        title: at % 2 === 0 ? 'Oak bowl' : 'Oak bowl of oak',
        priceMinor: (at % 5) * 100,
        ratingAverage: at % 3,
        ratingCount: at % 2,
      }),
    );
  }
  return index;
}

const code = (query: SearchQuery) => {
  const result = shop(3).search(query);
  return result.ok ? undefined : result.error.code;
};

describe('bounds', () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => `value${at}`);
  test.each<[string, SearchQuery]>([
    ['QUERY_TOO_LONG', { text: 'x'.repeat(LIMITS.queryLength + 1) }],
    ['TOO_MANY_TERMS', { text: many(LIMITS.queryTerms + 1).join(' ') }],
    ['TOO_MANY_FILTER_VALUES', { filters: { tags: many(LIMITS.filterValues + 1) } }],
    [
      'TOO_MANY_FILTER_VALUES',
      { filters: { tags: many(30), options: [{ name: 'a', values: many(20) }] } },
    ],
    ['FILTER_INVALID', { filters: { types: ['x'.repeat(LIMITS.filterValueLength + 1)] } }],
    ['FILTER_INVALID', { filters: { price: [{ minMinor: 2, maxMinor: 1 }] } }],
    ['FILTER_INVALID', { filters: { price: [{ minMinor: 0.5 }] } }],
    ['FILTER_INVALID', { filters: { minRating: 6 } }],
    ['FILTER_INVALID', { filters: { minRating: Number.NaN } }],
    ['LIMIT_OUT_OF_RANGE', { limit: 0 }],
    ['LIMIT_OUT_OF_RANGE', { limit: LIMITS.pageSize + 1 }],
    ['LIMIT_OUT_OF_RANGE', { limit: 1.5 }],
    ['SORT_UNKNOWN', { sort: 'random' as 'newest' }],
    ['CURRENCY_INVALID', { currency: 'eur' }],
    ['CURSOR_INVALID', { after: '' }],
    ['CURSOR_INVALID', { after: 'not a cursor' }],
    ['CURSOR_INVALID', { after: Buffer.from('[1,2,3]').toString('base64url') }],
    ['CURSOR_INVALID', { after: Buffer.from('[1,"p",null]').toString('base64url') }],
    ['CURSOR_INVALID', { after: 'A'.repeat(LIMITS.cursorLength + 1) }],
  ])('%s refuses %j', (expected, query) => {
    expect(code(query)).toBe(expected);
  });

  test('hold exactly', () => {
    expect(code({ text: many(LIMITS.queryTerms).join(' ') })).toBeUndefined();
    expect(code({ text: 'oak '.repeat(50) })).toBeUndefined();
    expect(code({ filters: { tags: many(LIMITS.filterValues) }, limit: 100 })).toBeUndefined();
  });
});

describe('cursors', () => {
  const walk = (index: SearchIndex, query: SearchQuery) => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const result = index.search({ ...query, ...(after !== undefined && { after }) });
      if (!result.ok) throw new Error(result.error.code);
      seen.push(...result.value.hits.map((hit) => hit.productId));
      after = result.value.nextCursor;
    } while (after !== undefined);
    return seen;
  };

  test.each(SORTS.flatMap((sort) => ['', 'oak'].map((text) => [sort, text] as const)))(
    'lead through every product once, sorted by %s, searching %j',
    (sort, text) => {
      const index = shop(120);
      const all = index.search({ sort, text, limit: 100 });
      const seen = walk(index, { sort, text, limit: 7 });
      expect(new Set(seen).size).toBe(120);
      expect(seen).toHaveLength(120);
      expect(all.ok && all.value.hits.map((hit) => hit.productId)).toEqual(seen.slice(0, 100));
    },
  );

  test('do not shift when products before them come and go', () => {
    const index = shop(20);
    const first = index.search({ sort: 'price_asc', limit: 5 });
    if (!first.ok) throw new Error('refused');
    index.remove('p000');
    index.upsert(product({ productId: 'a', priceMinor: 0 }));
    const { nextCursor: after } = first.value;
    const second = index.search({
      sort: 'price_asc',
      limit: 5,
      ...(after !== undefined && { after }),
    });
    expect(second.ok && second.value.hits[0]?.productId).toBe('p006');
  });

  test('belong to their query, whatever the page size', () => {
    const index = shop(20);
    const first = index.search({ text: 'oak', limit: 5 });
    const after = first.ok ? (first.value.nextCursor ?? '') : '';
    expect(index.search({ text: 'oak', limit: 9, facets: false, after }).ok).toBe(true);
    for (const other of [
      { text: 'bowl' },
      { text: 'oak', sort: 'newest' },
      { text: 'oak', filters: { tags: ['x'] } },
    ] satisfies SearchQuery[]) {
      expect(index.search({ ...other, after })).toMatchObject({
        ok: false,
        error: { code: 'CURSOR_OF_OTHER_QUERY' },
      });
    }
  });
});

describe('documents', () => {
  test.each<Partial<IndexedProduct>>([
    { productId: '' },
    { productId: 'x'.repeat(LIMITS.idLength + 1) },
    { vendorId: '' },
    { version: 1.5 },
    { version: Number.NaN },
    { priceMinor: -1 },
    { priceMinor: 2 ** 53 },
    { compareAtMinor: 0.1 },
    { currency: 'euro' },
    { ratingAverage: 5.1 },
    { ratingCount: -1 },
    { publishedAt: 'yesterday' },
  ])('with %j are refused and change nothing', (change) => {
    const index = new SearchIndex();
    const result = index.upsert({ ...product({ productId: 'p' }), ...change });
    expect(result).toMatchObject({ ok: false, error: { code: 'INVALID_DOCUMENT' } });
    expect(index.size).toBe(0);
  });

  test('with too much text are clipped, not refused', () => {
    const index = new SearchIndex();
    const large = product({
      productId: 'p',
      title: 'word '.repeat(10_000),
      description: `<p>${'x y z '.repeat(100_000)}`,
      tags: Array.from({ length: 1_000 }, (_, at) => `tag${at}`),
      options: [{ name: 'Size', values: Array.from({ length: 1_000 }, (_, at) => `${at}`) }],
    });
    expect(index.upsert(large)).toEqual({ ok: true, value: 'applied' });
    expect(index.get('p')?.title.length).toBe(LIMITS.titleLength);
    expect(index.stats().terms).toBeLessThan(1_000);
  });

  test('bad updates are refused', () => {
    const index = shop(1);
    expect(index.setRating('p000', { average: 7, count: 1 }).ok).toBe(false);
    expect(index.setPrice('p000', { priceMinor: -1, currency: 'EUR' }).ok).toBe(false);
    expect(index.get('p000')).toMatchObject({ priceMinor: 0, ratingAverage: 0 });
  });
});
