import { productChanged } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import type { TestService } from '@mkt/service-kit/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askQuote, dayMs, priceOf, publish, startPricing } from './setup.ts';

describe('prices that a vendor sets', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startPricing();
  });
  afterAll(() => it.close());

  const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
  const inDays = (days: number) => new Date(it.clock.now().getTime() + days * dayMs).toISOString();

  async function offered(priceMinor: number) {
    const offer = await publish(it, priceMinor);
    const token = await it.tokens.staff(offer.vendorId);
    const put = (body: unknown, headers = {}) =>
      it.request('PUT', `/v1/prices/${offer.variantId}`, { token, body, headers });
    const told = async () =>
      (await it.events('pricing.offerChanged'))
        .filter((event) => event.aggregateId === offer.productId)
        .map((event) => (event.payload as { priceMinor: number }).priceMinor);
    return { ...offer, token, put, told };
  }

  test('win over the product’s own until they are taken back', async () => {
    const { variantId, put, told, product } = await offered(3_000);
    expect((await put({ listPrice: eur(2_500) })).body).toMatchObject({ listPrice: eur(2_500) });
    expect(await priceOf(it, variantId)).toBe(2_500);
    const dearer = product.variants.map((variant) => ({ ...variant, priceMinor: 3_300 }));
    await it.deliver(productChanged, { ...product, version: 2, variants: dearer });
    expect(await priceOf(it, variantId)).toBe(2_500);
    const back = await put({ currency: 'EUR', listPrice: null });
    expect(back.body).toMatchObject({ listPrice: null, version: 2 });
    expect(await priceOf(it, variantId)).toBe(3_300);
    expect(await told()).toEqual([3_000, 2_500, 3_300]);
  });

  test('make a variant buyable in another currency', async () => {
    const { variantId, put } = await offered(3_000);
    expect(await priceOf(it, variantId, 'JPY')).toBe('CURRENCY_NOT_OFFERED');
    await put({ listPrice: { amountMinor: 4_800, currency: 'JPY' } });
    expect(await priceOf(it, variantId, 'JPY')).toBe(4_800);
    expect(await priceOf(it, variantId)).toBe(3_000);
  });

  test('end a sale before its time', async () => {
    const { variantId, put } = await offered(3_000);
    await put({ sale: { price: eur(2_000) } });
    expect(await priceOf(it, variantId)).toBe(2_000);
    expect((await put({ currency: 'EUR', sale: null })).body.sale).toBeNull();
    expect(await priceOf(it, variantId)).toBe(3_000);
  });

  test('are shown with their version, and not overwritten by who saw another one', async () => {
    const { variantId, put, token } = await offered(3_000);
    const sale = { price: eur(2_000), startsAt: inDays(1), endsAt: inDays(2) };
    const first = await put({ sale }, { 'if-match': '"0"' });
    expect(first.status).toBe(200);
    const late = await put({ sale: { price: eur(1) } }, { 'if-match': '"0"' });
    expect(late).toMatchObject({ status: 412, body: { code: 'VERSION_CONFLICT' } });
    const url = `/v1/prices/${variantId}?currency=EUR`;
    const shown = await it.request('GET', url, { token });
    expect(shown.body).toEqual({ variantId, listPrice: null, sale, version: 1 });
    expect(shown.headers.etag).toBe('"1"');
    const stranger = await it.tokens.staff(newId());
    expect((await it.request('GET', url, { token: stranger })).status).toBe(404);
  });

  test.each([
    ['nothing', {}],
    ['two currencies', { listPrice: eur(1), sale: { price: { amountMinor: 1, currency: 'USD' } } }],
    ['no currency', { sale: null }],
    ['a negative price', { listPrice: eur(-1) }],
    ['part of a cent', { listPrice: eur(1.5) }],
    ['an unknown currency', { listPrice: { amountMinor: 1, currency: 'ZZZ' } }],
    ['an amount beyond all measure', { listPrice: eur(Number.MAX_SAFE_INTEGER) }],
    [
      'a sale that ends before it starts',
      { sale: { price: eur(1), startsAt: '2026-02-02T00:00:00Z', endsAt: '2026-02-01T00:00:00Z' } },
    ],
  ])('with %s are refused', async (_, body) => {
    const { put } = await offered(3_000);
    expect(await put(body)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });

  test('are public as they are now, without what is planned', async () => {
    const { productId, variantId, put } = await offered(3_000);
    await put({ sale: { price: eur(2_000), startsAt: inDays(1), endsAt: inDays(2) } });
    const reply = await it.request('GET', `/v1/prices?productId=${productId}`);
    expect(reply.body).toEqual({ items: [{ variantId, price: eur(3_000), compareAt: null }] });
    expect(reply.headers['cache-control']).toBe('public, max-age=5');
  });

  test('of a product that was archived meanwhile leave nothing due', async () => {
    const { productId, put, product } = await offered(3_000);
    await put({ sale: { price: eur(2_000), startsAt: inDays(1), endsAt: inDays(2) } });
    await it.deliver(productChanged, { ...product, version: 2, status: 'archived' });
    await it.advance(3 * dayMs);
    const { rows } = await it.database.admin(
      'SELECT next_change_at FROM pricing.product_offers WHERE product_id = $1',
      [productId],
    );
    expect(rows).toEqual([{ next_change_at: null }]);
    expect(await it.service.sweep()).toBe(0);
  });
});

describe('a quote', () => {
  let it: TestService;
  beforeAll(async () => {
    it = await startPricing();
  });
  afterAll(() => it.close());

  test('of more than can be paid at once is refused, not a defect', async () => {
    const { variantId } = await publish(it, 999_999_999_999);
    const lines = [{ lineId: newId(), variantId, quantity: 10_000 }];
    expect(await askQuote(it, [], { lines })).toMatchObject({
      error: { code: 'QUOTE_AMOUNT_OUT_OF_RANGE' },
    });
  });

  test('that names a line or a vendor’s shipping twice is refused', async () => {
    const { variantId, vendorId } = await publish(it, 1_000);
    const line = { lineId: newId(), variantId, quantity: 1 };
    expect(await askQuote(it, [], { lines: [line, line] })).toMatchObject({
      error: { code: 'QUOTE_ITEM_REPEATED' },
    });
    const charge = { vendorId, amountMinor: 400 };
    expect(await askQuote(it, [variantId], { shipping: [charge, charge] })).toMatchObject({
      error: { code: 'QUOTE_ITEM_REPEATED' },
    });
  });

  test('taxes shipping at the standard rate and an unknown category as standard', async () => {
    const { variantId, vendorId } = await publish(it, 1_230);
    const shipping = [{ vendorId, amountMinor: 492 }];
    const quoted = await askQuote(it, [variantId], { shipping });
    expect(quoted).toMatchObject({
      value: {
        items: [
          { kind: 'line', netMinor: 1_000, taxMinor: 230 },
          { kind: 'shipping', itemId: `shipping:${vendorId}`, netMinor: 400, taxMinor: 92 },
        ],
        totalMinor: 1_722,
      },
    });
  });
});
