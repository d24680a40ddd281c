import { id, money } from '@mkt/contracts';
import { type CurrencyCode, err, ok, type Refusal, type Result } from '@mkt/kernel';
import { z } from 'zod';
import type { CheckoutState } from './checkout.ts';

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
export type CheckoutReply = z.infer<typeof checkoutReply>;

/** The answer that follows from where a checkout stands. */
export function replyOf(
  state: CheckoutState,
  number: string | null,
): Result<CheckoutReply, Refusal> {
  const { phase, failure } = state;
  if (failure && (phase === 'failed' || phase === 'expired')) return err(failure);
  const currency = state.currency as CurrencyCode;
  return ok({
    groupId: state.groupId,
    number,
    state: phase === 'placed' || phase === 'awaitingPayment' ? phase : 'processing',
    total: { amountMinor: state.totalMinor, currency },
    orders: state.shares.map(({ orderId, vendorId, payableMinor }) => ({
      orderId,
      vendorId,
      total: { amountMinor: payableMinor, currency },
    })),
    actionUrl: phase === 'awaitingPayment' ? (state.payment?.actionUrl ?? null) : null,
    expiresAt: phase === 'placed' ? null : state.expiresAt,
  });
}
