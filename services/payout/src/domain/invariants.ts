import type { Books, Violation } from './books.ts';
import { brokenChains, unbalancedTransactions, wrongBalances } from './ledger-invariants.ts';
import {
  changedFrozenAmounts,
  missingCounterparts,
  wrongClearing,
  wrongOrderAmounts,
  wrongVendorBalances,
} from './trade-invariants.ts';
import type { DigestOf } from './transfer-chain.ts';

/** All invariants of the money rules, by name. */
export const INVARIANTS = {
  'Every transaction sums to zero': unbalancedTransactions,
  'No transfer was changed or deleted': brokenChains,
  'Balances equal the sums of their transfers': wrongBalances,
  'What a payment kept is what clearing holds of it': wrongClearing,
  'What an order costs was authorized, then captured or voided': wrongOrderAmounts,
  'What a vendor holds was credited and not paid out': wrongVendorBalances,
  'Every capture has its order and every order its payment': missingCounterparts,
  'The frozen amounts of a line are those of its quote': changedFrozenAmounts,
} as const satisfies Readonly<Record<string, (books: Books, digestOf: DigestOf) => Violation[]>>;

/** Everything that is wrong with the books; nothing when they are right. */
export function verifyBooks(books: Books, digestOf: DigestOf): Violation[] {
  return Object.values(INVARIANTS).flatMap((check) => check(books, digestOf));
}
