import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  asCounts,
  compareBy,
  countBy,
  type NaiveDimension,
  NaiveIndex,
  passes,
  product,
} from './model.fixture.ts';
import { SearchIndex } from './search-index.ts';
import {
  type IndexedProduct,
  type SearchFilters,
  type SearchPage,
  type SearchQuery,
  SORTS,
} from './types.ts';

const WORDS = ['mug', 'bowl', 'lamp', 'oak', 'linen', 'stoneware', 'blanket', 'candle'];
const pick = (...values: string[]) => fc.constantFrom(...values);
const id = fc.integer({ min: 0, max: 14 }).map((number) => `p${number}`);
const hundredths = fc.integer({ min: 0, max: 500 }).map((value) => value / 100);

const document: fc.Arbitrary<IndexedProduct> = fc
  .record({
    productId: id,
    vendorId: pick('v1', 'v2', 'v3'),
    title: fc.subarray(WORDS, { minLength: 1, maxLength: 3 }).map((words) => words.join(' ')),
    type: pick('', 'Mugs', 'Lamps'),
    tags: fc.subarray(['gift', 'Handmade', 'rustic', 'sale']),
    options: fc.subarray([
      { name: 'Size', values: ['S', 'M'] },
      { name: 'Color', values: ['Red'] },
      { name: 'Material', values: ['Oak', 'Ash', 'Elm'] },
    ]),
    priceMinor: fc.integer({ min: 0, max: 30 }).map((price) => price * 100),
    currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
    inStock: fc.boolean(),
    ratingAverage: hundredths,
    ratingCount: fc.integer({ min: 0, max: 9 }),
    publishedAt: fc
      .integer({ min: 0, max: 5 })
      .map((day) => new Date(1_700_000_000_000 + day * 86_400_000).toISOString()),
    version: fc.integer({ min: 1, max: 4 }),
  })
  .map((fields) => product({ ...fields, vendorName: `${fields.vendorId} pottery` }));

type Step = (index: SearchIndex, naive: NaiveIndex) => void;
const version = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: document.map(upsertStep) },
  fc.record({ id, version }).map(
    (change): Step =>
      (index, naive) => {
        index.remove(change.id, change.version);
        naive.remove(change.id, change.version);
      },
  ),
  fc.record({ id, inStock: fc.boolean() }).map(
    (change): Step =>
      (index, naive) => {
        index.setStock(change.id, change.inStock);
        naive.update(change.id, { inStock: change.inStock });
      },
  ),
  fc.record({ id, average: hundredths, count: fc.nat(9) }).map(
    (change): Step =>
      (index, naive) => {
        index.setRating(change.id, change);
        naive.update(change.id, { ratingAverage: change.average, ratingCount: change.count });
      },
  ),
  fc.record({ id, price: fc.nat(3_000), currency: pick('EUR', 'USD') }).map(priceStep),
  fc.record({ vendor: pick('v1', 'v2', 'v3'), hidden: fc.boolean() }).map(
    ({ vendor, hidden }): Step =>
      (index, naive) => {
        index.setVendorHidden(vendor, hidden);
        if (hidden) naive.hidden.add(vendor);
        else naive.hidden.delete(vendor);
      },
  ),
);

function upsertStep(next: IndexedProduct): Step {
  return (index, naive) => {
    index.upsert(next);
    naive.upsert(next);
  };
}

function priceStep(change: { id: string; price: number; currency: string }): Step {
  return (index, naive) => {
    const price = { priceMinor: change.price, currency: change.currency };
    index.setPrice(change.id, price);
    naive.update(change.id, price);
  };
}

const filters: fc.Arbitrary<SearchFilters> = fc.record(
  {
    vendorIds: fc.subarray(['v1', 'v2', 'v9'], { minLength: 1 }),
    types: fc.subarray(['mugs', 'Lamps'], { minLength: 1 }),
    tags: fc.subarray(['gift', 'handmade', 'nothing'], { minLength: 1 }),
    options: fc.subarray(
      [
        { name: 'Size', values: ['S'] },
        { name: 'Color', values: ['Red', 'Blue'] },
        { name: 'Material', values: ['Ash', 'Elm'] },
      ],
      { minLength: 1 },
    ),
    price: fc.constantFrom([{ minMinor: 500 }], [{ maxMinor: 900 }, { minMinor: 2_000 }]),
    minRating: fc.constantFrom(1, 2.5, 4),
    onlyInStock: fc.boolean(),
  },
  { requiredKeys: [] },
);

const query = fc.record({
  filters,
  sort: fc.constantFrom(...SORTS),
  text: fc.oneof(
    fc.constant(''),
    fc.subarray(WORDS, { minLength: 1, maxLength: 2 }).map((w) => w.join(' ')),
  ),
});

