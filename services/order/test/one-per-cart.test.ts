import { newId } from '@mkt/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { address, openShop, type Shop } from './shop.ts';
import { tokens } from './world.ts';

const minuteMs = 60_000;
const open: Shop[] = [];
async function shopOf(options: Parameters<typeof openShop>[0] = {}): Promise<Shop> {
  const shop = await openShop(options);
  open.push(shop);
  return shop;
}
afterEach(async () => {
  for (const shop of open.splice(0).toReversed()) await shop.it.close();
});

const placedGroups = (shop: Shop) =>
  shop.rows(`SELECT id FROM "order".order_groups WHERE status = 'placed'`);
const elsewhere = { shippingAddress: { ...address, line1: 'Rua da Praia 9' } };

/** Holds the first purchase at a call of a peer until it is let go. */
function holdAt(shop: Shop, operation: string): () => void {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  shop.world.before = (name) => {
    if (name !== operation) return;
    shop.world.before = () => {};
    return held;
  };
  return letGo;
}

describe('one cart under different keys', () => {
  test('bought twenty times at once is one order, and its answer for all', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    const replies = await Promise.all(Array.from({ length: 20 }, () => shop.buy({ cartId })));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(await placedGroups(shop)).toEqual([{ id: replies[0]?.body.groupId }]);
    expect(shop.world.payments.size).toBe(1);
    expect(await shop.it.events('order.placed')).toHaveLength(1);
  });

  test('bought at once in two processes is one order', async () => {
    const first = await shopOf();
    const second = await shopOf({ from: first });
    const token = await second.it.tokens.user(first.shopperId);
    const cartId = first.world.newCart();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        i % 2 === 0 ? first.buy({ cartId }) : second.buy({ cartId, token }),
      ),
    );
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(await placedGroups(first)).toHaveLength(1);
    expect(first.world.payments.size).toBe(1);
  });

  test('with two payment tokens, as of a form sent twice, is one order paid once', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    const [one, two] = await Promise.all([
      shop.buy({ cartId }),
      shop.buy({ cartId, paymentToken: 'tok_good_2' }),
    ]);
    expect(two.text).toBe(one.text);
    expect(shop.world.payments.size).toBe(1);
  });

  test('answers the winner’s order when the cart was closed meanwhile, again and again', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    const won = await shop.buy({ cartId });
    shop.world.carts.delete(cartId);
    const key = newId() as string;
    const late = await shop.buy({ cartId, key });
    expect([late.status, late.text]).toEqual([201, won.text]);
    expect((await shop.buy({ cartId, key })).text).toBe(won.text);
  });

  test('tells another purchase of a bought cart which order has it, and frees its key', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    const won = await shop.buy({ cartId });
    const key = newId() as string;
    const other = await shop.buy({ cartId, key, body: elsewhere });
    expect([other.status, other.body.code]).toEqual([409, 'CART_ALREADY_ORDERED']);
    expect(other.body.data.checkout).toEqual(won.body);
    expect(await shop.rows('SELECT 1 FROM "order".idempotency WHERE key = $1', [key])).toEqual([]);
  });

  test('of another shopper says nothing of the order', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    await shop.buy({ cartId });
    const foreign = await shop.buy({ cartId, token: await shop.it.tokens.guest() });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'CART_NOT_FOUND']);
    expect(foreign.body.data).toBeUndefined();
  });

  test('waits for the first to be decided: another address is refused when it is placed', async () => {
    const shop = await shopOf();
    const letGo = holdAt(shop, 'payment.authorize');
    const cartId = shop.world.newCart();
    const first = shop.buy({ cartId });
    await expect.poll(() => shop.world.calls).toContain('payment.authorize');
    const second = shop.buy({ cartId, body: elsewhere });
    await expect
      .poll(() => shop.world.calls.filter((call) => call === 'payout.freezeCommission'))
      .toHaveLength(2);
    letGo();
    expect((await first).body.state).toBe('placed');
    expect((await second).body.code).toBe('CART_ALREADY_ORDERED');
    expect(shop.world.payments.size).toBe(1);
  });

  test('goes to the second when the first is declined', async () => {
    const shop = await shopOf();
    const letGo = holdAt(shop, 'payment.authorize');
    const cartId = shop.world.newCart();
    const first = shop.buy({ cartId, paymentToken: tokens.declined });
    await expect.poll(() => shop.world.calls).toContain('payment.authorize');
    const second = shop.buy({ cartId });
    await expect
      .poll(() => shop.world.calls.filter((call) => call === 'payout.freezeCommission'))
      .toHaveLength(2);
    letGo();
    expect((await first).body.code).toBe('PAYMENT_DECLINED');
    expect((await second).body.state).toBe('placed');
    expect(await placedGroups(shop)).toHaveLength(1);
  });
});

