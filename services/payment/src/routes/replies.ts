import { id, itemUnits, money, page, paymentStatuses, timestamp } from '@mkt/contracts';
import { z } from 'zod';
import type { Movement, Payment, Share } from '../store/rows.ts';

const status = z.enum([...paymentStatuses, 'pending']);
const share = z.strictObject({
  orderId: id<'Order'>(),
  vendorId: id<'Vendor'>(),
  authorized: money,
  captured: money,
  voided: money,
  refunded: money,
});
const movement = z.strictObject({
  movementId: z.uuid(),
  kind: z.enum(['capture', 'void', 'refund']),
  status: z.enum(['pending', 'settled', 'refused']),
  orderId: id<'Order'>(),
  vendorId: id<'Vendor'>(),
  amount: money,
  fee: money.nullable(),
  bearer: z.enum(['vendor', 'marketplace']).nullable(),
  reason: z.string().nullable(),
  items: z.array(itemUnits),
  createdAt: timestamp,
  settledAt: timestamp.nullable(),
});

export const paymentReply = z.strictObject({
  paymentId: id<'Payment'>(),
  groupId: id<'OrderGroup'>(),
  status,
  amount: money,
  declineCode: z.string().nullable(),
  /** We gave it up, and the provider has not confirmed yet that it holds nothing. */
  releaseDue: z.boolean(),
  shares: z.array(share),
  createdAt: timestamp,
  expiresAt: timestamp,
  placedAt: timestamp.nullable(),
  version: z.int(),
});
export const paymentPage = page(paymentReply);
export const paymentDetail = paymentReply.extend({ movements: z.array(movement) });

export type PaymentReply = z.output<typeof paymentReply>;

export function replyOf(payment: Payment, shares: readonly Share[]): PaymentReply {
  const { currency } = payment;
  const of = (amountMinor: number) => ({ amountMinor, currency });
  return {
    paymentId: payment.id,
    groupId: payment.groupId,
    status: payment.status,
    amount: of(payment.amountMinor),
    declineCode: payment.declineCode,
    releaseDue: payment.releaseDue,
    shares: shares.map((one) => ({
      orderId: one.orderId,
      vendorId: one.vendorId,
      authorized: of(one.authorizedMinor),
      captured: of(one.capturedMinor),
      voided: of(one.voidedMinor),
      refunded: of(one.refundedMinor),
    })),
    createdAt: payment.createdAt.toISOString(),
    expiresAt: payment.expiresAt.toISOString(),
    placedAt: payment.placedAt?.toISOString() ?? null,
    version: payment.version,
  };
}

export function movementReplyOf(one: Movement): z.output<typeof movement> {
  const { currency } = one;
  return {
    movementId: one.id,
    kind: one.kind,
    status: one.status,
    orderId: one.orderId,
    vendorId: one.vendorId,
    amount: { amountMinor: one.amountMinor, currency },
    fee: one.feeMinor === null ? null : { amountMinor: one.feeMinor, currency },
    bearer: one.bearer,
    reason: one.reason,
    items: [...one.items],
    createdAt: one.createdAt.toISOString(),
    settledAt: one.settledAt?.toISOString() ?? null,
  };
}
