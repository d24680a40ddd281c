export interface RailPayment {
  /** Names the payment at the bank; the same key never sends money twice. */
  readonly key: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly reference: string;
}

/** Where a payment stands at the bank; a paid one may still come back for a while. */
export type RailStatus = 'underWay' | 'paid' | 'returned';

/** What moves money to vendors. Throwing means that the outcome is unknown: ask again. */
export interface BankRail {
  send(payment: RailPayment): Promise<void>;
  check(key: string): Promise<RailStatus>;
}