describe('a cart whose checkout waits for the payment', () => {
  test('gives the same challenge to a repeat, and its order when it is done', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    const buy = (key: string) => shop.buy({ cartId, key, paymentToken: tokens.challenge });
    const waiting = await buy('first-key');
    const again = await buy('second-key');
    expect([again.status, again.text]).toEqual([201, waiting.text]);
    shop.world.settle(waiting.body.groupId, 'authorized');
    await shop.it.advance(15 * minuteMs);
    const end = await buy('second-key');
    expect(end.body).toMatchObject({ state: 'placed', groupId: waiting.body.groupId });
  });

  test('tells another card that it is under way, with where it stands', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    const waiting = await shop.buy({ cartId, paymentToken: tokens.challenge });
    const other = await shop.buy({ cartId });
    expect([other.status, other.body.code]).toEqual([409, 'CHECKOUT_UNDER_WAY']);
    expect(other.body.data.checkout).toEqual(waiting.body);
    expect(shop.world.payments.size).toBe(1);
  });

  test('is free for another card as soon as the shopper abandons it', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    const key = newId() as string;
    const { groupId } = (await shop.buy({ cartId, key, paymentToken: tokens.challenge })).body;
    const abandon = (token = shop.shopper) =>
      shop.it.request('POST', `/v1/checkouts/${groupId}/abandon`, { token });
    const foreign = await abandon(await shop.it.tokens.guest());
    expect([foreign.status, foreign.body.code]).toEqual([404, 'ORDER_GROUP_NOT_FOUND']);
    expect((await abandon()).body).toEqual({ groupId, status: 'failed' });
    expect(shop.world.paymentOf(groupId)?.status).toBe('voided');
    expect(shop.world.holds.get(groupId)?.state).toBe('released');
    const repeat = await shop.buy({ cartId, key, paymentToken: tokens.challenge });
    expect([repeat.status, repeat.body.code]).toEqual([409, 'CHECKOUT_ABANDONED']);
    expect((await abandon()).body).toMatchObject({
      code: 'CHECKOUT_ENDED',
      data: { status: 'failed' },
    });
    expect((await shop.buy({ cartId })).body.state).toBe('placed');
  });
});

describe('a failed attempt leaves a cart that can be bought', () => {
  test('after a declined card', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    expect((await shop.buy({ cartId, paymentToken: tokens.declined })).status).toBe(402);
    expect((await shop.buy({ cartId })).body.state).toBe('placed');
  });

  test('after stock that did not suffice', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    const variantId = shop.world.lines[0]?.variantId as string;
    shop.world.stock.set(variantId, 0);
    expect((await shop.buy({ cartId })).body.code).toBe('INSUFFICIENT_STOCK');
    shop.world.stock.set(variantId, 100);
    expect((await shop.buy({ cartId })).body.state).toBe('placed');
  });

  test('after a challenge that nobody completed in time', async () => {
    const shop = await shopOf();
    const cartId = shop.world.newCart();
    await shop.buy({ cartId, paymentToken: tokens.challenge });
    await shop.it.advance(15 * minuteMs);
    expect((await shop.buy({ cartId })).body.state).toBe('placed');
  });

  test('after a crash before the end of the attempt, once that is undone', async () => {
    const dying = await shopOf({
      faultPoint: (name) => {
        if (name === 'checkout.undoing.voided') throw new Error('died');
      },
    });
    const cartId = dying.world.newCart();
    await dying.buy({ cartId, paymentToken: tokens.declined });
    const restarted = await shopOf({ from: dying });
    await restarted.it.advance(1_000);
    const token = await restarted.it.tokens.user(dying.shopperId);
    expect((await restarted.buy({ cartId, token })).body.state).toBe('placed');
  });
});
