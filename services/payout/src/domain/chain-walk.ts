import { type LedgerTransaction, sumOf, type Transfer } from './books.ts';
import { CHAIN_START, chainedContent, type DigestOf } from './transfer-chain.ts';

/** How far the chain of an account was followed; a long one is walked in several steps. */
export interface ChainWalk {
  readonly length: number;
  readonly digest: string;
  /** Sum of what was posted so far, pending transfers apart. */
  readonly postedMinor: number;
  /** The first thing that is not as it was posted. */
  readonly broken: string | null;
}

export const WALK_START: ChainWalk = {
  length: 0,
  digest: CHAIN_START,
  postedMinor: 0,
  broken: null,
};

/** Follows the next transfers of an account, in the order of their sequence. */
export function walk(
  start: ChainWalk,
  transfers: readonly Transfer[],
  transactions: ReadonlyMap<string, LedgerTransaction>,
  digestOf: DigestOf,
): ChainWalk {
  const posted = transfers.filter(
    ({ transactionId }) => transactions.get(transactionId)?.pending !== true,
  );
  const postedMinor = start.postedMinor + sumOf(posted, (transfer) => transfer.amountMinor);
  let { length, digest, broken } = start;
  for (const transfer of transfers) {
    length += 1;
    if (broken !== null) continue;
    const transaction = transactions.get(transfer.transactionId);
    if (transfer.sequence !== length) broken = `Transfer ${length} is missing.`;
    else if (transaction === undefined) broken = `Transfer ${length} has lost its transaction.`;
    else digest = digestOf(chainedContent(digest, transfer, transaction));
    if (broken === null && digest !== transfer.digest) {
      broken = `Transfer ${length} is not as it was posted.`;
    }
  }
  return { length, digest, postedMinor, broken };
}

/** What is wrong with a chain that was walked to its end, by the head that the account keeps. */
export function endOfWalk(
  end: ChainWalk,
  head: { readonly lastSequence: number; readonly lastDigest: string } | undefined,
): string | null {
  if (end.broken !== null) return end.broken;
  if (head === undefined) return 'The account itself is missing.';
  if (head.lastSequence === end.length && head.lastDigest === end.digest) return null;
  return `It ends at transfer ${end.length} of ${head.lastSequence}.`;
}
