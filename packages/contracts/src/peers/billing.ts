import { z } from 'zod';
import { amountMinor, currency, id, quantity, text, timestamp } from '../fields.ts';
import { itemUnits } from '../frozen.ts';
import { definePeer } from '../peer.ts';

/**
 * `authorized` holds the money; `requiresAction` waits for the shopper at `actionUrl`; `declined`
 * is final for this attempt; `unknown` means that the provider did not answer in time: find out
 * with `payment.find` and expect `payment.resolved`. A total of 0 is authorized without a call.
 */
export const paymentStatuses = [
  'authorized',
  'requiresAction',
  'declined',
  'unknown',
  'voided',
] as const;
export const paymentState = z.strictObject({
  paymentId: id<'Payment'>(),
  groupId: id<'OrderGroup'>(),
  status: z.enum(paymentStatuses),
  amountMinor,
  currency,
  declineCode: z.string().nullable(),
  actionUrl: z.string().nullable(),
});
export type PaymentState = z.infer<typeof paymentState>;

/** One payment per `operationKey`: repeating it returns what became of the first. */
export const paymentAuthorize = definePeer({
  name: 'payment.authorize',
  request: z.strictObject({
    groupId: id<'OrderGroup'>(),
    operationKey: z.string().min(1).max(200),
    amountMinor,
    currency,
    shares: z
      .array(z.strictObject({ orderId: id<'Order'>(), vendorId: id<'Vendor'>(), amountMinor }))
      .min(1)
      .max(50),
    /** From the provider's own form: card numbers never reach the services. */
    paymentToken: z.string().max(200).nullable(),
    /** After this the authorization is given up and voided. */
    expiresAt: timestamp,
  }),
  reply: paymentState,
  idempotent: true,
});

/** The latest payment of a group, or null. Asks the provider where the outcome is unknown. */
export const paymentFind = definePeer({
  name: 'payment.find',
  request: z.strictObject({ groupId: id<'OrderGroup'>() }),
  reply: z.strictObject({ payment: paymentState.nullable() }),
  idempotent: true,
});

const movement = {
  groupId: id<'OrderGroup'>(),
  orderId: id<'Order'>(),
  operationKey: z.string().min(1).max(200),
  amountMinor,
  items: z.array(itemUnits).max(201),
};

/** Takes part of an order's authorized share; emits `payment.captured`. */
export const paymentCapture = definePeer({
  name: 'payment.capture',
  request: z.strictObject(movement),
  reply: z.strictObject({ captureId: id<'Capture'>(), amountMinor }),
  idempotent: true,
});

/**
 * Gives up authorized money that was not captured: part of an order's share, or with `orderId` null
 * the whole payment (a checkout that failed). Emits `payment.voided` for shares.
 */
export const paymentVoid = definePeer({
  name: 'payment.void',
  request: z.strictObject({ ...movement, orderId: id<'Order'>().nullable() }),
  reply: z.strictObject({}),
  idempotent: true,
});

/** Gives captured money back; emits `payment.refunded`. Refused as `REFUND_EXCEEDS_CAPTURE`. */
export const paymentRefund = definePeer({
  name: 'payment.refund',
  request: z.strictObject({
    ...movement,
    bearer: z.enum(['vendor', 'marketplace']).nullable(),
    reason: text(500),
  }),
  reply: z.strictObject({ refundId: id<'Refund'>(), amountMinor }),
  idempotent: true,
});

/** Commission by the rules in force now, to be frozen on the order lines (money rules, part 2). */
export const payoutFreezeCommission = definePeer({
  name: 'payout.freezeCommission',
  request: z.strictObject({
    currency,
    marketplaceFundingTaxed: z.boolean(),
    orders: z
      .array(
        z.strictObject({
          vendorId: id<'Vendor'>(),
          items: z.array(
            z.strictObject({
              itemId: z.string().max(64),
              kind: z.enum(['line', 'shipping']),
              quantity,
              baseMinor: amountMinor,
              netMinor: amountMinor,
              marketplaceFundedMinor: amountMinor,
            }),
          ),
        }),
      )
      .min(1)
      .max(50),
  }),
  reply: z.strictObject({
    items: z.array(
      z.strictObject({
        itemId: z.string(),
        commissionBaseMinor: amountMinor,
        commissionMinor: amountMinor,
        commissionTaxMinor: amountMinor,
      }),
    ),
  }),
  idempotent: true,
});
