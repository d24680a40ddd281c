import { address, email, id, money } from '@mkt/contracts';
import { assert, ok, type UserId } from '@mkt/kernel';
import { type Actor, type AnyRoute, route } from '@mkt/service-kit';
import { z } from 'zod';
import type { Checkout } from '../operations/checkout.ts';
import { checkoutReply } from './schemas.ts';

const body = z.strictObject({
  cartId: id<'Cart'>(),
  email,
  shippingAddress: address,
  /** One choice for each vendor whose goods are shipped. */
  shipping: z.array(z.strictObject({ vendorId: id<'Vendor'>(), rateId: z.uuid() })).max(50),
  /** From the payment provider's own form; null where nothing is to pay. */
  paymentToken: z.string().min(1).max(200).nullable(),
  /** What the shopper was shown and agreed to. */
  expectedTotal: money,
});

export function checkoutRoutes(checkout: Checkout): AnyRoute[] {
  return [
    route({
      method: 'POST',
      path: '/v1/checkouts',
      summary: 'Buy what is in a cart: one payment, one order per vendor',
      access: 'shopper',
      body,
      reply: { status: 201, schema: checkoutReply },
      refusals: {
        CART_NOT_FOUND: 404,
        CART_EMPTY: 409,
        ITEMS_UNAVAILABLE: 409,
        COUPON_REFUSED: 409,
        SHIPPING_UNAVAILABLE: 409,
        TOO_MANY_VENDORS: 409,
        PRICE_CHANGED: 409,
        PAYMENT_TOKEN_REQUIRED: 400,
        INSUFFICIENT_STOCK: 409,
        PAYMENT_DECLINED: 402,
        PAYMENT_REFUSED: 402,
        PAYMENT_EXPIRED: 402,
        CHECKOUT_UNAVAILABLE: 503,
      },
      handle: async ({ actor, body: wanted, idempotency }) => {
        const bought = await checkout.run(
          { ...wanted, shopperId: shopperIdOf(actor) },
          idempotency,
        );
        return bought.ok ? ok({ ...bought.value, orders: [...bought.value.orders] }) : bought;
      },
    }),
  ];
}

export function shopperIdOf(actor: Actor): UserId {
  assert(actor.kind === 'guest' || actor.kind === 'user', 'The route lets in shoppers alone');
  return actor.userId;
}
