import type { ServiceClass } from './model.ts';

/** Time budgets and limits of a call to a service of one class. Times in milliseconds. */
export interface ResilienceSpec {
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  /** The whole operation with its retries; always longer than what it calls in turn. */
  readonly operationTimeoutMs: number;
  /** Attempts after the first, on idempotent calls and retryable faults only. */
  readonly maxRetries: number;
  readonly retryInitialDelayMs: number;
  readonly retryMaxDelayMs: number;
  /** The breaker opens when this share of calls failed within the window. */
  readonly breakerThreshold: number;
  readonly breakerWindowMs: number;
  /** Fewer calls a second than this in the window never open the breaker. */
  readonly breakerMinimumRps: number;
  readonly breakerHalfOpenAfterMs: number;
  readonly bulkheadConcurrent: number;
  readonly bulkheadQueued: number;
}

const shared = {
  maxRetries: 2,
  retryInitialDelayMs: 50,
  retryMaxDelayMs: 1_000,
  breakerThreshold: 0.5,
  breakerWindowMs: 10_000,
  breakerMinimumRps: 1,
  breakerHalfOpenAfterMs: 5_000,
} as const;

export const resilienceByClass: Readonly<Record<ServiceClass, ResilienceSpec>> = {
  'product-search': {
    ...shared,
    connectTimeoutMs: 1_000,
    readTimeoutMs: 3_000,
    operationTimeoutMs: 5_000,
    bulkheadConcurrent: 64,
    bulkheadQueued: 128,
  },
  'order-processing': {
    ...shared,
    connectTimeoutMs: 2_000,
    readTimeoutMs: 10_000,
    operationTimeoutMs: 30_000,
    bulkheadConcurrent: 64,
    bulkheadQueued: 256,
  },
  'payment-processing': {
    ...shared,
    connectTimeoutMs: 3_000,
    readTimeoutMs: 15_000,
    operationTimeoutMs: 60_000,
    bulkheadConcurrent: 32,
    bulkheadQueued: 256,
  },
};
