import { type Api, type Listing, listAtMost } from '../adapters/api.ts';
import type { Payment, PaymentDetail } from './money-shapes.ts';

export interface PaymentFilter {
  readonly status?: string | undefined;
  readonly limit: number;
}

export function listPayments(
  api: Api,
  { status, limit }: PaymentFilter,
): Promise<Listing<Payment>> {
  return listAtMost<Payment>(api, '/v1/payments', { limit, query: { status } });
}

export function showPayment(api: Api, paymentId: string): Promise<PaymentDetail> {
  return api.get<PaymentDetail>(`/v1/payments/${encodeURIComponent(paymentId)}`);
}

export interface Swept {
  readonly examined: number;
  readonly voided: number;
  readonly resolved: number;
}

/** Looks after payments without orders, and those whose outcome is unknown. */
export function sweepPayments(api: Api): Promise<Swept> {
  return api.post<Swept>('/v1/payments/sweep');
}
