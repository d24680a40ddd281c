import {
  type CurrencyCode,
  err,
  type Money,
  type OrderGroupId,
  type OrderId,
  ok,
  type Refusal,
  type Result,
  type VendorId,
} from '@mkt/kernel';
import type { CheckoutState } from './checkout.ts';

/** What a checkout answers, unless it is refused. */
export interface CheckoutReply {
  readonly groupId: OrderGroupId;
  readonly number: string | null;
  readonly state: 'placed' | 'awaitingPayment' | 'processing';
  readonly total: Money;
  readonly orders: readonly {
    readonly orderId: OrderId;
    readonly vendorId: VendorId;
    readonly total: Money;
  }[];
  readonly actionUrl: string | null;
  readonly expiresAt: string | null;
}

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
