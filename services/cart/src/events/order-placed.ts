import { orderPlaced } from '@mkt/contracts';
import { newId } from '@mkt/kernel';
import { type Consumer, consume } from '@mkt/service-kit';
import { withoutOrdered } from '../domain/cart.ts';
import { lockCart, lockMergedCart, markOrdered, openCart, saveCart } from '../store/carts.ts';

/**
 * An ordered cart is closed. What the shopper put in while the order was under way goes on in a new
 * cart. Where the shopper logged in meanwhile, what was ordered is taken out of the account's cart.
 */
export const onOrderPlaced: Consumer = consume(orderPlaced, async (tx, { payload }) => {
  const ordered = payload.orders
    .flatMap(({ items }) => items)
    .flatMap(({ variantId, quantity }) => (variantId ? [{ variantId, quantity }] : []));
  const cart = await lockCart(tx, payload.cartId, payload.shopperId);
  if (!cart) {
    const merged = await lockMergedCart(tx, payload.cartId, payload.shopperId);
    if (merged) await saveCart(tx, withoutOrdered(merged, ordered));
    return;
  }
  await markOrdered(tx, cart.cartId);
  const left = withoutOrdered(cart, ordered);
  if (left.lines.length === 0) return;
  const fresh = { cartId: newId<'Cart'>(), currency: cart.currency };
  const next = await openCart(tx, payload.shopperId, fresh);
  await saveCart(tx, { ...next, lines: left.lines });
});
