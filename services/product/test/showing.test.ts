import {
  reviewRatingChanged,
  vendorChanged,
  vendorReopened,
  vendorSuspended,
} from '@mkt/contracts';
import { newId, type VendorId } from '@mkt/kernel';
import { platformScope } from '@mkt/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mug, type ProductHarness, publish, startProduct, type TestVendor } from './harness.ts';

let it: ProductHarness;
let kiln: TestVendor;

beforeAll(async () => {
  it = await startProduct();
  kiln = await it.vendor({ slug: 'kiln' });
});
afterAll(() => it.close());

const get = (path: string, token?: string) =>
  it.request('GET', `/v1/products${path}`, token ? { token } : {});

async function onShelf(vendor: TestVendor, handle: string, body: object = {}) {
  const product = await it.create(vendor, { ...mug, handle, ...body });
  return publish(it, vendor, product.id);
}

describe('what the public sees', () => {
  test('is what is published, in short and with its prices', async () => {
    const [first] = mug.variants;
    const large = {
      ...first,
      optionValues: ['Large'],
      price: { amountMinor: 5000, currency: 'EUR' },
    };
    const shown = await onShelf(kiln, 'shown', { variants: [first, large] });
    const draft = await it.create(kiln, { ...mug, handle: 'hidden' });
    const list = await get('?limit=100');
    expect(list.headers['cache-control']).toBe('public, max-age=5');
    expect(list.body.items).toContainEqual({
      id: shown.id,
      handle: 'shown',
      title: 'Speckled mug',
      vendorId: kiln.id,
      vendorName: 'Kiln & Co',
      vendorSlug: 'kiln',
      priceFrom: { amountMinor: 3400, currency: 'EUR' },
      priceTo: { amountMinor: 5000, currency: 'EUR' },
      imageSrc: '/media/demo/p-mug-640.webp',
      imageAlt: 'A speckled mug',
      rating: { average: 0, count: 0 },
    });
    expect(JSON.stringify(list.body)).not.toContain(draft.id);
    expect((await get(`/${draft.id}`)).status).toBe(404);
    expect((await get('?status=draft')).status).toBe(400);
  });

  test('says nothing of how a product is managed', async () => {
    const { id } = await onShelf(kiln, 'public-detail');
    const detail = await get(`/${id}`);
    expect(detail.status).toBe(200);
    for (const field of ['reviewNote', 'publishOnApproval', 'submittedAt']) {
      expect(detail.body).not.toHaveProperty(field);
    }
  });

  test('is found by handle and vendor, by id or slug', async () => {
    const { id } = await onShelf(kiln, 'find-me');
    expect((await get('/by-handle/find-me?vendor=kiln')).body.id).toBe(id);
    expect((await get(`/by-handle/find-me?vendorId=${kiln.id}`)).body.id).toBe(id);
    expect((await get('/by-handle/find-me?vendor=nobody')).status).toBe(404);
    expect((await get('/by-handle/find-me')).body.code).toBe('INVALID_REQUEST');
    expect((await get('/not-an-id')).status).toBe(400);
  });

  test('comes in pages, each product once', async () => {
    const paged = await it.vendor();
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.push((await onShelf(paged, `page-${n}`)).id);
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await get(`?vendorId=${paged.id}&limit=2${cursor}`);
      seen.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
    } while (cursor !== '');
    expect(seen).toEqual(made.toReversed());
    expect((await get('?cursor=bm9uc2Vuc2U')).status).toBe(400);
  });

  test('carries a tag that changes with the rating, though the version does not', async () => {
    const { id } = await onShelf(kiln, 'rated');
    const before = await get(`/${id}`);
    const events = (await it.events()).length;
    const rating = { productId: id, vendorId: kiln.id, ratingAverage: 4.5, ratingCount: 2 };
    const envelope = { aggregateId: id, aggregateVersion: 7 };
    await it.deliver(reviewRatingChanged, rating, envelope);
    const older = { ...rating, ratingAverage: 1, ratingCount: 1 };
    await it.deliver(reviewRatingChanged, older, { ...envelope, aggregateVersion: 6 });
    const after = await get(`/${id}`);
    expect(after.body).toMatchObject({ rating: { average: 4.5, count: 2 }, version: 3 });
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect(await it.events()).toHaveLength(events);
  });
});

