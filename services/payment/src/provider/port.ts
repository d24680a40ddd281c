import type { Refusal, Result } from '@mkt/kernel';
import type { ProviderPayment } from '../domain/provider-view.ts';

export type { ProviderPayment, ProviderStatus } from '../domain/provider-view.ts';

export interface NewProviderPayment {
  /** Names the payment at the provider; the same key never makes a second payment. */
  readonly key: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** Stands for the card; made by the provider's own form. */
  readonly token: string;
}

/** Part of a payment; the same key never moves money twice. */
export interface ProviderMovement {
  readonly paymentKey: string;
  readonly key: string;
  readonly amountMinor: number;
}

/** What a provider tells of its own accord, after its signature was checked. */
export interface ProviderEvent {
  readonly id: string;
  readonly type: string;
  readonly paymentKey: string;
  readonly payment: ProviderPayment;
}

/**
 * A payment provider. A refusal is its definite no; throwing means that the outcome is unknown. It
 * is called outside any transaction of ours.
 */
export interface PaymentProvider {
  readonly name: string;
  createPayment(payment: NewProviderPayment): Promise<ProviderPayment>;
  /** By the key it was made with; null where the provider never heard of it. */
  getPayment(key: string): Promise<ProviderPayment | null>;
  capture(movement: ProviderMovement): Promise<Result<{ readonly feeMinor: number }, Refusal>>;
  void(movement: ProviderMovement): Promise<Result<void, Refusal>>;
  /** Lets go of all that is not captured; `absent` where the provider never heard of it. */
  release(paymentKey: string): Promise<Result<'released' | 'absent', Refusal>>;
  refund(movement: ProviderMovement): Promise<Result<void, Refusal>>;
  /** Checks signature and age of a notice; `body` is the raw text as it came. */
  verifyWebhook(
    body: string,
    headers: Readonly<Record<string, unknown>>,
    now: Date,
  ): Promise<Result<ProviderEvent, Refusal>>;
}
