import { z } from 'zod';
import { defineEvent } from '../envelope.ts';
import { address, amountMinor, currency, email, id, quantity, text, timestamp } from '../fields.ts';
import { frozenItem, itemUnits, marketTerms } from '../frozen.ts';
import { sampleId, sampleTime } from './samples.ts';

export const pricingOfferChanged = defineEvent({
  type: 'pricing.offerChanged',
  version: 1,
  payload: z.strictObject({
    productId: id<'Product'>(),
    vendorId: id<'Vendor'>(),
    currency,
    /** The lowest price a shopper pays now over the product's variants. */
    priceMinor: amountMinor,
    /** The list price it is reduced from, where it is. */
    compareAtMinor: amountMinor.nullable(),
  }),
  sample: {
    productId: sampleId(3),
    vendorId: sampleId(2),
    currency: 'EUR',
    priceMinor: 2900,
    compareAtMinor: 3400,
  },
});

const orderIdentity = {
  orderId: id<'Order'>(),
  groupId: id<'OrderGroup'>(),
  /** The number people use, such as `M-100042-1`. */
  number: z.string().max(40),
  vendorId: id<'Vendor'>(),
};
const identitySample = {
  orderId: sampleId(6),
  groupId: sampleId(5),
  number: 'M-100001-1',
  vendorId: sampleId(2),
};

const placedOrder = z.strictObject({
  orderId: id<'Order'>(),
  number: z.string().max(40),
  vendorId: id<'Vendor'>(),
  items: z.array(frozenItem).min(1).max(201),
  payableMinor: amountMinor,
});

export const orderPlaced = defineEvent({
  type: 'order.placed',
  version: 1,
  payload: z.strictObject({
    groupId: id<'OrderGroup'>(),
    number: z.string().max(40),
    cartId: id<'Cart'>(),
    paymentId: id<'Payment'>(),
    shopperId: id<'User'>(),
    email,
    shippingAddress: address,
    currency,
    terms: marketTerms,
    orders: z.array(placedOrder).min(1).max(50),
    totalMinor: amountMinor,
    placedAt: timestamp,
  }),
  sample: {
    groupId: sampleId(5),
    number: 'M-100001',
    cartId: sampleId(7),
    paymentId: sampleId(8),
    shopperId: sampleId(1),
    email: 'ada@example.test',
    shippingAddress: {
      name: 'Ada Marsh',
      line1: 'Rua do Forno 4',
      city: 'Porto',
      postalCode: '4000-001',
      country: 'PT',
    },
    currency: 'EUR',
    terms: { taxMode: 'inclusive', taxLiability: 'marketplace', marketplaceFundingTaxed: true },
    orders: [
      {
        orderId: sampleId(6),
        number: 'M-100001-1',
        vendorId: sampleId(2),
        payableMinor: 3400,
        items: [
          {
            itemId: sampleId(9),
            lineId: sampleId(10),
            kind: 'line',
            vendorId: sampleId(2),
            productId: sampleId(3),
            variantId: sampleId(4),
            sku: 'KC-MUG-OAT',
            title: 'Speckled morning mug',
            variantTitle: 'Oat',
            imageSrc: '/media/demo/p-mug-640.webp',
            grams: 380,
            requiresShipping: true,
            quantity: 1,
            unitAmountMinor: 3400,
            baseMinor: 3400,
            discountMinor: 0,
            vendorFundedMinor: 0,
            marketplaceFundedMinor: 0,
            netMinor: 2764,
            taxMinor: 636,
            taxRatePpm: 230_000,
            taxCategory: 'standard',
            payableMinor: 3400,
            coupons: [],
            commissionBaseMinor: 2764,
            commissionMinor: 332,
            commissionTaxMinor: 76,
          },
        ],
      },
    ],
    totalMinor: 3400,
    placedAt: sampleTime,
  },
});

export const orderShipped = defineEvent({
  type: 'order.shipped',
  version: 1,
  payload: z.strictObject({
    ...orderIdentity,
    shipmentId: id<'Shipment'>(),
    shopperId: id<'User'>(),
    email,
    lines: z
      .array(z.strictObject({ lineId: id<'OrderLine'>(), title: z.string().max(400), quantity }))
      .min(1),
    carrier: text(80),
    trackingNumber: text(80),
    trackingUrl: z.url().max(2048).nullable(),
    shippedAt: timestamp,
  }),
  sample: {
    ...identitySample,
    shipmentId: sampleId(11),
    shopperId: sampleId(1),
    email: 'ada@example.test',
    lines: [{ lineId: sampleId(10), title: 'Speckled morning mug', quantity: 1 }],
    carrier: 'CTT',
    trackingNumber: 'RR123456785PT',
    trackingUrl: null,
    shippedAt: sampleTime,
  },
});

export const orderDelivered = defineEvent({
  type: 'order.delivered',
  version: 1,
  payload: z.strictObject({
    ...orderIdentity,
    shopperId: id<'User'>(),
    lines: z
      .array(
        z.strictObject({
          lineId: id<'OrderLine'>(),
          productId: id<'Product'>(),
          variantId: id<'Variant'>(),
          title: z.string().max(400),
          quantity,
        }),
      )
      .min(1),
    /** Every line of the vendor order that was not cancelled is delivered now. */
    whole: z.boolean(),
    deliveredAt: timestamp,
  }),
  sample: {
    ...identitySample,
    shopperId: sampleId(1),
    lines: [
      {
        lineId: sampleId(10),
        productId: sampleId(3),
        variantId: sampleId(4),
        title: 'Speckled morning mug',
        quantity: 1,
      },
    ],
    whole: true,
    deliveredAt: sampleTime,
  },
});

export const orderCancelled = defineEvent({
  type: 'order.cancelled',
  version: 1,
  payload: z.strictObject({
    ...orderIdentity,
    shopperId: id<'User'>(),
    email,
    /** Cancelled units by line, with the variant to put back on the shelf. */
    lines: z
      .array(
        z.strictObject({
          ...itemUnits.shape,
          variantId: id<'Variant'>(),
          title: z.string().max(400),
        }),
      )
      .min(1),
    whole: z.boolean(),
    refundMinor: amountMinor,
    currency,
    reason: text(500),
    cancelledBy: z.enum(['shopper', 'vendor', 'operator', 'deadline']),
    cancelledAt: timestamp,
  }),
  sample: {
    ...identitySample,
    shopperId: sampleId(1),
    email: 'ada@example.test',
    lines: [
      {
        lineId: sampleId(10),
        fromUnit: 0,
        units: 1,
        variantId: sampleId(4),
        title: 'Speckled morning mug',
      },
    ],
    whole: true,
    refundMinor: 3400,
    currency: 'EUR',
    reason: 'Changed my mind',
    cancelledBy: 'shopper',
    cancelledAt: sampleTime,
  },
});
