import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkOut, guestAt, type Prepared, readyToBuy } from '../support/actors.ts';
import { expectOk, request } from '../support/http.ts';
import { type Shape, startShape } from '../support/shape.ts';
import { isPlaced, metric, openShop, type Shop } from './shop.ts';

const requests = 90;
const atOnce = 6;
/** Ten calls that fail open a breaker; those that are under way then, and its later trials, come on top. */
const mostAttempts = 40;
/** A breaker that opened lets one call try after five seconds. */
const recoveryMs = 12_000;
/** Far less than a call that is waited for may take, also on a busy machine. */
const quickMs = 2_000;
const open = 1;

describe('while the pricing service is dead', () => {
  let shape: Shape;
  let shop: Shop;
  let ready: Prepared;
  beforeAll(async () => {
    shape = await startShape('processes', inject('postgresUrl'), { proxied: 'pricing' });
    shop = await openShop(shape);
    const lines = shop.variants.map((variantId) => ({ variantId, quantity: 1 }));
    ready = await readyToBuy(shape.url, lines);
    // A breaker is there, and told of, from the first call on.
    expect(isPlaced(await shop.buy())).toBe(true);
  });
  afterAll(() => shape?.stop());

  const breakerOf = (caller: 'cart' | 'order' | 'search') =>
    metric(shape.urlOf(caller), 'circuit_breaker_state', { service: 'pricing' });
  const showCart = () =>
    request(shape.url, 'GET', `/v1/carts/${ready.body.cartId}?country=IE`, { token: ready.token });

  test('its callers say so at once, its breakers open, nobody else notices, and nothing storms it', async () => {
    const { proxy, url } = shape;
    const guest = await guestAt(url);
    const { cartId } = await expectOk(request(url, 'POST', '/v1/carts', { token: guest }));
    if (!proxy) throw new Error('The service has no proxy');
    expect((await showCart()).status).toBe(200);
    const before = proxy.taken;
    proxy.hangUp();
    const answers: number[] = [];
    const tookMs: number[] = [];
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        while (answers.length < requests) {
          const began = performance.now();
          const { status, headers, body } = await showCart();
          answers.push(status);
          tookMs.push(performance.now() - began);
          expect([headers.get('retry-after'), body.code]).toEqual(['2', 'DEPENDENCY_UNAVAILABLE']);
        }
      }),
    );
    expect(new Set(answers)).toEqual(new Set([503]));
    expect(proxy.taken - before).toBeLessThan(mostAttempts);
    expect(await breakerOf('cart')).toBe(open);
    // One process opened it, the others have learned of it.
    await expect.poll(() => breakerOf('order'), { timeout: 1_000 }).toBe(open);
    // Refused by an open breaker: no waiting for a service that is known to be away.
    expect(tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length / 2)]).toBeLessThan(quickMs);

    // A cart is stored but cannot be shown.
    const body = { variantId: shop.variants[0], quantity: 1 };
    const line = { token: guest, body };
    const added = await request(url, 'POST', `/v1/carts/${cartId}/lines?country=IE`, line);
    expect([added.status, added.body.code]).toEqual([503, 'DEPENDENCY_UNAVAILABLE']);
    const found = await expectOk(request(url, 'GET', '/v1/search?q=blue%20mug'));
    const [{ productId }] = found.items;
    const token = shop.vendors[0]?.token ?? '';
    for (const path of [`/v1/products/${productId}`, '/v1/orders', '/v1/stock']) {
      const began = performance.now();
      expect([path, (await request(url, 'GET', path, { token })).status]).toEqual([path, 200]);
      expect(performance.now() - began).toBeLessThan(2_000);
    }

    const key = 'while-it-is-dead-1';
    const refused = await checkOut(url, ready, key);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    proxy.goOn();
    const again = () => checkOut(url, ready, key);
    await expect.poll(async () => isPlaced(await again()), { timeout: recoveryMs }).toBe(true);
    expect(await breakerOf('order')).toBe(0);
    const later = { timeout: recoveryMs };
    const kept = async () =>
      (await request(url, 'GET', `/v1/carts/${cartId}?country=IE`, { token: guest })).body.lines;
    await expect.poll(kept, later).toMatchObject([body]);
    expect(isPlaced(await shop.buy())).toBe(true);
  });
});
