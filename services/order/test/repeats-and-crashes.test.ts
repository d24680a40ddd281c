import { newId } from '@mkt/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { openShop, type Shop } from './shop.ts';
import { tokens } from './world.ts';

const open: Shop[] = [];
async function shopOf(options: Parameters<typeof openShop>[0] = {}): Promise<Shop> {
  const shop = await openShop(options);
  open.push(shop);
  return shop;
}
afterEach(async () => {
  for (const shop of open.splice(0).toReversed()) await shop.it.close();
});

/** What must be true when a checkout was bought exactly once. */
async function expectOneSale(shop: Shop, groupId: string): Promise<void> {
  const groups = await shop.rows('SELECT id, status FROM "order".order_groups');
  expect(groups).toEqual([{ id: groupId, status: 'placed' }]);
  const [orders] = await shop.rows('SELECT count(*)::int AS n FROM "order".orders');
  expect(orders?.n).toBe(2);
  expect(await shop.it.events('order.placed')).toHaveLength(1);
  expect([...shop.world.payments.keys()]).toEqual([groupId]);
  expect(shop.world.paymentOf(groupId)?.status).toBe('authorized');
  expect([...shop.world.holds].map(([id, hold]) => [id, hold.state])).toEqual([
    [groupId, 'confirmed'],
  ]);
}

describe('the same key', () => {
  test('twenty times at once gives one order and twenty equal answers', async () => {
    const shop = await shopOf();
    const key = newId() as string;
    const replies = await Promise.all(Array.from({ length: 20 }, () => shop.buy({ key })));
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([201]));
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    await expectOneSale(shop, replies[0]?.body.groupId);
    const later = await shop.buy({ key });
    expect(later.text).toBe(replies[0]?.text);
  });

  test('twenty times at once over two processes gives one order and equal answers', async () => {
    const first = await shopOf();
    const second = await shopOf({ from: first });
    const token = await second.it.tokens.user(first.shopperId);
    const key = newId() as string;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        i % 2 === 0 ? first.buy({ key }) : second.buy({ key, token }),
      ),
    );
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    await expectOneSale(first, replies[0]?.body.groupId);
  });

  test('twenty times at once with a card that is declined gives twenty equal refusals', async () => {
    const shop = await shopOf();
    const key = newId() as string;
    const buy = () => shop.buy({ key, paymentToken: tokens.declined });
    const replies = await Promise.all(Array.from({ length: 20 }, buy));
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([402]));
    expect(shop.world.calls.filter((call) => call === 'payment.authorize')).toHaveLength(1);
  });

  test('with another body is refused', async () => {
    const shop = await shopOf();
    const key = newId() as string;
    await shop.buy({ key });
    const other = await shop.buy({ key, body: { email: 'eve@example.test' } });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  test('of another shopper is another key', async () => {
    const shop = await shopOf();
    const key = newId() as string;
    const [one, two] = await Promise.all([
      shop.buy({ key }),
      shop.buy({ key, token: await shop.it.tokens.guest() }),
    ]);
    expect(one.body.groupId).not.toBe(two.body.groupId);
  });

  test('waits for the winner’s refusal, and all may try again', async () => {
    const shop = await shopOf();
    const key = newId() as string;
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => shop.buy({ key, expectedMinor: 1 })),
    );
    expect(new Set(replies.map((reply) => reply.body.code))).toEqual(new Set(['PRICE_CHANGED']));
    expect((await shop.buy({ key })).body.state).toBe('placed');
  });
});

describe('a process that dies', () => {
  const points = [
    'checkout.buying',
    'checkout.buying.reserved',
    'checkout.buying.redeemed',
    'checkout.buying.authorized',
    'checkout.buying.executed',
    'checkout.placed',
    'relay.order.claimed',
    'relay.order.delivered',
  ];
  test.each(points)(
    'at %s has sold once after the restart, and the key tells it',
    async (point) => {
      const dying = await shopOf({ faultPoint: dieAt(point) });
      const key = newId() as string;
      await dying.buy({ key });
      dying.world.before = () => {};
      const restarted = await shopOf({ from: dying });
      await restarted.it.advance(1_000);
      const token = await restarted.it.tokens.user(dying.shopperId);
      const reply = await restarted.buy({ key, token });
      expect(reply.body.state).toBe('placed');
      await restarted.it.idle();
      await expectOneSale(restarted, reply.body.groupId);
      expect((await restarted.buy({ key, token })).text).toBe(reply.text);
    },
  );

  const undoPoints = [
    'checkout.undoing',
    'checkout.undoing.voided',
    'checkout.undoing.released',
    'checkout.undoing.executed',
    'checkout.failed',
  ];
  test.each(undoPoints)('at %s has given everything back after the restart', async (point) => {
    const dying = await shopOf({ faultPoint: dieAt(point) });
    dying.world.broken.set('inventory.confirm', 'refused');
    const key = newId() as string;
    await dying.buy({ key });
    const restarted = await shopOf({ from: dying });
    await restarted.it.advance(1_000);
    const token = await restarted.it.tokens.user(dying.shopperId);
    const reply = await restarted.buy({ key, token });
    expect(reply.body.code).toBe('INSUFFICIENT_STOCK');
    const { world } = restarted;
    expect([...world.payments.values()].map(({ state }) => state.status)).toEqual(['voided']);
    expect([...world.holds.values()].map(({ state }) => state)).toEqual(['released']);
    const groups = await restarted.rows('SELECT status FROM "order".order_groups');
    expect(groups).toEqual([{ status: 'failed' }]);
    expect(await restarted.it.events('order.placed')).toEqual([]);
  });

  test('for good is gone on with by another process, as soon as that is asked for it', async () => {
    const other = await shopOf();
    const dying = await shopOf({ from: other, faultPoint: dieAt('checkout.buying') });
    const key = newId() as string;
    await dying.buy({ key });
    dying.world.before = () => {};
    // The time for which the dead one had taken it is over.
    await other.rows(`UPDATE "order".sagas SET lease_until = now() - interval '1 second'`);
    const token = await other.it.tokens.user(dying.shopperId);
    const reply = await other.buy({ key, token });
    expect(reply.body.state).toBe('placed');
    await other.it.idle();
    await expectOneSale(other, reply.body.groupId);
  });

  test('before its checkout began leaves the key to the next request, and both agree', async () => {
    const slow = await shopOf();
    let goOn = () => {};
    const stuck = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    slow.world.before = (name) => (name === 'pricing.quote' ? stuck : undefined);
    const key = newId() as string;
    const first = slow.buy({ key });
    await expect.poll(() => slow.world.calls).toContain('pricing.quote');
    slow.world.before = () => {};

    const next = await shopOf({ from: slow });
    const token = await next.it.tokens.user(slow.shopperId);
    const second = await next.buy({ key, token });
    expect(second.body.state).toBe('placed');
    goOn();
    expect((await first).text).toBe(second.text);
    await expectOneSale(next, second.body.groupId);
  });
});

/** A process that is dead from a point on: it does nothing to the world any more. */
function dieAt(point: string): (name: string) => void {
  let dead = false;
  return (name) => {
    if (name === point) dead = true;
    if (dead) throw new Error(`died at ${point}`);
  };
}