describe('a suspended vendor', () => {
  test('vanishes from the public and comes back, without a write to a product', async () => {
    const wood = await it.vendor({ slug: 'wood' });
    const board = await onShelf(wood, 'board');
    const events = (await it.events()).length;
    const isListed = async () =>
      (await get('?limit=100')).body.items.some((item: { id: string }) => item.id === board.id);
    expect(await isListed()).toBe(true);

    await it.vendorEvent(vendorSuspended, wood, 3);
    expect(await isListed()).toBe(false);
    expect((await get(`?vendorId=${wood.id}`)).body.items).toEqual([]);
    expect((await get(`/${board.id}`)).status).toBe(404);
    expect((await get('/by-handle/board?vendor=wood')).status).toBe(404);
    expect((await get(`/${board.id}`, wood.token)).status).toBe(200);

    // The reopening that came before the suspension arrives late, and changes nothing.
    await it.vendorEvent(vendorReopened, wood, 2);
    expect(await isListed()).toBe(false);
    await it.vendorEvent(vendorReopened, wood, 4);
    expect(await isListed()).toBe(true);
    expect(await it.events()).toHaveLength(events);
  });

  test('are shown under the new name of their vendor; before its approval nothing is kept', async () => {
    const wood = await it.vendor({ name: 'Wood', slug: 'wood-two' });
    const board = await onShelf(wood, 'renamed-board');
    const changed = {
      vendorId: wood.id,
      name: 'Wood & Sons',
      slug: wood.slug,
      country: 'PT',
      contactEmail: 'wood@vendors.example.test',
    };
    const tell = (status: 'approved' | 'applied', vendorId: VendorId, aggregateVersion: number) =>
      it.deliver(
        vendorChanged,
        { ...changed, vendorId, status },
        { aggregateId: vendorId, aggregateVersion },
      );
    await tell('approved', wood.id, 2);
    expect((await get(`/${board.id}`)).body.vendorName).toBe('Wood & Sons');
    await it.vendorEvent(vendorReopened, wood, 1);
    expect((await get(`/${board.id}`)).body.vendorName).toBe('Wood & Sons');
    const waiting = newId<'Vendor'>();
    await tell('applied', waiting, 2);
    const { rows } = await it.database.admin('SELECT 1 FROM product.vendors WHERE vendor_id = $1', [
      waiting,
    ]);
    expect(rows).toEqual([]);
  });

  test('does not make pages short for the others', async () => {
    const closing = await it.vendor();
    const open = await it.vendor();
    const first = await onShelf(open, 'behind');
    for (let n = 0; n < 4; n += 1) await onShelf(closing, `between-${n}`);
    const last = await onShelf(open, 'in-front');
    await it.vendorEvent(vendorSuspended, closing, 2);
    const { body } = await get('?limit=2');
    expect(body.items.map((item: { id: string }) => item.id)).toEqual([last.id, first.id]);
  });
});

describe('those who manage products', () => {
  test('list them by status, and nobody else keeps the answer', async () => {
    const own = await it.vendor();
    const { id } = await it.create(own, { ...mug, handle: 'mine' });
    await onShelf(own, 'mine-too');
    const drafts = await get('?status=draft', own.token);
    expect(drafts.headers['cache-control']).toBe('no-store');
    expect(drafts.body.items).toMatchObject([{ id, status: 'draft', version: 1, variantCount: 2 }]);
    expect((await get('', own.token)).body.items).toHaveLength(2);
    const asOperator = await get(`?vendorId=${own.id}&status=published`, it.operator);
    expect(asOperator.body.items).toMatchObject([{ handle: 'mine-too', status: 'published' }]);
    expect((await get(`/${id}`, it.operator)).body).toMatchObject({ reviewNote: null });
  });
});

test('peers read every published product in pages', async () => {
  const where = { status: 'published' };
  const stored = await it.products.find(platformScope, { where, limit: 500 });
  expect(stored.length).toBeGreaterThan(3);
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const reply = await it.peer('product.exportPublished', { after, limit: 3 });
    if (!reply.ok) throw new Error(reply.error.detail);
    const { products, next } = reply.value as {
      products: { productId: string; status: string }[];
      next: string | null;
    };
    expect(products.every(({ status }) => status === 'published')).toBe(true);
    seen.push(...products.map(({ productId }) => productId));
    after = next;
  } while (after !== null);
  expect(seen).toEqual(stored.map(({ id }) => id));
});
