import { newId, type ProductId } from '@mkt/kernel';
import { platformScope } from '@mkt/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mug, type ProductHarness, publish, startProduct, type TestVendor } from './harness.ts';

let it: ProductHarness;
let vendor: TestVendor;
let rival: TestVendor;

beforeAll(async () => {
  it = await startProduct();
  vendor = await it.vendor();
  rival = await it.vendor();
});
afterAll(() => it.close());

const patch = (token: string, id: string, body: object, ifMatch?: number | string) =>
  it.request('PATCH', `/v1/products/${id}`, {
    token,
    body,
    headers: ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` },
  });

async function eventsOf(productId: string) {
  const events = await it.events('product.changed');
  return events.filter((event) => event.aggregateId === productId);
}

describe('adding a product', () => {
  test('stores a draft, and tells the whole of it', async () => {
    const reply = await it.post('', vendor.token, { ...mug, title: 'First mug' });
    expect(reply.status).toBe(201);
    expect(reply.headers.etag).toBe('"1"');
    expect(reply.body).toMatchObject({
      handle: 'first-mug',
      status: 'draft',
      version: 1,
      vendorId: vendor.id,
      vendorName: 'Kiln & Co',
      options: [{ name: 'Glaze', values: ['Oat', 'Moss'] }],
      variants: [{ title: 'Oat', price: { amountMinor: 3400, currency: 'EUR' } }, {}],
    });
    const stored = await it.products.get(platformScope, reply.body.id);
    expect(stored).toMatchObject({ version: 1, body: { status: 'draft', title: 'First mug' } });
    const [event] = await eventsOf(reply.body.id);
    expect(event).toMatchObject({
      vendorId: vendor.id,
      aggregateVersion: 1,
      payload: {
        productId: reply.body.id,
        version: 1,
        status: 'draft',
        descriptionText: 'Thrown & fired.',
        currency: 'EUR',
        imageSrc: '/media/demo/p-mug-640.webp',
        publishedAt: null,
        variants: [
          {
            variantId: reply.body.variants[0].id,
            title: 'Oat',
            priceMinor: 3400,
            taxCategory: 'standard',
            importedQuantity: null,
            inventoryPolicy: 'deny',
          },
          { title: 'Moss' },
        ],
      },
    });
  });

  test('refuses a handle that the vendor has, and takes one that another has', async () => {
    const body = { ...mug, handle: 'same-handle' };
    expect((await it.post('', vendor.token, body)).status).toBe(201);
    const again = await it.post('', vendor.token, body);
    expect(again).toMatchObject({ status: 409, body: { code: 'HANDLE_TAKEN' } });
    expect((await it.post('', rival.token, body)).status).toBe(201);
  });

  test('lets one of ten through that want the same handle at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => it.post('', vendor.token, { ...mug, handle: 'raced' })),
    );
    const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array<number>(9).fill(409)]);
  });

  test.each([
    ['a foreign currency', { variants: [{ price: { amountMinor: 1, currency: 'USD' } }] }],
    ['a negative price', { variants: [{ price: { amountMinor: -1, currency: 'EUR' } }] }],
    ['an endless title', { title: 'x'.repeat(256) }],
    ['a script as picture', { images: [{ src: 'javascript:alert(1)' }] }],
    ['a handle with spaces', { handle: 'a b' }],
    ['an unknown field', { titel: 'x' }],
    ['a NUL', { title: 'a\u0000b' }],
    ['four options', { options: ['a', 'b', 'c', 'd'] }],
  ])('refuses %s', async (_, wrong) => {
    const reply = await it.post('', vendor.token, { ...mug, ...wrong });
    expect(reply).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });

  test('keeps a description without what could run', async () => {
    const descriptionHtml = '<p onclick="x()">Hi<script>alert(1)</script></p>';
    const product = await it.create(vendor, { title: 'Safe', descriptionHtml });
    expect(product.descriptionHtml).toBe('<p>Hi</p>');
  });

  test('is for owners, managers and keys that may write the catalogue', async () => {
    const fulfiller = await it.tokens.staff(vendor.id, 'fulfiller');
    const reader = await it.tokens.apiKey(vendor.id, ['catalogue:read']);
    const writer = await it.tokens.apiKey(vendor.id, ['catalogue:write']);
    expect((await it.post('', fulfiller, { title: 'No' })).status).toBe(403);
    expect((await it.post('', reader, { title: 'No' })).status).toBe(403);
    expect((await it.post('', writer, { title: 'Key made' })).status).toBe(201);
  });
});

describe('editing a product', () => {
  test('needs the version that was edited, and refuses an old one', async () => {
    const { id } = await it.create(vendor, { ...mug, handle: 'edited' });
    expect(await patch(vendor.token, id, { title: 'New' })).toMatchObject({
      status: 428,
      body: { code: 'IF_MATCH_REQUIRED' },
    });
    const edited = await patch(vendor.token, id, { title: 'New' }, 1);
    expect(edited).toMatchObject({ status: 200, body: { title: 'New', version: 2, type: 'Mugs' } });
    expect(edited.headers.etag).toBe('"2"');
    expect(await patch(vendor.token, id, { title: 'Lost' }, 1)).toMatchObject({
      status: 412,
      body: { code: 'VERSION_CONFLICT' },
    });
    expect((await eventsOf(id)).map((event) => event.aggregateVersion)).toEqual([1, 2]);
  });

  test('lets one of ten edits of the same version through', async () => {
    const { id } = await it.create(vendor, { ...mug, handle: 'contested' });
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, n) => patch(vendor.token, id, { title: `Edit ${n}` }, 1)),
    );
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array(9).fill(412),
    ]);
    expect(await eventsOf(id)).toHaveLength(2);
  });

  test('that changes nothing writes nothing', async () => {
    const { id } = await it.create(vendor, { ...mug, handle: 'still' });
    const reply = await patch(vendor.token, id, { title: mug.title, tags: mug.tags }, 1);
    expect(reply).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await eventsOf(id)).toHaveLength(1);
  });

  test('keeps variants that are told again, and refuses another product’s', async () => {
    const product = await it.create(vendor, { ...mug, handle: 'variants' });
    const [oat, moss] = product.variants;
    const [first] = mug.variants;
    const reply = await patch(
      vendor.token,
      product.id,
      { variants: [{ ...first, id: moss.id, optionValues: ['Forest'] }, first] },
      1,
    );
    expect(reply.body.variants.map((variant: { id: string }) => variant.id)).toEqual([
      moss.id,
      oat.id,
    ]);
    const foreign = { variants: [{ ...first, id: newId<'Variant'>() }] };
    expect(await patch(vendor.token, product.id, foreign, 2)).toMatchObject({
      status: 422,
      body: { code: 'VARIANT_NOT_FOUND' },
    });
  });

  test('cannot take the handle of another product', async () => {
    await it.create(vendor, { ...mug, handle: 'theirs' });
    const { id } = await it.create(vendor, { ...mug, handle: 'mine' });
    expect(await patch(vendor.token, id, { handle: 'theirs' }, 1)).toMatchObject({
      status: 409,
      body: { code: 'HANDLE_TAKEN' },
    });
  });
});

describe('the way to the shelf', () => {
  test('goes over an operator, and every step is safe to send again', async () => {
    const { id } = await it.create(vendor, { ...mug, handle: 'reviewed' });
    const submitted = await it.post(`/${id}/submit`, vendor.token);
    expect(submitted.body).toMatchObject({ status: 'submitted', version: 2 });
    expect((await it.post(`/${id}/submit`, vendor.token)).body.version).toBe(2);
    expect((await it.post(`/${id}/approve`, vendor.token)).status).toBe(403);

    const back = await it.post(`/${id}/request-changes`, it.operator, { reason: 'Too dark.' });
    expect(back.body).toMatchObject({ status: 'changesRequested', reviewNote: 'Too dark.' });
    await it.post(`/${id}/submit`, vendor.token);
    const approved = await it.post(`/${id}/approve`, it.operator);
    expect(approved.body).toMatchObject({ status: 'published', version: 5, reviewNote: null });
    expect((await eventsOf(id)).map((event) => event.payload)).toMatchObject([
      { status: 'draft' },
      { status: 'submitted' },
      { status: 'changesRequested' },
      { status: 'submitted' },
      { status: 'published', publishedAt: approved.body.publishedAt },
    ]);
  });

  test('stops before the shelf where the vendor publishes by hand', async () => {
    const body = { ...mug, handle: 'by-hand', publishOnApproval: false };
    const { id } = await it.create(vendor, body);
    expect(await publish(it, vendor, id)).toMatchObject({ status: 'approved' });
    expect((await it.post(`/${id}/publish`, vendor.token)).body.status).toBe('published');
  });

  test('ends in the archive, and begins anew from there', async () => {
    const { id } = await it.create(vendor, { ...mug, handle: 'archived' });
    await publish(it, vendor, id);
    expect((await it.post(`/${id}/archive`, vendor.token)).body.status).toBe('archived');
    expect((await it.request('GET', `/v1/products/${id}`)).status).toBe(404);
    expect((await it.post(`/${id}/submit`, vendor.token)).body.code).toBe('PRODUCT_STATE');
    expect((await it.post(`/${id}/unarchive`, vendor.token)).body.status).toBe('draft');
  });

  test('says what is missing', async () => {
    const { id } = await it.create(vendor, { handle: 'bare' });
    expect(await it.post(`/${id}/submit`, vendor.token)).toMatchObject({
      status: 409,
      body: { code: 'PRODUCT_INCOMPLETE', data: { missing: ['title', 'variants'] } },
    });
  });

  test('is closed to a vendor who is not approved', async () => {
    const applicant = await it.vendor({ approved: false });
    const { id } = await it.create(applicant);
    expect(await it.post(`/${id}/submit`, applicant.token)).toMatchObject({
      status: 409,
      body: { code: 'VENDOR_NOT_APPROVED' },
    });
  });

  test('an operator approves exactly what was seen', async () => {
    const { id } = await it.create(vendor, { ...mug, handle: 'seen' });
    await it.post(`/${id}/submit`, vendor.token);
    await patch(vendor.token, id, { title: 'Something else' }, 2);
    const reply = await it.post(`/${id}/approve`, it.operator, undefined, {
      headers: { 'if-match': '"2"' },
    });
    expect(reply).toMatchObject({ status: 412, body: { code: 'VERSION_CONFLICT' } });
  });
});

describe('many at once', () => {
  test('are submitted and approved, with each refusal by name', async () => {
    const own = await it.vendor();
    const good = await it.create(own, { ...mug, handle: 'good' });
    const bare = await it.create(own, { handle: 'bare' });
    const foreign = await it.create(rival, { ...mug, handle: 'foreign' });
    const productIds = [good.id, bare.id, foreign.id];
    const submitted = await it.post('/bulk/submit', own.token, { productIds });
    expect(submitted).toMatchObject({ status: 200, body: { changed: 1, unchanged: 0 } });
    expect(submitted.body.refused).toEqual([
      expect.objectContaining({ productId: foreign.id, code: 'PRODUCT_NOT_FOUND' }),
      expect.objectContaining({
        productId: bare.id,
        code: 'PRODUCT_INCOMPLETE',
        missing: ['title', 'variants'],
      }),
    ]);
    const again = await it.post('/bulk/submit', own.token, { productIds: [good.id] });
    expect(again.body).toMatchObject({ changed: 0, unchanged: 1, refused: [] });

    const wanted = { all: true, vendorId: own.id };
    const approved = await it.post('/bulk/approve', it.operator, wanted);
    expect(approved.body).toEqual({ changed: 1, unchanged: 0, refused: [], nextCursor: null });
    expect((await it.request('GET', `/v1/products/${good.id}`)).body.status).toBe('published');
    expect(await eventsOf(good.id)).toHaveLength(3);
    expect(await eventsOf(foreign.id)).toHaveLength(1);
  });

  test('are bounded, and only an operator approves', async () => {
    const productIds = Array.from({ length: 501 }, () => newId<'Product'>());
    expect((await it.post('/bulk/submit', vendor.token, { productIds })).status).toBe(400);
    expect((await it.post('/bulk/approve', vendor.token, { all: true })).status).toBe(403);
  });
});

describe('another vendor’s product', () => {
  test('is not there, whatever is asked, and stays as it is', async () => {
    const product = await it.create(vendor, { ...mug, handle: 'private' });
    const { id }: { id: ProductId } = product;
    const { token } = rival;
    const replies = await Promise.all([
      it.request('GET', `/v1/products/${id}`, { token }),
      it.request('GET', `/v1/products/by-handle/private?vendorId=${vendor.id}`, { token }),
      patch(token, id, { title: 'Mine' }, 1),
      ...['submit', 'publish', 'archive', 'unarchive'].map((step) =>
        it.post(`/${id}/${step}`, token),
      ),
    ]);
    expect(replies.map(({ status }) => status)).toEqual(Array(7).fill(404));
    const list = await it.request('GET', `/v1/products?vendorId=${vendor.id}`, { token });
    expect(list.body.items).toEqual([]);
    const csv = await it.request('GET', `/v1/products/export?vendorId=${vendor.id}`, { token });
    expect(csv.text.trim().split('\n')).toHaveLength(1);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  test('is not seen or changed by the vendor’s database role either', async () => {
    const scope = { kind: 'vendor', vendorId: rival.id } as const;
    const seen = await it.db.transaction(scope, (tx) =>
      tx.query('SELECT 1 FROM products WHERE vendor_id = $1', [vendor.id]),
    );
    expect(seen).toEqual([]);
    const insert = `INSERT INTO products (id, vendor_id, version, body)
      VALUES (gen_random_uuid(), $1, 1, '{"status": "published", "handle": "x"}')`;
    await expect(it.db.transaction(scope, (tx) => tx.query(insert, [vendor.id]))).rejects.toThrow(
      /row-level security/,
    );
    const open = it.db.transaction(scope, (tx) =>
      tx.query(`UPDATE vendors SET status = 'approved'`),
    );
    await expect(open).rejects.toThrow(/permission denied/);
  });
});
