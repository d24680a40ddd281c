import { orderCancelled, productChanged } from '@mkt/contracts';
import { newId, type VariantId } from '@mkt/kernel';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importProduct, levelOf, reserve, type StockedProduct, startInventory } from './setup.ts';

describe('a vendor’s stock', () => {
  let it: TestService;
  let mine: StockedProduct;
  let mug: VariantId;
  let token: string;
  let strangerToken: string;

  beforeAll(async () => {
    it = await startInventory();
    mine = await importProduct(it, [{ stocked: 10 }, { stocked: 0 }]);
    mug = mine.variantIds[0]!;
    token = await it.tokens.staff(mine.vendorId);
    strangerToken = await it.tokens.staff(newId());
  });
  afterAll(() => it.close());

  const put = (variantId: string, body: unknown, more = {}) =>
    it.request('PUT', `/v1/stock/${variantId}`, { token, body, ...more });
  const eventsOf = async (variantId: VariantId) =>
    (await it.events('inventory.stockChanged')).filter((event) => event.aggregateId === variantId);

  test('is set with its reason, its history and its event', async () => {
    const reply = await put(mug, { stocked: 12, reason: 'Yearly count' });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ variantId: mug, stocked: 12, available: 12, reserved: 0 });
    expect(reply.headers.etag).toBe(`"${reply.body.version}"`);
    expect(await levelOf(it, mug)).toEqual({ stocked: 12, reserved: 0 });
    const history = await it.request('GET', `/v1/stock/${mug}/adjustments`, { token });
    expect(history.body.items[0]).toMatchObject({ delta: 2, stocked: 12, reason: 'Yearly count' });
    expect((await eventsOf(mug)).at(-1)?.payload).toMatchObject({ available: 12 });
  });

  test('is not overwritten by someone who saw an older version', async () => {
    const seen = await put(mug, { stocked: 11 });
    const headers = { 'if-match': String(seen.headers.etag) };
    expect((await put(mug, { stocked: 9 }, { headers })).status).toBe(200);
    const late = await put(mug, { stocked: 20 }, { headers });
    expect(late).toMatchObject({ status: 412, body: { code: 'VERSION_CONFLICT' } });
    expect(await levelOf(it, mug)).toEqual({ stocked: 9, reserved: 0 });
  });

  test('is moved by an adjustment, never below zero', async () => {
    await put(mug, { stocked: 5 });
    const move = (delta: number) =>
      it.request('POST', `/v1/stock/${mug}/adjustments`, {
        token,
        body: { delta, reason: 'Broken in the kiln' },
      });
    expect((await move(-2)).body).toMatchObject({ stocked: 3 });
    expect(await move(-4)).toMatchObject({ status: 409, body: { code: 'STOCK_BELOW_RESERVED' } });
    expect(await levelOf(it, mug)).toEqual({ stocked: 3, reserved: 0 });
  });

  test('is not lowered below what checkouts hold', async () => {
    await put(mug, { stocked: 5 });
    const held = await reserve(it, [[mug, 3]]);
    const before = (await it.events()).length;
    const refused = await put(mug, { stocked: 2 });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'STOCK_BELOW_RESERVED', data: { variantIds: [mug] } },
    });
    expect(await it.events()).toHaveLength(before);
    await it.peer('inventory.release', { groupId: held.groupId });
  });

  test('is set for many variants at once, all or none', async () => {
    const other = mine.variantIds[1]!;
    const bulk = (items: unknown) => it.request('PUT', '/v1/stock', { token, body: { items } });
    const good = await bulk([
      { variantId: mug, stocked: 4 },
      { variantId: other, stocked: 6 },
    ]);
    expect(good.status).toBe(200);
    expect(good.body.items).toHaveLength(2);
    const unknown = newId();
    const bad = await bulk([
      { variantId: mug, stocked: 1 },
      { variantId: unknown, stocked: 1 },
    ]);
    expect(bad).toMatchObject({
      status: 404,
      body: { code: 'STOCK_LEVEL_NOT_FOUND', data: { variantIds: [unknown] } },
    });
    expect(await levelOf(it, mug)).toEqual({ stocked: 4, reserved: 0 });
    const twice = await bulk([
      { variantId: mug, stocked: 1 },
      { variantId: mug, stocked: 2 },
    ]);
    expect(twice).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    const many = Array.from({ length: 501 }, () => ({ variantId: newId(), stocked: 1 }));
    expect((await bulk(many)).status).toBe(400);
  });

  test('of another vendor is neither seen nor changed', async () => {
    const as = { token: strangerToken };
    const before = await levelOf(it, mug);
    const replies = await Promise.all([
      it.request('PUT', `/v1/stock/${mug}`, { ...as, body: { stocked: 1 } }),
      it.request('PATCH', `/v1/stock/${mug}`, { ...as, body: { lowStockThreshold: 1 } }),
      it.request('PUT', '/v1/stock', { ...as, body: { items: [{ variantId: mug, stocked: 1 }] } }),
      it.request('POST', `/v1/stock/${mug}/adjustments`, {
        ...as,
        body: { delta: 1, reason: 'x' },
      }),
      it.request('GET', `/v1/stock/${mug}/adjustments`, as),
    ]);
    expect(replies.map((reply) => reply.status)).toEqual([404, 404, 404, 404, 404]);
    const list = await it.request('GET', `/v1/stock?variantIds=${mug}`, as);
    expect(list.body.items).toEqual([]);
    expect(await levelOf(it, mug)).toEqual(before);
  });

  test('is listed in pages and by product, SKU and variant; the operator sees it too', async () => {
    const vendor = await importProduct(it, [{ stocked: 1 }, { stocked: 2 }, { stocked: 3 }]);
    const own = { token: await it.tokens.staff(vendor.vendorId, 'finance') };
    const first = await it.request('GET', '/v1/stock?limit=2', own);
    expect(first.body.items).toHaveLength(2);
    const cursor = encodeURIComponent(first.body.nextCursor);
    const second = await it.request('GET', `/v1/stock?limit=2&cursor=${cursor}`, own);
    expect(second.body.nextCursor).toBeNull();
    const seen = [...first.body.items, ...second.body.items].map((level) => level.variantId);
    expect(seen).toHaveLength(3);
    expect(new Set(seen)).toEqual(new Set(vendor.variantIds));
    const { productId } = vendor.product;
    const operator = { token: await it.tokens.operator() };
    const byProduct = await it.request('GET', `/v1/stock?productId=${productId}`, operator);
    expect(byProduct.body.items).toHaveLength(3);
    const bySku = await it.request('GET', '/v1/stock?sku=KC-MUG-OAT', own);
    expect(bySku.body.items).toHaveLength(3);
    const forged = await it.request('GET', '/v1/stock?cursor=bm9uZQ', own);
    expect(forged).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });

  test.each([
    ['a negative stock', { stocked: -1 }],
    ['part of a unit', { stocked: 1.5 }],
    ['more than any shelf holds', { stocked: 10_000_001 }],
    ['a field we do not know', { stocked: 1, shelf: 'A' }],
    ['no stock at all', {}],
  ])('refuses %s', async (_, body) => {
    expect(await put(mug, body)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });

  test('is not for shoppers, nor for keys without the scope', async () => {
    const guest = await it.request('GET', '/v1/stock', { token: await it.tokens.guest() });
    expect(guest.status).toBe(403);
    const key = await it.tokens.apiKey(mine.vendorId, ['stock:read']);
    expect((await it.request('GET', '/v1/stock', { token: key })).status).toBe(200);
    expect((await put(mug, { stocked: 1 }, { token: key })).status).toBe(403);
  });

  test('at several locations counts as one for shoppers', async () => {
    const vendor = await importProduct(it, [{ stocked: 2 }]);
    const [bowl] = vendor.variantIds as [VariantId];
    const own = { token: await it.tokens.staff(vendor.vendorId) };
    const barn = await it.request('POST', '/v1/stock/locations', {
      ...own,
      body: { name: 'Barn' },
    });
    expect(barn.status).toBe(201);
    const { locationId } = barn.body;
    const set = await it.request('PUT', `/v1/stock/${bowl}`, {
      ...own,
      body: { stocked: 3, locationId },
    });
    expect(set.body).toMatchObject({ locationId, stocked: 3 });
    expect((await eventsOf(bowl)).at(-1)?.payload).toMatchObject({ available: 5 });
    expect((await reserve(it, [[bowl, 6]])).ok).toBe(false);
    const held = await reserve(it, [[bowl, 4]]);
    expect(held.ok).toBe(true);
    expect(await levelOf(it, bowl)).toEqual({ stocked: 5, reserved: 4 });
    await it.peer('inventory.confirm', { groupId: held.groupId });
    expect(await levelOf(it, bowl)).toEqual({ stocked: 1, reserved: 0 });
    const elsewhere = await it.request('PUT', `/v1/stock/${mug}`, {
      token,
      body: { stocked: 3, locationId },
    });
    expect(elsewhere.status).toBe(404);
    const places = await it.request('GET', '/v1/stock/locations', own);
    expect(places.body.items.map((place: { name: string }) => place.name)).toEqual([
      'Main',
      'Barn',
    ]);
  });

  test('is announced as low below the threshold that the vendor sets', async () => {
    const vendor = await importProduct(it, [{ stocked: 20 }]);
    const [bowl] = vendor.variantIds as [VariantId];
    const own = { token: await it.tokens.staff(vendor.vendorId) };
    const patched = await it.request('PATCH', `/v1/stock/${bowl}`, {
      ...own,
      body: { lowStockThreshold: 10 },
    });
    expect(patched.body.items).toMatchObject([{ variantId: bowl, lowStockThreshold: 10 }]);
    await it.request('PUT', `/v1/stock/${bowl}`, { ...own, body: { stocked: 9 } });
    await it.request('PUT', `/v1/stock/${bowl}`, { ...own, body: { stocked: 8 } });
    const alerts = (await it.events('inventory.lowStock')).filter(
      (event) => event.aggregateId === bowl,
    );
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({
      vendorId: vendor.vendorId,
      payload: { available: 9, threshold: 10, sku: 'KC-MUG-OAT' },
    });
  });
});

