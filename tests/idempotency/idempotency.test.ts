import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { approvedVendor, checkOut, publish, readyToBuy } from '../support/actors.ts';
import { type Shape, shapesOfThisRun, startShape } from '../support/shape.ts';

describe.each(shapesOfThisRun)('in the shape %s, a checkout sent more than once', (kind) => {
  let shape: Shape;
  let url: string;
  let variantId: string;

  beforeAll(async () => {
    shape = await startShape(kind, inject('postgresUrl'));
    url = shape.url;
    const operator = await shape.operator();
    const vendor = await approvedVendor(url, operator, 'Suite');
    const products = [{ handle: 'mug', priceMinor: 3_400, stock: 1_000 }];
    await publish(url, operator, vendor, products);
    await shape.settle();
    variantId = (await publish(url, operator, vendor, products)).get('mug') ?? '';
    await shape.settle();
  });
  afterAll(() => shape?.stop());

  const groups = async () =>
    (await shape.database.query(`SELECT count(*)::int AS n FROM "order".order_groups`))[0]
      ?.n as number;

  test('with one key, twenty times at once, is one order and twenty equal answers', async () => {
    const ready = await readyToBuy(url, [{ variantId, quantity: 2 }]);
    const before = await groups();
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => checkOut(url, ready, 'twenty-times-1')),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await groups()).toBe(before + 1);
    const payments = await shape.database.query(
      'SELECT count(*)::int AS n FROM payment.payments WHERE group_id = $1',
      [replies[0]?.body.groupId],
    );
    expect(payments[0]?.n).toBe(1);
  });

  test('with one key and another body is refused', async () => {
    const ready = await readyToBuy(url, [{ variantId, quantity: 1 }]);
    const first = await checkOut(url, ready, 'another-body-1');
    expect(first.body.state).toBe('placed');
    const other = { ...ready, body: { ...ready.body, email: 'other@suite.example.test' } };
    const second = await checkOut(url, other, 'another-body-1');
    expect([second.status, second.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  test('with twenty keys at once is one order of the cart, and twenty equal answers', async () => {
    const ready = await readyToBuy(url, [{ variantId, quantity: 2 }]);
    const before = await groups();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => checkOut(url, ready, `twenty-keys-${i}`)),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await groups()).toBe(before + 1);
    // The cart is closed by now: a late request under a new key still gets the order.
    await shape.settle();
    const late = await checkOut(url, ready, 'twenty-keys-late');
    expect(late.body).toEqual(replies[0]?.body);
  });

  test('repeats the first answer long after', async () => {
    const ready = await readyToBuy(url, [{ variantId, quantity: 1 }]);
    const first = await checkOut(url, ready, 'long-after-1');
    await shape.settle();
    const again = await checkOut(url, ready, 'long-after-1');
    expect(again.body).toEqual(first.body);
  });
});
