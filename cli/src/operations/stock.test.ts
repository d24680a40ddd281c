import { describe, expect, it } from 'vitest';
import { fakeApi } from '../testing/fake-api.ts';
import { applyStock, parseStockFile, planStock, setStock } from './stock.ts';

const variantId = (n: number) => `0190b6f0-0000-7000-8000-${String(n).padStart(12, '0')}`;
const level = (n: number, sku: string | null, stocked: number) => ({
  variantId: variantId(n),
  sku,
  title: `Thing ${n}`,
  stocked,
});
const listing = (...items: unknown[]) => ({ items, nextCursor: null });

describe('a file of stock levels', () => {
  it('may have titles, a byte order mark, CRLF, quotes and empty lines', () => {
    const content = '\uFEFFSKU,Units\r\nMUG,12\r\n"A, ""big"" one",0\r\n\r\nBOWL;7\r\n';
    expect(parseStockFile(content)).toEqual([
      { line: 2, item: 'MUG', stocked: 12 },
      { line: 3, item: 'A, "big" one', stocked: 0 },
      { line: 5, item: 'BOWL', stocked: 7 },
    ]);
  });

  it.each([
    ['MUG,12\nBOWL,many', /Line 2/],
    ['MUG,12\nBOWL,-1', /Line 2/],
    ['MUG,12\n,4', /Line 2/],
    ['MUG,1\nMUG,2', /Line 2 names MUG a second time/],
  ])('is refused with the line that is wrong: %j', (content, message) => {
    expect(() => parseStockFile(content)).toThrow(message);
  });

  it('becomes a plan of what differs, by SKU or by variant', async () => {
    const items = [level(1, 'MUG', 3), level(2, null, 5), level(3, 'BOWL', 7)];
    const api = fakeApi({ 'GET /v1/stock': listing(...items) });
    const rows = parseStockFile(`MUG,3\n${variantId(2)},6\nBOWL,0`);
    await expect(planStock(api, rows)).resolves.toEqual([
      { variantId: variantId(2), sku: null, title: 'Thing 2', from: 5, to: 6 },
      { variantId: variantId(3), sku: 'BOWL', title: 'Thing 3', from: 7, to: 0 },
    ]);
  });

  it('is refused as a whole when lines name nothing, or more than one thing', async () => {
    const items = [level(1, 'MUG', 3), level(2, 'MUG', 5)];
    const api = fakeApi({ 'GET /v1/stock': listing(...items) });
    const rows = parseStockFile('MUG,3\nVASE,1');
    await expect(planStock(api, rows)).rejects.toMatchObject({
      code: 'STOCK_LEVEL_NOT_FOUND',
      details: ['line 1: MUG', 'line 2: VASE'],
    });
  });

  it('is written 500 levels at a time', async () => {
    const api = fakeApi({ 'PUT /v1/stock': {} });
    const changes = Array.from({ length: 501 }, (_, n) => ({
      ...{ variantId: variantId(n), sku: null, title: '', from: 0, to: n },
    }));
    await applyStock(api, changes, 'counted in March');
    const sizes = api.sent.map(({ body }) => (body as { items: unknown[] }).items.length);
    expect(sizes).toEqual([500, 1]);
    expect(api.sent[1]?.body).toEqual({
      items: [{ variantId: variantId(500), stocked: 500 }],
      reason: 'counted in March',
    });
  });
});

describe('one stock level', () => {
  it('is found by its SKU', async () => {
    const api = fakeApi({
      'GET /v1/stock': listing(level(1, 'MUG', 3)),
      [`PUT /v1/stock/${variantId(1)}`]: level(1, 'MUG', 9),
    });
    await expect(setStock(api, { item: 'MUG', stocked: 9 })).resolves.toMatchObject({ stocked: 9 });
    expect(api.sent[0]?.query).toMatchObject({ sku: 'MUG' });
    expect(api.sent[1]?.body).toEqual({ stocked: 9 });
  });

  it('is refused where two variants share the SKU', async () => {
    const items = [level(1, 'MUG', 3), level(2, 'MUG', 5)];
    const api = fakeApi({ 'GET /v1/stock': listing(...items) });
    await expect(setStock(api, { item: 'MUG', stocked: 9 })).rejects.toMatchObject({
      code: 'SKU_AMBIGUOUS',
      next: expect.stringContaining(variantId(2)),
    });
  });
});