function everyPage(index: SearchIndex, asked: SearchQuery): [SearchPage, string[]] {
  const first = pageOf(index, asked);
  const found = first.hits.map((hit) => hit.productId);
  let page = first;
  while (page.nextCursor !== undefined) {
    page = pageOf(index, { ...asked, after: page.nextCursor });
    found.push(...page.hits.map((hit) => hit.productId));
  }
  return [first, found];
}

function pageOf(index: SearchIndex, asked: SearchQuery): SearchPage {
  const result = index.search(asked);
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

test('answers like a model without any cleverness, whatever happened before', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.array(query, { maxLength: 4 }),
      (steps, asked) => {
        const index = new SearchIndex();
        const naive = new NaiveIndex();
        for (const apply of steps) apply(index, naive);
        expect(index.size).toBe(naive.products.size);
        for (const each of asked) compare(index, naive, { ...each, currency: 'EUR', limit: 3 });
      },
    ),
    { numRuns: 400, seed: 20260 },
  );
});

function compare(
  index: SearchIndex,
  naive: NaiveIndex,
  asked: Required<Pick<SearchQuery, 'text' | 'filters' | 'sort' | 'currency' | 'limit'>>,
): void {
  const candidates = naive.withText(asked.text);
  // Where no product has all the words, the index goes on with fewer: see the test of ranking.
  if (candidates.length === 0 && asked.text !== '') return;
  const having = (except?: NaiveDimension) =>
    candidates.filter((each) =>
      passes(each, asked.filters, { currency: 'EUR', ...(except !== undefined && { except }) }),
    );
  const [page, found] = everyPage(index, asked);
  const expected = having().map((each) => each.productId);
  expect(page.total).toBe(expected.length);
  expect([...found].sort()).toEqual([...expected].sort());
  if (asked.text === '' || asked.sort !== 'relevance') {
    const ordered = having().sort(compareBy(asked.sort, 'EUR'));
    expect(found).toEqual(ordered.map((each) => each.productId));
  }
  compareFacets(page, having);
}

function compareFacets(
  { facets }: SearchPage,
  having: (except?: NaiveDimension) => IndexedProduct[],
): void {
  if (facets === undefined) throw new Error('facets are missing');
  expect(asCounts(facets.vendors)).toEqual(countBy(having('vendorIds'), (p) => [p.vendorId]));
  const typed = having('types').filter((each) => each.type !== '');
  expect(asCounts(facets.types)).toEqual(countBy(typed, (p) => [p.type]));
  expect(asCounts(facets.tags)).toEqual(countBy(having('tags'), (p) => p.tags));
  for (const name of ['Size', 'Color', 'Material']) {
    const own = facets.options.find((option) => option.name === name)?.values ?? [];
    const values = (p: IndexedProduct) => p.options.find((o) => o.name === name)?.values ?? [];
    expect(asCounts(own)).toEqual(countBy(having(`option ${name}`), values));
  }
  for (const { minMinor = 0, maxMinor = Infinity, count } of facets.price.bands) {
    const inBand = having('price').filter(
      (p) => p.currency === 'EUR' && p.priceMinor >= minMinor && p.priceMinor <= maxMinor,
    );
    expect(inBand.length).toBe(count);
  }
  const priced = having('price').filter((p) => p.currency === 'EUR').length;
  expect(facets.price.bands.reduce((sum, band) => sum + band.count, 0)).toBe(priced);
  for (const { atLeast, count } of facets.ratings) {
    expect(having('minRating').filter((p) => p.ratingAverage >= atLeast).length).toBe(count);
  }
  const stocked = having('onlyInStock').filter((p) => p.inStock).length;
  expect(facets.availability).toEqual({
    inStock: stocked,
    outOfStock: having('onlyInStock').length - stocked,
  });
}

test('a snapshot answers every query as the index did', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.array(query, { maxLength: 4 }),
      fc.integer({ min: 1, max: 5_000 }),
      async (steps, asked, chunkBytes) => {
        const index = new SearchIndex();
        const naive = new NaiveIndex();
        for (const apply of steps) apply(index, naive);
        const bytes = Buffer.concat([...index.snapshot()]);
        const restored = await SearchIndex.restore(inChunks(bytes, chunkBytes));
        if (!restored.ok) throw new Error(restored.error.detail);
        for (const each of asked) expect(restored.value.search(each)).toEqual(index.search(each));
        expect(restored.value.suggest('m')).toEqual(index.suggest('m'));
        expect(Buffer.concat([...restored.value.snapshot()]).length).toBeLessThanOrEqual(
          bytes.length,
        );
      },
    ),
    { numRuns: 150, seed: 20261 },
  );
});

function* inChunks(bytes: Uint8Array, size: number): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