describe('stock that follows its product', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startInventory();
  });
  afterAll(() => it.close());

  test('keeps what was counted when the product is imported again', async () => {
    const { product, variantIds } = await importProduct(it, [{ stocked: 7 }]);
    await reserve(it, [[variantIds[0]!, 2]]);
    const again = product.variants.map((variant) => ({ ...variant, importedQuantity: 50 }));
    await it.deliver(productChanged, { ...product, version: 2, variants: again });
    expect(await levelOf(it, variantIds[0]!)).toEqual({ stocked: 7, reserved: 2 });
  });

  test('ignores an older snapshot that comes late', async () => {
    const { product, variantIds } = await importProduct(it, [{ stocked: 7 }, { stocked: 1 }]);
    const [first] = product.variants;
    await it.deliver(productChanged, { ...product, version: 3, variants: [first!] });
    const added = { ...first!, variantId: newId<'Variant'>() };
    await it.deliver(productChanged, {
      ...product,
      version: 2,
      variants: [...product.variants, added],
    });
    const reply = await it.peer('inventory.availability', {
      variantIds: [...variantIds, added.variantId],
    });
    expect(reply).toMatchObject({ value: { variants: [{ variantId: variantIds[0] }] } });
  });

  test('keeps the units of a removed variant, but does not sell them', async () => {
    const { product, variantIds } = await importProduct(it, [{ stocked: 7 }, { stocked: 4 }]);
    const kept = product.variants.slice(0, 1);
    await it.deliver(productChanged, { ...product, version: 2, variants: kept });
    expect(await levelOf(it, variantIds[1]!)).toEqual({ stocked: 4, reserved: 0 });
    expect(await reserve(it, [[variantIds[1]!, 1]])).toMatchObject({
      error: { code: 'INSUFFICIENT_STOCK' },
    });
    await it.deliver(productChanged, { ...product, version: 3 });
    expect((await reserve(it, [[variantIds[1]!, 1]])).ok).toBe(true);
  });

  test('stops selling below zero when the policy changes, though units are owed', async () => {
    const { product, variantIds } = await importProduct(it, [{ stocked: 0, policy: 'continue' }]);
    const poster = variantIds[0]!;
    expect((await reserve(it, [[poster, 2]])).ok).toBe(true);
    const denying = product.variants.map((each) => ({ ...each, inventoryPolicy: 'deny' as const }));
    await it.deliver(productChanged, { ...product, version: 2, variants: denying });
    expect((await reserve(it, [[poster, 1]])).ok).toBe(false);
    const { rows } = await it.database.admin(
      'SELECT count(*)::int AS n FROM inventory.dead_letters',
    );
    expect(rows[0].n).toBe(0);
  });
});

