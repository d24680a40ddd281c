import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collect } from './csv-fixture.ts';
import { readProducts } from './read-products.ts';

/** Catalogues of real shops are not ours to copy: they are used where they lie beside the clone. */
const FOLDER = resolve(import.meta.dirname, '../../../../../shared/data/shopify-csv');
const CATALOGUES = [
  { name: 'apparel', products: 20, variants: 22 },
  { name: 'home-and-garden', products: 20, variants: 21 },
  { name: 'jewelery', products: 20, variants: 23 },
];

describe.each(CATALOGUES)('the real catalogue “$name”', ({ name, products, variants }) => {
  const file = `${FOLDER}/${name}.csv`;
  test('imports whole, without a problem', async (context) => {
    if (!existsSync(file)) context.skip(`${file} is not there: real catalogues were not tried`);
    const source = createReadStream(file);
    const items = await collect(readProducts(source, { currency: 'EUR' }));
    expect(items.filter(({ kind }) => kind === 'problem')).toEqual([]);
    expect(items).toHaveLength(products);
    const sizes = items.map((item) => (item.kind === 'product' ? item.product.variants.length : 0));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(variants);
  });
});
