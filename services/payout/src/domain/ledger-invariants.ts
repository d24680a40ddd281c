import { accountKey } from './accounts.ts';
import { type Books, sumOf, type Violation } from './books.ts';
import { endOfWalk, WALK_START, walk } from './chain-walk.ts';
import type { DigestOf } from './transfer-chain.ts';

/** Every transaction sums to zero per currency, and is about something. */
export function unbalancedTransactions(
  books: Pick<Books, 'transactions' | 'transfers'>,
): Violation[] {
  const transfers = Map.groupBy(books.transfers, (transfer) => transfer.transactionId);
  return books.transactions.flatMap(({ id }) => {
    const own = transfers.get(id) ?? [];
    if (own.length === 0) return [violation('TRANSACTION_EMPTY', id, 'It has no transfers.')];
    const byCurrency = Map.groupBy(own, (transfer) => transfer.account.currency);
    return [...byCurrency].flatMap(([currency, inCurrency]) => {
      const sum = sumOf(inCurrency, (transfer) => transfer.amountMinor);
      if (sum === 0) return [];
      return [violation('TRANSACTION_UNBALANCED', id, `Off by ${sum} minor units of ${currency}.`)];
    });
  });
}

/** No transfer was changed or deleted since it was posted. */
export function brokenChains(
  books: Pick<Books, 'transactions' | 'transfers' | 'accounts'>,
  digestOf: DigestOf,
): Violation[] {
  const transactions = new Map(books.transactions.map((one) => [one.id, one]));
  const transfers = Map.groupBy(books.transfers, (transfer) => accountKey(transfer.account));
  const accounts = new Map(books.accounts.map((state) => [accountKey(state.account), state]));
  return [...new Set([...accounts.keys(), ...transfers.keys()])].flatMap((key) => {
    const inOrder = (transfers.get(key) ?? []).toSorted((a, b) => a.sequence - b.sequence);
    const broken = endOfWalk(walk(WALK_START, inOrder, transactions, digestOf), accounts.get(key));
    return broken === null ? [] : [violation('TRANSFER_CHAIN_BROKEN', key, broken)];
  });
}

/** Stored balances equal the sums of what was posted. */
export function wrongBalances(
  books: Pick<Books, 'transactions' | 'transfers' | 'accounts'>,
): Violation[] {
  const pending = new Set(books.transactions.filter((one) => one.pending).map((one) => one.id));
  const posted = books.transfers.filter((transfer) => !pending.has(transfer.transactionId));
  const sums = Map.groupBy(posted, (transfer) => accountKey(transfer.account));
  return books.accounts.flatMap(({ account, balanceMinor }) => {
    const key = accountKey(account);
    const sum = sumOf(sums.get(key) ?? [], (transfer) => transfer.amountMinor);
    if (sum === balanceMinor) return [];
    return [violation('BALANCE_DIFFERS', key, `Stored ${balanceMinor}, transfers sum to ${sum}.`)];
  });
}

function violation(code: string, subject: string, detail: string): Violation {
  return { code, subject, detail };
}
