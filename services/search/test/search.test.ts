import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  inventoryStockChanged,
  pricingOfferChanged,
  productChanged,
  productSnapshotSample,
  vendorApproved,
  vendorChanged,
  vendorReopened,
  vendorSuspended,
} from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { startTestService, type TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { searchService } from '../src/index.ts';
import { createLiveIndex } from '../src/operations/live-index.ts';
import { createEntryStore } from '../src/store/entries.ts';

describe('the search service', () => {
  let search: TestService;
  const vendorId = newId<'Vendor'>();
  const vendor = {
    vendorId,
    name: 'Kiln & Co',
    slug: 'kiln-and-co',
    country: 'IE',
    contactEmail: 'studio@kiln.example.test',
  };

  beforeAll(async () => {
    search = await startTestService(searchService, { postgresUrl: inject('postgresUrl') });
    await search.deliver(vendorApproved, vendor, { aggregateVersion: 1 });
  });
  afterAll(() => search.close());

  const find = async (query: string) => (await search.request('GET', `/v1/search?${query}`)).body;

  function productOf(title: string, more: Record<string, unknown> = {}) {
    const sample = productChanged.payload.parse(productSnapshotSample);
    const [variant] = sample.variants;
    if (!variant) throw new Error('The sample has a variant');
    const ids = { productId: newId<'Product'>(), variantId: newId<'Variant'>() };
    const payload = {
      ...sample,
      vendorId,
      productId: ids.productId,
      title,
      descriptionText: title,
      handle: title.toLowerCase().replaceAll(' ', '-'),
      version: 1,
      variants: [{ ...variant, variantId: ids.variantId }],
      ...more,
    };
    return { ...ids, payload };
  }

  test('finds a published product by words with typos, with facets, as soon as it is told of', async () => {
    await search.deliver(productChanged, productOf('Speckled ceramic mug').payload);
    const found = await find('q=ceramc%20mgu');
    expect(found.items[0]).toMatchObject({
      title: 'Speckled ceramic mug',
      vendorName: 'Kiln & Co',
    });
    expect(found.facets.vendors).toMatchObject([{ value: vendorId, label: 'Kiln & Co' }]);
    expect((await find('q=lamp')).total).toBe(0);
  });

  test('ends up the same in whatever order price, stock and product are told', async () => {
    const { payload, productId, variantId } = productOf('Walnut pepper mill');
    const told = [
      () => search.deliver(productChanged, payload),
      () =>
        search.deliver(
          pricingOfferChanged,
          { productId, vendorId, currency: 'EUR', priceMinor: 1_900, compareAtMinor: 3_400 },
          { aggregateVersion: 2 },
        ),
      () =>
        search.deliver(
          inventoryStockChanged,
          { productId, vendorId, variantId, available: 3 },
          { aggregateVersion: 2 },
        ),
    ];
    for (const tell of [told[2], told[1], told[0], told[1]]) await tell?.();
    const [item] = (await find('q=walnut')).items;
    expect(item).toMatchObject({
      inStock: true,
      price: { amountMinor: 1_900, currency: 'EUR' },
      compareAt: { amountMinor: 3_400 },
    });
    await search.deliver(productChanged, { ...payload, title: 'Old', version: 0 });
    expect((await find('q=walnut')).total).toBe(1);
    await search.deliver(productChanged, { ...payload, version: 2, status: 'archived' });
    expect((await find('q=walnut')).total).toBe(0);
  });

  test('hides a suspended vendor’s products and shows them again', async () => {
    await search.deliver(productChanged, productOf('Linen cushion').payload);
    const reason = 'Unshipped orders';
    await search.deliver(vendorSuspended, { ...vendor, reason }, { aggregateVersion: 2 });
    expect((await find('q=linen')).total).toBe(0);
    await search.deliver(vendorReopened, vendor, { aggregateVersion: 3 });
    expect((await find('q=linen')).total).toBe(1);
  });

  test('shows a renamed vendor under its new name at once, whichever word comes first', async () => {
    await search.deliver(productChanged, productOf('Reed basket').payload);
    const renamed = { ...vendor, name: 'Kiln & Kin', status: 'approved' } as const;
    await search.deliver(vendorChanged, renamed, { aggregateVersion: 6 });
    const { items } = await find('q=reed');
    expect(items).toMatchObject([{ vendorName: 'Kiln & Kin' }]);
    await search.deliver(vendorReopened, vendor, { aggregateVersion: 5 });
    expect((await find('q=reed')).items[0].vendorName).toBe('Kiln & Kin');
    const suspended = { ...renamed, name: 'Kin', status: 'suspended' } as const;
    await search.deliver(vendorChanged, suspended, { aggregateVersion: 7 });
    expect((await find('q=reed')).total).toBe(0);
    const back = { ...vendor, name: 'Kiln & Kin' };
    await search.deliver(vendorReopened, back, { aggregateVersion: 8 });
    expect((await find('q=reed')).items).toMatchObject([{ vendorName: 'Kiln & Kin' }]);
  });

  test('pages through everything exactly once', async () => {
    for (let n = 0; n < 7; n += 1) {
      await search.deliver(productChanged, productOf(`Beech board ${n}`).payload);
    }
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await find(`q=beech&limit=3&sort=price_asc${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map((one: { productId: string }) => one.productId));
      cursor = page.nextCursor ? encodeURIComponent(page.nextCursor) : '';
    } while (cursor);
    expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
  });

  test('rebuilds without losing anything and completes what is typed', async () => {
    const before = await find('q=beech');
    const token = await search.tokens.operator();
    const rebuilt = await search.request('POST', '/v1/search/rebuild', { token });
    expect(rebuilt.status).toBe(200);
    expect((await find('q=beech')).items).toEqual(before.items);
    const { body } = await search.request('GET', '/v1/search/suggest?q=bee');
    expect(body.items.length).toBeGreaterThan(0);
  });

  test('rebuilds once for all who ask at the same time, keeps up, and writes it down', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mkt-search-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const log = { info: () => {}, warn: () => {} } as never;
    const store = createEntryStore(search.db);
    const toldMeanwhile = productOf('Larch stool told of meanwhile');
    let reads = 0;
    const entries = {
      ...store,
      async changedAfter(seq: number, limit: number) {
        const found = await store.changedAfter(seq, limit);
        reads += 1;
        if (reads === 2) {
          await search.deliver(productChanged, toldMeanwhile.payload);
          index.refresh([toldMeanwhile.productId]);
          await index.idle?.();
        }
        return found;
      },
    };
    const index = createLiveIndex({ entries, folder, log, snapshotIntervalMs: 3_600_000 });
    await index.start();
    const before = index.current.size;
    const [one, other] = await Promise.all([index.rebuild(), index.rebuild()]);
    expect(other).toBe(one);
    expect(reads).toBe(2);
    expect(one).toMatchObject({ products: before + 1, productsBefore: before });
    expect(index.current.size).toBe(before + 1);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^index-\d+\.snapshot$/)]);
    await index.stop();
  });

  test('does the chore of the night, and counts', async () => {
    const chore = search.service.parts.chores?.['reindex'];
    const { products, visibleProducts } = (
      await search.request('GET', '/v1/search/stats', { token: await search.tokens.operator() })
    ).body;
    expect(visibleProducts).toBeLessThanOrEqual(products);
    expect(await chore?.()).toEqual({
      products,
      productsBefore: products,
      rebuiltInMs: expect.any(Number),
    });
  });

  test('starts from its snapshot and what changed since, and without one that is damaged', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mkt-search-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const log = { info: () => {}, warn: () => {} } as never;
    const entries = createEntryStore(search.db);
    const open = () => createLiveIndex({ entries, folder, log, snapshotIntervalMs: 3_600_000 });
    const first = open();
    await first.start();
    await first.stop();
    await search.deliver(productChanged, productOf('Brass reading lamp').payload);
    const second = open();
    await second.start();
    const lamps = second.current.search({ text: 'brass' });
    expect(lamps.ok && lamps.value.total).toBe(1);
    await second.stop();
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.snapshot'));
    await writeFile(join(folder, file ?? ''), 'not a snapshot');
    const third = open();
    await third.start();
    expect(third.current.size).toBe(second.current.size);
    await third.stop();
  });

  test.each([
    ['limit=0', 'INVALID_REQUEST'],
    ['limit=101', 'INVALID_REQUEST'],
    ['sort=best', 'INVALID_REQUEST'],
    ['option=Size', 'FILTER_INVALID'],
    ['cursor=nonsense', 'CURSOR_INVALID'],
    ['colour=red', 'INVALID_REQUEST'],
    [`q=${'a'.repeat(201)}`, 'INVALID_REQUEST'],
  ])('refuses %s with a code', async (query, code) => {
    const refused = await search.request('GET', `/v1/search?${query}`);
    expect([refused.status, refused.body.code]).toEqual([400, code]);
  });
});
