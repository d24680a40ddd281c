import { z } from 'zod';
import { defineEvent } from '../envelope.ts';
import { id, quantity, timestamp } from '../fields.ts';
import { sampleId, sampleTime } from './samples.ts';

const stock = {
  variantId: id<'Variant'>(),
  productId: id<'Product'>(),
  vendorId: id<'Vendor'>(),
  /** Stocked less reserved, over all locations. */
  available: z.int(),
};
const stockSample = {
  variantId: sampleId(4),
  productId: sampleId(3),
  vendorId: sampleId(2),
  available: 2,
};

/** Emitted by adjustments, and by reservations that empty or refill a variant. */
export const inventoryStockChanged = defineEvent({
  type: 'inventory.stockChanged',
  version: 1,
  payload: z.strictObject(stock),
  sample: stockSample,
});

export const inventoryLowStock = defineEvent({
  type: 'inventory.lowStock',
  version: 1,
  payload: z.strictObject({
    ...stock,
    sku: z.string().max(255).nullable(),
    title: z.string().max(400),
    threshold: z.int().min(0),
  }),
  sample: { ...stockSample, sku: 'KC-MUG-OAT', title: 'Speckled morning mug', threshold: 3 },
});

export const shipmentDelivered = defineEvent({
  type: 'shipping.shipmentDelivered',
  version: 1,
  payload: z.strictObject({
    shipmentId: id<'Shipment'>(),
    orderId: id<'Order'>(),
    vendorId: id<'Vendor'>(),
    lines: z.array(z.strictObject({ lineId: id<'OrderLine'>(), quantity })).min(1),
    deliveredAt: timestamp,
  }),
  sample: {
    shipmentId: sampleId(11),
    orderId: sampleId(6),
    vendorId: sampleId(2),
    lines: [{ lineId: sampleId(10), quantity: 1 }],
    deliveredAt: sampleTime,
  },
});
