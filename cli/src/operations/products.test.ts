import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { changeProducts, importProducts, listProducts } from './products.ts';

const vendorId = '0190b6f0-0000-7000-8000-000000000001';
const productId = '0190b6f0-0000-7000-8000-0000000000aa';
const done = (changed: number, nextCursor: string | null = null) => ({
  changed,
  unchanged: 1,
  refused: [],
  nextCursor,
});

describe('changing products', () => {
  it('goes on from page to page until all were looked at', async () => {
    const pages = [done(500, 'c1'), done(500, 'c2'), done(3)];
    const api = fakeApi({ 'POST /v1/products/bulk/submit': () => pages.shift() });
    const outcome = await changeProducts(api, { verb: 'submit', products: [], all: true });
    expect(outcome).toEqual({ changed: 1003, unchanged: 3, refused: [] });
    expect(api.sent.map(({ body }) => body)).toEqual([
      { all: true },
      { all: true, cursor: 'c1' },
      { all: true, cursor: 'c2' },
    ]);
  });

  it('names the vendor by id where an operator names it by slug', async () => {
    const api = fakeApi({
      'GET /v1/vendors/kiln': { vendorId },
      'POST /v1/products/bulk/approve': done(2),
    });
    await changeProducts(api, { verb: 'approve', products: [], all: true, vendor: 'kiln' });
    expect(api.sent.at(-1)?.body).toEqual({ all: true, vendorId });
  });

  it('finds the id of a product that is named by its handle', async () => {
    const api = fakeApi({
      'GET /v1/products/by-handle/red%20mug': { id: productId },
      'POST /v1/products/bulk/approve': done(2),
    });
    const products = ['red mug', vendorId];
    await changeProducts(api, { verb: 'approve', products, all: false });
    expect(api.sent.at(-1)?.body).toEqual({ productIds: [productId, vendorId] });
  });

  it.each([
    { products: [], all: false },
    { products: ['a'], all: true },
  ])('refuses to guess what is meant by %j', async (input) => {
    const api = fakeApi({});
    const attempt = changeProducts(api, { verb: 'submit', ...input });
    await expect(attempt).rejects.toMatchObject({ exit: 2, next: 'mkt product submit --all' });
    await expect(attempt).rejects.toBeInstanceOf(Failure);
    expect(api.sent).toEqual([]);
  });
});

describe('importing', () => {
  it('sends the file as it is and says how much has gone out', async () => {
    const report = { rows: 1 };
    const api = fakeApi({ 'POST /v1/products/import': report });
    const content = (async function* () {
      yield Buffer.from('Handle,Title\n');
      yield Buffer.from('mug,Mug\n');
    })();
    const sent: number[] = [];
    await expect(importProducts(api, content, (bytes) => sent.push(bytes))).resolves.toBe(report);
    expect(api.sent[0]?.body).toBe('Handle,Title\nmug,Mug\n');
    expect(sent).toEqual([13, 21]);
  });
});

describe('listing', () => {
  it('reads as many pages as were asked for, and says that there are more', async () => {
    const page = (count: number, nextCursor: string | null) => ({
      items: Array.from({ length: count }, (_, at) => ({ id: String(at) })),
      nextCursor,
    });
    const api = fakeApi({
      'GET /v1/products': ({ query }: { query: { limit: number } }) => page(query.limit, 'next'),
    });
    const found = await listProducts(api, { limit: 120 });
    expect(found.items).toHaveLength(120);
    expect(found.hasMore).toBe(true);
    expect(api.sent.map(({ query }) => query)).toEqual([
      { limit: 100 },
      { limit: 20, cursor: 'next' },
    ]);
  });
});
