import { address, email, id, money } from '@mkt/contracts';
import { assert, ok, refuse, type UserId } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  platformScope,
  route,
  type SagaRunner,
} from '@mkt/service-kit';
import { z } from 'zod';
import type { CheckoutInput, CheckoutState } from '../domain/checkout.ts';
import type { Checkout } from '../operations/checkout.ts';
import { findGroup } from '../store/group-reads.ts';
import { checkoutReply, groupStatuses } from './schemas.ts';

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

export interface CheckoutRouteDeps {
  readonly db: Database;
  readonly checkout: Checkout;
  readonly saga: SagaRunner<CheckoutState, CheckoutInput>;
}

export function checkoutRoutes({ db, checkout, saga }: CheckoutRouteDeps): AnyRoute[] {
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
        CHECKOUT_UNDER_WAY: 409,
        CHECKOUT_ABANDONED: 409,
        CART_ALREADY_ORDERED: 409,
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
    route({
      method: 'POST',
      path: '/v1/checkouts/:groupId/abandon',
      summary: 'Give up a checkout that waits for its payment, so that the cart is free again',
      access: 'shopper',
      params: z.strictObject({ groupId: id<'OrderGroup'>() }),
      reply: {
        status: 200,
        schema: z.strictObject({ groupId: id<'OrderGroup'>(), status: z.enum(groupStatuses) }),
      },
      refusals: { ORDER_GROUP_NOT_FOUND: 404, CHECKOUT_ENDED: 409 },
      handle: async ({ actor, params: { groupId }, mutate }) => {
        const shopperId = shopperIdOf(actor);
        const abandoned = await mutate(platformScope, async (tx) => {
          const group = await findGroup(tx, groupId);
          if (group?.shopperId !== shopperId) {
            return refuse('ORDER_GROUP_NOT_FOUND', 'There is no such purchase.');
          }
          const { status } = group;
          if (status !== 'awaitingPayment' && status !== 'processing') {
            return refuse('CHECKOUT_ENDED', 'This checkout has come to its end already.', {
              status,
            });
          }
          await saga.signal(tx, groupId, { kind: 'abandoned' });
          return ok({ groupId, status });
        });
        if (!abandoned.ok) return abandoned;
        await saga.advance(groupId);
        const group = await findGroup(db, groupId);
        return ok({ groupId, status: group?.status ?? abandoned.value.status });
      },
    }),
  ];
}

export function shopperIdOf(actor: Actor): UserId {
  assert(actor.kind === 'guest' || actor.kind === 'user', 'The route lets in shoppers alone');
  return actor.userId;
}
