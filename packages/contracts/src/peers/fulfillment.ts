import { z } from 'zod';
import { amountMinor, country, currency, id, quantity, timestamp } from '../fields.ts';
import { definePeer } from '../peer.ts';

export const inventoryAvailability = definePeer({
  name: 'inventory.availability',
  request: z.strictObject({ variantIds: z.array(id<'Variant'>()).min(1).max(5_000) }),
  reply: z.strictObject({
    /** Stocked less reserved; variants never stocked are missing. */
    variants: z.array(
      z.strictObject({ variantId: id<'Variant'>(), available: z.int(), backorder: z.boolean() }),
    ),
  }),
  idempotent: true,
});

const group = z.strictObject({ groupId: id<'OrderGroup'>() });

/**
 * Holds every unit or none. Demand is summed per stock row before the check, so two lines on one
 * row count together. Repeating it with the same group returns the same hold. Refused as
 * `INSUFFICIENT_STOCK` with `data.variantIds`.
 */
export const inventoryReserve = definePeer({
  name: 'inventory.reserve',
  request: z.strictObject({
    groupId: id<'OrderGroup'>(),
    lines: z
      .array(z.strictObject({ variantId: id<'Variant'>(), quantity }))
      .min(1)
      .max(200),
    expiresAt: timestamp,
  }),
  reply: z.strictObject({}),
  idempotent: true,
});

/** Makes a hold final: it no longer expires. Refused as `RESERVATION_EXPIRED` when it is gone. */
export const inventoryConfirm = definePeer({
  name: 'inventory.confirm',
  request: group,
  reply: z.strictObject({}),
  idempotent: true,
});

/** Gives a hold back, confirmed or not; unknown groups are fine, and stay refused afterwards. */
export const inventoryRelease = definePeer({
  name: 'inventory.release',
  request: group,
  reply: z.strictObject({}),
  idempotent: true,
});

export const shippingOption = z.strictObject({
  vendorId: id<'Vendor'>(),
  rateId: z.uuid(),
  name: z.string().max(120),
  amountMinor,
  minDays: z.int().min(0),
  maxDays: z.int().min(0),
});

/** Options per vendor, cheapest first; a vendor without one for the country is listed as unserved. */
export const shippingQuote = definePeer({
  name: 'shipping.quote',
  request: z.strictObject({
    country,
    currency,
    parcels: z
      .array(
        z.strictObject({
          vendorId: id<'Vendor'>(),
          grams: z.int().min(0),
          /** What the goods cost after discounts: decides `free above`. */
          goodsMinor: amountMinor,
        }),
      )
      .max(50),
  }),
  reply: z.strictObject({
    options: z.array(shippingOption),
    unserved: z.array(id<'Vendor'>()),
  }),
  idempotent: true,
});
