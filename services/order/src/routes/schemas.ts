import { address, id, marketTerms, money, text, timestamp, version } from '@mkt/contracts';
import { z } from 'zod';
import { movementKinds, movementStates, orderStatuses, timelineKinds } from '../domain/order.ts';

const by = z.enum(['shopper', 'vendor', 'operator', 'deadline', 'system']);

/** The frozen explanation of what a line costs. */
const explanation = z.strictObject({
  unitPrice: money,
  base: money,
  discount: money,
  vendorFunded: money,
  marketplaceFunded: money,
  coupons: z.array(z.strictObject({ code: z.string(), discount: money, vendorFunded: money })),
  net: money,
  tax: money,
  taxRatePpm: z.int(),
  taxCategory: z.string(),
  payable: money,
  /** Null for shoppers: it is between the vendor and the marketplace. */
  commission: z.strictObject({ base: money, amount: money, tax: money }).nullable(),
});

export const lineView = z.strictObject({
  lineId: id<'OrderLine'>(),
  kind: z.enum(['line', 'shipping']),
  productId: id<'Product'>().nullable(),
  variantId: id<'Variant'>().nullable(),
  sku: z.string().nullable(),
  title: z.string(),
  variantTitle: z.string().nullable(),
  imageSrc: z.string().nullable(),
  requiresShipping: z.boolean(),
  quantity: z.int(),
  units: z.strictObject({
    free: z.int(),
    shipped: z.int(),
    delivered: z.int(),
    cancelled: z.int(),
    returned: z.int(),
  }),
  price: explanation,
});

const shipmentView = z.strictObject({
  shipmentId: id<'Shipment'>(),
  carrier: z.string(),
  trackingNumber: z.string(),
  trackingUrl: z.string().nullable(),
  lines: z.array(z.strictObject({ lineId: id<'OrderLine'>(), quantity: z.int() })),
  shippedAt: timestamp,
  deliveredAt: timestamp.nullable(),
});

const movementView = z.strictObject({
  movementId: z.uuid(),
  kind: z.enum(movementKinds),
  state: z.enum(movementStates),
  amount: money,
  bearer: z.enum(['vendor', 'marketplace']).nullable(),
  reason: z.string().nullable(),
  refusalCode: z.string().nullable(),
  createdAt: timestamp,
});

const timelineView = z.strictObject({
  at: timestamp,
  kind: z.enum(timelineKinds),
  by,
  /** What the entry is about, by kind: ids, units, amounts in minor units. */
  detail: z.record(z.string(), z.unknown()),
});

export const orderView = z.strictObject({
  orderId: id<'Order'>(),
  groupId: id<'OrderGroup'>(),
  number: z.string(),
  vendorId: id<'Vendor'>(),
  status: z.enum(orderStatuses),
  version,
  placedAt: timestamp,
  deliveredAt: timestamp.nullable(),
  completedAt: timestamp.nullable(),
  /** When the next deadline falls. */
  dueAt: timestamp.nullable(),
  shippingAddress: address,
  payable: money,
  captured: money,
  voided: money,
  refunded: money,
  /** How the captures of the shipments stand, the worst first. */
  captureState: z.enum(['none', 'pending', 'retrying', 'refused', 'done']),
  lines: z.array(lineView),
  shipments: z.array(shipmentView),
  movements: z.array(movementView),
  timeline: z.array(timelineView),
});
export type OrderView = z.infer<typeof orderView>;

export const orderSummary = z.strictObject({
  orderId: id<'Order'>(),
  groupId: id<'OrderGroup'>(),
  number: z.string(),
  vendorId: id<'Vendor'>(),
  status: z.enum(orderStatuses),
  payable: money,
  /** Who it goes to. */
  recipient: z.string(),
  units: z.int(),
  placedAt: timestamp,
});

export const groupStatuses = [
  'processing',
  'awaitingPayment',
  'placed',
  'failed',
  'expired',
] as const;

const groupHead = {
  groupId: id<'OrderGroup'>(),
  /** Null while the checkout is still under way. */
  number: z.string().nullable(),
  status: z.enum(groupStatuses),
  total: money,
  createdAt: timestamp,
  placedAt: timestamp.nullable(),
};

export const groupView = z.strictObject({
  ...groupHead,
  version,
  cartId: id<'Cart'>(),
  email: z.string(),
  shippingAddress: address,
  terms: marketTerms,
  coupons: z.array(
    z.strictObject({ code: z.string(), vendorId: id<'Vendor'>().nullable(), discount: money }),
  ),
  payment: z.strictObject({
    paymentId: id<'Payment'>().nullable(),
    status: z.string().nullable(),
    declineCode: z.string().nullable(),
    actionUrl: z.string().nullable(),
    expiresAt: timestamp,
  }),
  /** One order per vendor, once the group is placed. */
  orders: z.array(orderView),
});
export type GroupView = z.infer<typeof groupView>;

export const groupSummary = z.strictObject({
  ...groupHead,
  orders: z.array(
    z.strictObject({
      orderId: id<'Order'>(),
      number: z.string(),
      vendorId: id<'Vendor'>(),
      status: z.enum(orderStatuses),
      payable: money,
    }),
  ),
});

/** What a checkout answers, unless it is refused. */
export const checkoutReply = z.strictObject({
  groupId: id<'OrderGroup'>(),
  /** The number people use; null while nothing is decided. */
  number: z.string().nullable(),
  /**
   * `awaitingPayment`: send the shopper to `actionUrl`. `processing`: the outcome is not known yet,
   * look at the group or repeat the request with its key.
   */
  state: z.enum(['placed', 'awaitingPayment', 'processing']),
  total: money,
  orders: z.array(
    z.strictObject({ orderId: id<'Order'>(), vendorId: id<'Vendor'>(), total: money }),
  ),
  actionUrl: z.string().nullable(),
  /** Until when the payment can be completed. */
  expiresAt: z.string().nullable(),
});

export const unitsOfLines = z
  .array(z.strictObject({ lineId: id<'OrderLine'>(), quantity: z.int().min(1).max(10_000) }))
  .min(1)
  .max(200);

export const reason = text(500);
