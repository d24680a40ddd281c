import { cartGet } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { type Database, type PeerHandler, peerHandler } from '@mkt/service-kit';
import { readCart } from '../store/carts.ts';

/** One statement: checkout asks for what was picked and works the prices out itself. */
export function cartPeer(db: Database): PeerHandler {
  return peerHandler(cartGet, async ({ cartId, shopperId }) => {
    const cart = await readCart(db, cartId, shopperId);
    if (!cart) {
      return refuse('CART_NOT_FOUND', 'You have no such cart, or it was ordered already.');
    }
    const { ownerId: _, ...shown } = cart;
    return ok({ ...shown, lines: [...cart.lines], couponCodes: [...cart.couponCodes] });
  });
}
