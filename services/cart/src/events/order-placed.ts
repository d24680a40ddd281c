import { orderPlaced, type PayloadOf } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { type Consumer, consumeTogether, type Tx } from '@mkt/service-kit';
import { type Cart, withoutOrdered } from '../domain/cart.ts';
import { lockMergedCart, openCart, orderCarts, saveCart } from '../store/carts.ts';

/**
 * An ordered cart is closed. What the shopper put in while the order was under way goes on in a new
 * cart. Where the shopper logged in meanwhile, what was ordered is taken out of the account's cart.
 */
export const onOrderPlaced: Consumer = consumeTogether(orderPlaced, async (tx, events) => {
  const closed = await orderCarts(
    tx,
    events.map(({ payload: { cartId, shopperId } }) => ({ cartId, ownerId: shopperId })),
  );
  const carts = new Map(closed.map((cart) => [cart.cartId, cart]));
  for (const { payload } of events) await keepTheRest(tx, payload, carts.get(payload.cartId));
});

async function keepTheRest(
  tx: Tx,
  { orders, cartId, shopperId }: PayloadOf<typeof orderPlaced>,
  cart: Cart | undefined,
): Promise<void> {
  const ordered = orders
    .flatMap(({ items }) => items)
    .flatMap(({ variantId, quantity }) => (variantId ? [{ variantId, quantity }] : []));
  if (!cart) {
    const merged = await lockMergedCart(tx, cartId, shopperId);
    if (merged) await saveCart(tx, withoutOrdered(merged, ordered));
    return;
  }
  const left = withoutOrdered(cart, ordered);
  if (left.lines.length === 0) return;
  const fresh = { cartId: newId<'Cart'>(), currency: cart.currency };
  const next = await openCart(tx, shopperId, fresh);
  await saveCart(tx, { ...next, lines: left.lines });
}