describe('a cancelled order', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startInventory();
  });
  afterAll(() => it.close());

  async function cancel(groupId: string, variantId: VariantId, units: number, orderId = newId()) {
    const line = { ...orderCancelled.sample.lines[0]!, lineId: newId<'OrderLine'>() };
    await it.deliver(orderCancelled, {
      ...orderCancelled.payload.parse(orderCancelled.sample),
      groupId: groupId as never,
      orderId: orderId as never,
      lines: [{ ...line, variantId, units }],
    });
    return orderId;
  }

  test('puts its units back on the shelf, with a line in the history', async () => {
    const { variantIds } = await importProduct(it, [{ stocked: 3 }]);
    const mug = variantIds[0]!;
    const held = await reserve(it, [[mug, 3]]);
    await it.peer('inventory.confirm', { groupId: held.groupId });
    const orderId = await cancel(held.groupId, mug, 2);
    expect(await levelOf(it, mug)).toEqual({ stocked: 2, reserved: 0 });
    const { rows } = await it.database.admin(
      `SELECT delta, reason, reference_id FROM inventory.adjustments
       WHERE variant_id = $1 ORDER BY seq DESC LIMIT 1`,
      [mug],
    );
    expect(rows[0]).toEqual({ delta: 2, reason: 'cancelled', reference_id: orderId });
    const last = (await it.events('inventory.stockChanged')).at(-1);
    expect(last).toMatchObject({ aggregateId: mug, payload: { available: 2 } });
  });

  test('never brings back more than was bought, also after a release', async () => {
    const { variantIds } = await importProduct(it, [{ stocked: 5 }]);
    const mug = variantIds[0]!;
    const held = await reserve(it, [[mug, 3]]);
    await it.peer('inventory.confirm', { groupId: held.groupId });
    await cancel(held.groupId, mug, 2);
    await cancel(held.groupId, mug, 2);
    expect(await levelOf(it, mug)).toEqual({ stocked: 5, reserved: 0 });
    await it.peer('inventory.release', { groupId: held.groupId });
    await cancel(held.groupId, mug, 3);
    expect(await levelOf(it, mug)).toEqual({ stocked: 5, reserved: 0 });
  });

  test('of a hold that is not confirmed yet frees the units', async () => {
    const { variantIds } = await importProduct(it, [{ stocked: 5 }]);
    const mug = variantIds[0]!;
    const held = await reserve(it, [[mug, 4]]);
    await cancel(held.groupId, mug, 1);
    expect(await levelOf(it, mug)).toEqual({ stocked: 5, reserved: 3 });
    await it.peer('inventory.confirm', { groupId: held.groupId });
    expect(await levelOf(it, mug)).toEqual({ stocked: 2, reserved: 0 });
  });
});
