import {
  type CurrencyCode,
  newId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type VendorId,
} from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { readBalances } from '../store/balances.ts';
import { naturalBalances } from '../store/ledger.ts';
import { addPayout, type Payout } from '../store/payouts.ts';
import { isSuspended } from '../store/vendors.ts';
import type { PayoutContext } from './context.ts';

export interface PayoutRequest {
  readonly vendorId: VendorId;
  readonly currency: CurrencyCode;
  /** All that is available where it is absent. */
  readonly amountMinor: number | undefined;
  readonly reference: string;
}

/** Writes a payout down; the ledger is posted, and the bank called, right after the commit. */
export async function requestPayout(
  tx: Tx,
  { clock, armAt }: PayoutContext,
  request: PayoutRequest,
): Promise<Result<Payout, Refusal>> {
  const { vendorId, currency, reference } = request;
  if (await isSuspended(tx, vendorId)) {
    return refuse('PAYOUT_BLOCKED', 'A suspended vendor is not paid out; its money is kept.');
  }
  const accounts = await readBalances(tx, vendorId);
  const { available, receivable } = naturalBalances(
    accounts.filter(({ account }) => account.currency === currency),
  );
  const payableMinor = Math.max(0, available - receivable);
  const amountMinor = request.amountMinor ?? payableMinor;
  if (payableMinor === 0) {
    return refuse('PAYOUT_NOTHING_AVAILABLE', 'Nothing is available to be paid out.');
  }
  if (amountMinor > payableMinor) {
    return refuse('PAYOUT_EXCEEDS_AVAILABLE', 'More than is available cannot be paid out.', {
      availableMinor: payableMinor,
    });
  }
  const now = clock.now();
  const id = newId<'Payout'>();
  const payout = await addPayout(tx, { id, vendorId, currency, amountMinor, reference, now });
  if (!payout) return refuse('PAYOUT_UNDER_WAY', 'Another payout of this vendor is under way.');
  tx.afterCommit(() => armAt(now));
  return ok(payout);
}
