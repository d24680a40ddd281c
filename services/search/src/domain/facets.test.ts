import { expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { product } from './model.fixture.ts';
import { SearchIndex } from './search-index.ts';
import type { Facets, IndexedProduct, SearchQuery } from './types.ts';

function facetsOf(products: readonly IndexedProduct[], query: SearchQuery = {}): Facets {
  const index = new SearchIndex();
  for (const each of products) index.upsert(each);
  const result = index.search(query);
  if (!result.ok || result.value.facets === undefined) throw new Error('no facets');
  return result.value.facets;
}

const colored = (productId: string, colors: string[], change: Partial<IndexedProduct> = {}) =>
  product({ productId, options: [{ name: 'Color', values: colors }], ...change });

test('a filter leaves the counts of its own facet, and narrows those of the others', () => {
  const products = [
    colored('a', ['Red', 'Blue'], { type: 'Mug' }),
    colored('b', ['Red'], { type: 'Bowl' }),
    colored('c', ['Green'], { type: 'Bowl' }),
  ];
  const filters = { options: [{ name: 'color', values: ['RED'] }] };
  const { options, types } = facetsOf(products, { filters });
  expect(options[0]?.values).toEqual([
    { value: 'Red', label: 'Red', count: 2, selected: true },
    { value: 'Blue', label: 'Blue', count: 1, selected: false },
    { value: 'Green', label: 'Green', count: 1, selected: false },
  ]);
  expect(types.map(({ value, count }) => [value, count])).toEqual([
    ['Bowl', 1],
    ['Mug', 1],
  ]);
});

test('spellings that differ in case and spaces are one value, named the same in every order', () => {
  const products = [colored('a', ['red']), colored('b', ['Red ']), colored('c', ['RED'])];
  for (const order of [products, [...products].reverse()]) {
    const values = facetsOf(order).options[0]?.values;
    expect(values).toEqual([{ value: 'RED', label: 'RED', count: 3, selected: false }]);
  }
});

test('a value that comes twice in one product counts once', () => {
  const twice = product({ productId: 'a', tags: ['gift', 'Gift', ' gift', ''] });
  expect(facetsOf([twice]).tags).toEqual([
    { value: 'gift', label: 'gift', count: 1, selected: false },
  ]);
});

test('the commonest values are shown, and the chosen ones however rare', () => {
  const products = Array.from({ length: LIMITS.facetValues * 2 }, (_, at) => [
    product({ productId: `a${at}`, tags: [`tag ${at}`] }),
    product({ productId: `b${at}`, tags: at < LIMITS.facetValues ? [`tag ${at}`] : [] }),
  ]).flat();
  const rare = `tag ${LIMITS.facetValues * 2 - 1}`;
  const { tags } = facetsOf(products, { filters: { tags: [rare] } });
  expect(tags).toHaveLength(LIMITS.facetValues + 1);
  expect(tags.at(-1)).toEqual({ value: rare, label: rare, count: 1, selected: true });
  expect(tags.slice(0, -1).every(({ count }) => count === 2)).toBe(true);
});

test('prices in other currencies are in no band and pass no price filter', () => {
  const products = [
    product({ productId: 'a', priceMinor: 1_000 }),
    product({ productId: 'b', priceMinor: 2_000 }),
    product({ productId: 'c', priceMinor: 1_500, currency: 'JPY' }),
  ];
  const { price } = facetsOf(products);
  expect(price).toMatchObject({ currency: 'EUR' });
  expect(price.bands.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  const yen = facetsOf(products, { currency: 'JPY', filters: { price: [{ minMinor: 1_000 }] } });
  expect(yen.price).toEqual({ currency: 'JPY', bands: [{ count: 1 }] });
  expect(yen.vendors.map(({ count }) => count)).toEqual([1]);
});

test('ratings count everything at least that good, and unrated products nowhere', () => {
  const rated = [0, 0.99, 1, 3.5, 3.99, 4, 5].map((ratingAverage, at) =>
    product({ productId: `p${at}`, ratingAverage, ratingCount: 1 }),
  );
  expect(facetsOf(rated).ratings).toEqual([
    { atLeast: 4, count: 2 },
    { atLeast: 3, count: 4 },
    { atLeast: 2, count: 4 },
    { atLeast: 1, count: 5 },
  ]);
});
