/** Settings of the payment service. */
export interface PaymentConfig {
  /**
   * How long after its expiry a payment waits for the news that its order was placed. The checkout
   * that made the payment gives it up by itself; this is for one of which nothing is left. It must be
   * longer than any outage of the bus, for which the news waits, and about what providers hold money.
   */
  readonly placedGraceMs: number;
  /** After this a call that never came back counts as unanswered. */
  readonly unansweredMs: number;
  /** Pauses between questions to a provider that does not know yet. */
  readonly askAgainMs: { readonly first: number; readonly max: number };
  /** A payment that the provider never heard of is forgotten this long after we gave it up. */
  readonly forgetAbsentMs: number;
  readonly simulator: {
    readonly latencyMs: number;
    readonly feePpm: number;
    readonly feeFixedMinor: number;
    /** Age at which a webhook's signature is refused. */
    readonly webhookToleranceMs: number;
  };
}

export const paymentDefaults: PaymentConfig = {
  placedGraceMs: 7 * 86_400_000,
  unansweredMs: 90_000,
  askAgainMs: { first: 1_000, max: 300_000 },
  forgetAbsentMs: 86_400_000,
  simulator: {
    latencyMs: 0,
    feePpm: 14_000,
    feeFixedMinor: 25,
    webhookToleranceMs: 300_000,
  },
};
