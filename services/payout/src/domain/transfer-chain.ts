import { accountKey } from './accounts.ts';
import type { LedgerTransaction, Transfer } from './books.ts';

/** A collision-free digest such as SHA-256 in hexadecimal; always the same one for a ledger. */
export type DigestOf = (content: string) => string;

/** The digest before an account's first transfer. */
export const CHAIN_START = '';

/**
 * What the digest of a transfer is taken of: the transfer, what its transaction is about, and the
 * transfer before it on the account. A row changed or deleted later breaks the chain from there
 * to the head that the account keeps.
 */
export function chainedContent(
  previousDigest: string,
  transfer: Omit<Transfer, 'digest'>,
  transaction: LedgerTransaction,
): string {
  return JSON.stringify([
    previousDigest,
    transfer.sequence,
    transfer.id,
    accountKey(transfer.account),
    transfer.amountMinor,
    transaction.id,
    transaction.kind,
    transaction.pending,
    transaction.orderId,
    transaction.paymentId,
  ]);
}
