import { z } from 'zod';
import { amountMinor, country, currency, id, quantity, version } from '../fields.ts';
import { quote } from '../frozen.ts';
import { definePeer } from '../peer.ts';

/** Refused as `CART_NOT_FOUND` where the cart is not this shopper's. */
export const cartGet = definePeer({
  name: 'cart.get',
  request: z.strictObject({ cartId: id<'Cart'>(), shopperId: id<'User'>() }),
  reply: z.strictObject({
    cartId: id<'Cart'>(),
    version,
    currency,
    lines: z.array(
      z.strictObject({ lineId: id<'CartLine'>(), variantId: id<'Variant'>(), quantity }),
    ),
    couponCodes: z.array(z.string().max(64)).max(10),
  }),
  idempotent: true,
});

export const pricingQuote = definePeer({
  name: 'pricing.quote',
  request: z.strictObject({
    currency,
    /** Where the goods go: decides the tax. */
    country,
    /** Null before a shopper is known; then per-shopper coupon limits are not checked. */
    shopperId: id<'User'>().nullable(),
    lines: z
      .array(z.strictObject({ lineId: id<'CartLine'>(), variantId: id<'Variant'>(), quantity }))
      .max(200),
    shipping: z.array(z.strictObject({ vendorId: id<'Vendor'>(), amountMinor })).max(50),
    couponCodes: z.array(z.string().max(64)).max(10),
  }),
  reply: quote,
  idempotent: true,
});

/**
 * Counts each coupon once for a checkout, atomically against its limits. Repeating it with the same
 * group changes nothing. Refused as `COUPON_EXHAUSTED` or `COUPON_LIMIT_REACHED`, nothing counted.
 */
export const pricingRedeem = definePeer({
  name: 'pricing.redeem',
  request: z.strictObject({
    groupId: id<'OrderGroup'>(),
    shopperId: id<'User'>(),
    couponCodes: z.array(z.string().max(64)).min(1).max(10),
  }),
  reply: z.strictObject({}),
  idempotent: true,
});

export const pricingReleaseRedemption = definePeer({
  name: 'pricing.releaseRedemption',
  request: z.strictObject({ groupId: id<'OrderGroup'>() }),
  reply: z.strictObject({}),
  idempotent: true,
});
