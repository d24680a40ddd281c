import type { CurrencyCode } from '@mkt/kernel';
import type { Account } from './accounts.ts';

// What `verifyBooks` reads: the ledger's own rows, and what orders, payments and payouts say
// independently of them. Plain data, so that a check can run on one account, order or payment.

export type TransactionKind =
  | 'authorization'
  | 'capture'
  | 'refund'
  | 'providerFee'
  | 'holdOver'
  | 'reserveRelease'
  | 'netting'
  | 'payoutStarted'
  | 'payoutPaid'
  | 'payoutReturned';

export interface LedgerTransaction {
  readonly id: string;
  readonly kind: TransactionKind;
  /** A pending transaction (an authorization) moves no balance. */
  readonly pending: boolean;
  readonly orderId: string | null;
  readonly paymentId: string | null;
}

/** One entry as stored, linked to the entry before it on the same account. */
export interface Transfer {
  readonly id: string;
  readonly transactionId: string;
  readonly account: Account;
  readonly amountMinor: number;
  /** 1, 2, 3 … on its account. */
  readonly sequence: number;
  readonly digest: string;
}

/** An account's balance as stored, with the head of its chain of transfers. */
export interface AccountState {
  readonly account: Account;
  readonly balanceMinor: number;
  readonly lastSequence: number;
  readonly lastDigest: string;
}

export interface PaymentFacts {
  readonly paymentId: string;
  readonly currency: CurrencyCode;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly captures: readonly { readonly captureId: string; readonly orderId: string }[];
}

export interface OrderFacts {
  readonly orderId: string;
  readonly paymentId: string | null;
  /** Whether the order has left the state `placed`. */
  readonly pastPlaced: boolean;
  readonly payableMinor: number;
  /** Null before the payment is authorized, and for a total of 0. */
  readonly authorizedMinor: number | null;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
  /** Authorized and neither captured nor voided yet; 0 once the order is closed. */
  readonly openMinor: number;
  readonly items: readonly FrozenItemFacts[];
}

/** An order line's amounts, under the same names as on the line and in its quote. */
export interface FrozenItemFacts {
  readonly itemId: string;
  readonly payableMinor: number;
  readonly frozen: Readonly<Record<string, number>>;
  readonly quoted: Readonly<Record<string, number>>;
}

export interface VendorFacts {
  readonly vendorId: string;
  readonly currency: CurrencyCode;
  /** What captures credited the vendor, less what refunds took back. */
  readonly creditedMinor: number;
  /** Payouts that the rail confirmed and did not return. */
  readonly paidOutMinor: number;
}

export interface Books {
  readonly transactions: readonly LedgerTransaction[];
  readonly transfers: readonly Transfer[];
  readonly accounts: readonly AccountState[];
  readonly payments: readonly PaymentFacts[];
  readonly orders: readonly OrderFacts[];
  readonly vendors: readonly VendorFacts[];
}

/** One thing that is not as it must be. */
export interface Violation {
  /** Stable UPPER_SNAKE code of the invariant. */
  readonly code: string;
  /** The id of the transaction, account, payment, order or vendor. */
  readonly subject: string;
  readonly detail: string;
}

export function sumOf<Row>(rows: readonly Row[], amount: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + amount(row), 0);
}
