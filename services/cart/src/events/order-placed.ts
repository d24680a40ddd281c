import { orderPlaced } from '@mkt/contracts';
import { type Consumer, consume } from '@mkt/service-kit';
import { newId } from '@mkt/kernel';
import { withoutOrdered } from '../domain/cart.ts';
import { closeCart, lockCart, openCart, saveCart } from '../store/carts.ts';

/**
 * An ordered cart is closed. What the shopper put in while the order was under way goes on in a new
 * cart.
 */
export const onOrderPlaced: Consumer = consume(orderPlaced, async (tx, { payload }) => {
  const cart = await lockCart(tx, payload.cartId, payload.shopperId);
  if (!cart) return;
  const ordered = payload.orders
    .flatMap(({ items }) => items)
    .flatMap(({ variantId, quantity }) => (variantId ? [{ variantId, quantity }] : []));
  await closeCart(tx, cart.cartId, 'ordered');
  const left = withoutOrdered(cart, ordered);
  if (left.lines.length === 0) return;
  const fresh = { cartId: newId<'Cart'>(), currency: cart.currency };
  const next = await openCart(tx, payload.shopperId, fresh);
  await saveCart(tx, { ...next, lines: left.lines });
});
