import { describe, expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { product } from './model.fixture.ts';
import { SearchIndex } from './search-index.ts';
import type { IndexedProduct, SearchPage, SearchQuery } from './types.ts';

const SHOP: readonly IndexedProduct[] = [
  product({ productId: 'mug', title: 'Ceramic Mug', type: 'Mugs', tags: ['stoneware'] }),
  product({ productId: 'cups', title: 'Two speckled cups', description: '<p>Like a mug.</p>' }),
  product({ productId: 'bowl', title: 'Ceramic bowl', type: 'Bowls' }),
  product({ productId: 'shirt', title: 'Linen shirt', vendorId: 'v2', vendorName: 'Loom' }),
  product({ productId: 'rug', title: 'Wool rug', vendorId: 'v2', vendorName: 'Loom' }),
  product({ productId: 'dress', title: 'Évasée dress', vendorId: 'v2', vendorName: 'Loom' }),
  product({ productId: 'berry', title: 'Bowl for berries', description: 'The best.' }),
];

function indexOf(products: readonly IndexedProduct[] = SHOP): SearchIndex {
  const index = new SearchIndex();
  for (const each of products) expect(index.upsert(each)).toEqual({ ok: true, value: 'applied' });
  return index;
}

function page(index: SearchIndex, query: SearchQuery): SearchPage {
  const result = index.search(query);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

const found = (index: SearchIndex, text: string) =>
  page(index, { text }).hits.map((hit) => hit.productId);

describe('text', () => {
  test.each([
    ['ceramc mgu', ['mug']],
    ['shrit', ['shirt']],
    ['SHIRTS', ['shirt']],
    ['evasee', ['dress']],
    ['berry', ['berry']],
    ['loom rugs', ['rug']],
    ['cer', ['bowl', 'mug']],
    ['cermic', ['bowl', 'mug']],
    ['stonw', ['mug']],
    ['bowl for the berries', ['berry']],
  ])('%j finds %j', (text, expected) => {
    expect([...found(indexOf(), text)].sort()).toEqual(expected);
  });

  test('ranks the title above the description', () => {
    expect(found(indexOf(), 'mugs')).toEqual(['mug', 'cups']);
  });

  test('weighs title, then type and tags, then vendor, options and description', () => {
    const fields: Partial<IndexedProduct>[] = [
      { description: 'walnut' },
      { options: [{ name: 'Wood', values: ['walnut'] }] },
      { vendorName: 'walnut', vendorId: 'v7' },
      { tags: ['walnut'] },
      { title: 'walnut thing' },
    ];
    const index = indexOf(fields.map((field, at) => product({ productId: `p${at}`, ...field })));
    expect(found(index, 'walnut')).toEqual(['p4', 'p3', 'p2', 'p1', 'p0']);
  });

  test('puts exact matches above beginnings, and those above corrected words', () => {
    const index = indexOf([
      product({ productId: 'exact', title: 'x', description: `lamp ${'word '.repeat(300)}` }),
      product({ productId: 'longer', title: 'Lamppost', tags: ['lamppost'], type: 'lamppost' }),
    ]);
    expect(found(index, 'lamp')).toEqual(['exact', 'longer']);
  });

  test('corrects a word that only a vendor’s own typing error matches, but below that', () => {
    const mugs = Array.from({ length: 25 }, (_, at) =>
      product({ productId: `m${at}`, title: 'Ceramic mug' }),
    );
    const index = indexOf([...mugs, product({ productId: 'typo', title: 'Ceramc jug' })]);
    const { hits, total, interpretation } = page(index, { text: 'ceramc' });
    expect(total).toBe(26);
    expect(hits[0]?.productId).toBe('typo');
    expect(interpretation.terms[0]).toEqual({
      typed: 'ceramc',
      match: 'exact',
      readAs: ['ceramc', 'ceramic'],
    });
  });

  test('does not correct a word that the catalogue knows', () => {
    expect(found(indexOf(), 'rug')).toEqual(['rug']);
  });

  test('corrects known words too where no product has all of them', () => {
    const index = indexOf([
      product({ productId: 'a', title: 'Silver ring' }),
      product({ productId: 'b', title: 'Spring water' }),
      product({ productId: 'c', title: 'Golden string' }),
    ]);
    expect(found(index, 'spring silver')).toEqual(['a']);
  });

  test('goes on with as many words as any product has', () => {
    const { hits, interpretation } = page(indexOf(), { text: 'ceramic mug spaceship' });
    expect(hits.map((hit) => hit.productId)).toEqual(['mug']);
    expect(interpretation.matchedTerms).toBe(2);
    expect(interpretation.terms.map((term) => term.match)).toEqual(['exact', 'exact', 'none']);
    expect(page(indexOf(), { text: 'spaceship zzzz' })).toMatchObject({ total: 0, hits: [] });
  });

  test('does not correct what a filter leaves empty', () => {
    expect(page(indexOf(), { text: 'rug', filters: { types: ['Mugs'] } }).total).toBe(0);
  });

  test('does not count products of hidden vendors as knowing a word', () => {
    const index = indexOf();
    index.setVendorHidden('v2', true);
    expect(found(index, 'wool rug')).toEqual([]);
    index.setVendorHidden('v2', false);
    expect(found(index, 'wool rug')).toEqual(['rug']);
  });

  test('scores alike however the index came about', () => {
    const there = indexOf();
    const back = indexOf([...SHOP].reverse());
    back.upsert(product({ productId: 'gone', title: 'Ceramic mug mug mug' }));
    back.remove('gone');
    for (const text of ['ceramic', 'mug', 'bowl', 'wool shrit', 'c']) {
      expect(page(back, { text })).toEqual(page(there, { text }));
    }
  });

  test('ignores stop words unless there is nothing else', () => {
    expect(found(indexOf(), 'a mug for the')).toEqual(['mug', 'cups']);
    expect(page(indexOf(), { text: 'the' }).interpretation.terms[0]?.typed).toBe('the');
  });
});

describe('what a hit shows', () => {
  test('is what was indexed', () => {
    const full = product({
      productId: 'x',
      title: '“Ünïcode” \ud83c\udffa vase',
      type: 'Vases',
      priceMinor: Number.MAX_SAFE_INTEGER,
      compareAtMinor: 0,
      ratingAverage: 4.37,
      ratingCount: 12,
      image: { src: '/media/x.webp', alt: 'A vase' },
      version: 7,
    });
    const { description: _, tags: __, options: ___, ...shown } = full;
    expect(indexOf([full]).get('x')).toEqual(shown);
  });

  test('has a vendor’s new name on all its products at once', () => {
    const index = indexOf();
    index.upsert(product({ ...(SHOP[3] as IndexedProduct), vendorName: 'Warp', version: 2 }));
    expect(index.get('rug')?.vendorName).toBe('Warp');
  });
});

describe('versions', () => {
  const versioned = (version: number, title = `v${version}`) =>
    product({ productId: 'p', title, version });

  test('an older or repeated version changes nothing', () => {
    const index = indexOf([versioned(3)]);
    expect(index.upsert(versioned(2))).toEqual({ ok: true, value: 'stale' });
    expect(index.upsert(versioned(3, 'again'))).toEqual({ ok: true, value: 'stale' });
    expect(index.get('p')?.title).toBe('v3');
    expect(index.upsert(versioned(4)).ok && index.get('p')?.title).toBe('v4');
  });

  test('a removed product does not come back with a late event', () => {
    const index = indexOf([versioned(3)]);
    expect(index.remove('p', 2)).toBe(false);
    expect(index.remove('p', 5)).toBe(true);
    expect(index.upsert(versioned(5))).toEqual({ ok: true, value: 'stale' });
    expect(index.upsert(versioned(6))).toEqual({ ok: true, value: 'applied' });
  });

  test('a removal that overtakes its product is remembered, also by a snapshot', async () => {
    const index = new SearchIndex();
    expect(index.remove('p', 5)).toBe(false);
    const restored = await SearchIndex.restore(index.snapshot());
    for (const each of [index, restored.ok ? restored.value : index]) {
      expect(each.upsert(versioned(4))).toEqual({ ok: true, value: 'stale' });
    }
  });

  test('removals are remembered up to a bound', () => {
    const index = new SearchIndex();
    for (let at = 0; at <= LIMITS.tombstones; at += 1) index.remove(`p${at}`, 9);
    expect(index.upsert(product({ productId: 'p0' }))).toEqual({ ok: true, value: 'applied' });
    expect(index.upsert(product({ productId: 'p1' }))).toEqual({ ok: true, value: 'stale' });
  });

  test('an update of an unknown product says so', () => {
    const index = new SearchIndex();
    expect(index.setStock('p', true)).toEqual({ ok: true, value: 'unknown' });
    expect(index.setPrice('p', { priceMinor: 1, currency: 'EUR' }).ok).toBe(true);
    expect(index.stats()).toMatchObject({ products: 0, revision: 0 });
  });

  test('emptying the index leaves nothing behind', () => {
    const index = indexOf();
    for (const { productId } of SHOP) index.remove(productId);
    expect(index.stats()).toMatchObject({ products: 0, visibleProducts: 0, terms: 0 });
    const { facets, total } = page(index, {});
    expect(total).toBe(0);
    expect(facets).toMatchObject({ vendors: [], types: [], tags: [], options: [] });
  });
});

describe('suggestions', () => {
  test('name kinds and vendors before products, each text once', () => {
    const texts = indexOf()
      .suggest('mu')
      .map(({ kind, text }) => [kind, text]);
    expect(texts).toEqual([
      ['type', 'Mugs'],
      ['product', 'Ceramic Mug'],
      ['product', 'Two speckled cups'],
    ]);
    expect(indexOf().suggest('loo')[0]).toMatchObject({ kind: 'vendor', value: 'v2', count: 3 });
  });

  test('forgive typing errors and leave out hidden vendors', () => {
    const index = indexOf();
    expect(index.suggest('shrit').map((each) => each.text)).toEqual(['Linen shirt']);
    index.setVendorHidden('v2', true);
    expect(index.suggest('loom')).toEqual([]);
  });

  test('are as many as asked for, and none for nothing', () => {
    expect(indexOf().suggest('c', 2)).toHaveLength(2);
    for (const nothing of ['', '  ', '?!']) expect(indexOf().suggest(nothing)).toEqual([]);
    expect(indexOf().suggest('c', -1)).toEqual([]);
    expect(indexOf().suggest('c', Number.NaN)).toEqual([]);
  });
});
