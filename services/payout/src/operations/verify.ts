import { type Database, platformScope } from '@mkt/service-kit';
import { accountKey } from '../domain/accounts.ts';
import type { OrderFacts, Violation } from '../domain/books.ts';
import { type ChainWalk, endOfWalk, WALK_START, walk } from '../domain/chain-walk.ts';
import { unbalancedTransactions } from '../domain/ledger-invariants.ts';
import {
  changedFrozenAmounts,
  missingCounterparts,
  wrongClearing,
  wrongOrderAmounts,
  wrongVendorBalances,
} from '../domain/trade-invariants.ts';
import {
  accountsAfter,
  chainAfter,
  knownOrders,
  knownPayments,
  missingAccounts,
  ordersAfter,
  paymentsAfter,
  type StoredAccount,
  transactionsAfter,
  transactionsOfPayments,
  transfersOf,
  vendorsAfter,
} from '../store/books.ts';
import { type Sql, sha256 } from '../store/ledger.ts';

export interface Verification {
  readonly ok: boolean;
  readonly checked: {
    readonly accounts: number;
    readonly transfers: number;
    readonly transactions: number;
    readonly payments: number;
    readonly orders: number;
    readonly vendors: number;
  };
  /** The first of them; `ok` says whether there are any. */
  readonly violations: readonly Violation[];
}

const batch = { accounts: 100, transfers: 1_000, transactions: 500, payments: 200, orders: 200 };
const maxViolations = 200;

/** Counts and findings of one kind of check. */
interface Findings {
  count: number;
  readonly violations: Violation[];
}

function add(findings: Findings, count: number, violations: readonly Violation[]): void {
  findings.count += count;
  for (const violation of violations) {
    if (findings.violations.length < maxViolations) findings.violations.push(violation);
  }
}

/**
 * Proves every invariant of the books as they stand at one moment. Each check of the domain is
 * given the rows it is about, batch by batch, so that the books may be longer than the memory.
 */
export function verify(db: Database): Promise<Verification> {
  return db.transaction(platformScope, async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const accounts = await verifyAccounts(tx);
    const transactions = await verifyTransactions(tx);
    const payments = await verifyPayments(tx);
    const orders = await verifyOrders(tx);
    const vendors = await verifyVendors(tx);
    const all = [accounts.found, transactions, payments, orders, vendors];
    const violations = all.flatMap((one) => one.violations);
    return {
      ok: violations.length === 0,
      checked: {
        accounts: accounts.found.count,
        transfers: accounts.transfers,
        transactions: transactions.count,
        payments: payments.count,
        orders: orders.count,
        vendors: vendors.count,
      },
      violations: violations.slice(0, maxViolations),
    };
  });
}

/** Chains and balances: no transfer was changed or deleted, and balances are their sums. */
async function verifyAccounts(tx: Sql): Promise<{ found: Findings; transfers: number }> {
  const found: Findings = { count: 0, violations: [] };
  let transfers = 0;
  for (let after: string | null = null; ; ) {
    const accounts = await accountsAfter(tx, after, batch.accounts);
    if (accounts.length === 0) break;
    after = accounts.at(-1)?.id ?? null;
    const walks = await walkChains(tx, accounts);
    for (const account of accounts) {
      const end = walks.get(account.id) ?? WALK_START;
      transfers += end.length;
      add(found, 1, wrongAccount(account, end));
    }
  }
  for (const id of await missingAccounts(tx, maxViolations)) {
    const detail = 'The account itself is missing.';
    add(found, 0, [{ code: 'TRANSFER_CHAIN_BROKEN', subject: id, detail }]);
  }
  return { found, transfers };
}

async function walkChains(
  tx: Sql,
  accounts: readonly StoredAccount[],
): Promise<Map<string, ChainWalk>> {
  const ids = accounts.map((account) => account.id);
  const walks = new Map<string, ChainWalk>();
  for (let after: { accountId: string; sequence: number } | null = null; ; ) {
    const { transfers, transactions } = await chainAfter(tx, ids, after, batch.transfers);
    for (const [id, next] of Map.groupBy(transfers, (transfer) => transfer.accountId)) {
      walks.set(id, walk(walks.get(id) ?? WALK_START, next, transactions, sha256));
    }
    const last = transfers.at(-1);
    if (!last || transfers.length < batch.transfers) return walks;
    after = { accountId: last.accountId, sequence: last.sequence };
  }
}

function wrongAccount(stored: StoredAccount, end: ChainWalk): Violation[] {
  const subject = accountKey(stored.account);
  const broken = endOfWalk(end, stored);
  const { balanceMinor } = stored;
  const differs = `Stored ${balanceMinor}, transfers sum to ${end.postedMinor}.`;
  return [
    ...(broken === null ? [] : [{ code: 'TRANSFER_CHAIN_BROKEN', subject, detail: broken }]),
    ...(balanceMinor === end.postedMinor
      ? []
      : [{ code: 'BALANCE_DIFFERS', subject, detail: differs }]),
  ];
}

async function verifyTransactions(tx: Sql): Promise<Findings> {
  const found: Findings = { count: 0, violations: [] };
  for (let after: string | null = null; ; ) {
    const transactions = await transactionsAfter(tx, after, batch.transactions);
    if (transactions.length === 0) return found;
    const ids = transactions.map((one) => one.id);
    after = ids.at(-1) ?? null;
    const transfers = await transfersOf(tx, ids);
    add(found, ids.length, unbalancedTransactions({ transactions, transfers }));
  }
}

async function verifyPayments(tx: Sql): Promise<Findings> {
  const found: Findings = { count: 0, violations: [] };
  for (let after: string | null = null; ; ) {
    const payments = await paymentsAfter(tx, after, batch.payments);
    if (payments.length === 0) return found;
    const ids = payments.map((one) => one.paymentId);
    after = ids.at(-1) ?? null;
    const transactions = await transactionsOfPayments(tx, ids);
    const transfers = await transfersOf(
      tx,
      transactions.map((one) => one.id),
    );
    const captured = payments.flatMap((one) => one.captures.map((capture) => capture.orderId));
    const orders = (await knownOrders(tx, captured)).map(orderWithoutFacts);
    add(found, ids.length, [
      ...wrongClearing({ transactions, transfers, payments }),
      ...missingCounterparts({ payments, orders }),
    ]);
  }
}

/** An order of which only its being there is asked. */
function orderWithoutFacts(orderId: string): OrderFacts {
  return {
    orderId,
    paymentId: null,
    pastPlaced: false,
    payableMinor: 0,
    authorizedMinor: null,
    capturedMinor: 0,
    voidedMinor: 0,
    openMinor: 0,
    items: [],
  };
}

async function verifyOrders(tx: Sql): Promise<Findings> {
  const found: Findings = { count: 0, violations: [] };
  for (let after: string | null = null; ; ) {
    const orders = await ordersAfter(tx, after, batch.orders);
    if (orders.length === 0) return found;
    after = orders.at(-1)?.orderId ?? null;
    const paymentIds = orders.flatMap((one) => (one.paymentId === null ? [] : [one.paymentId]));
    const payments = (await knownPayments(tx, paymentIds)).map((paymentId) => ({
      paymentId,
      currency: 'EUR' as const,
      capturedMinor: 0,
      refundedMinor: 0,
      captures: [],
    }));
    add(found, orders.length, [
      ...wrongOrderAmounts({ orders }),
      ...missingCounterparts({ payments, orders }),
      ...changedFrozenAmounts({ orders }),
    ]);
  }
}

async function verifyVendors(tx: Sql): Promise<Findings> {
  const found: Findings = { count: 0, violations: [] };
  for (let after: string | null = null; ; ) {
    const { accounts, vendors, lastId } = await vendorsAfter(tx, after, batch.accounts);
    if (lastId === null) return found;
    after = lastId;
    const ids = new Set(
      accounts.flatMap(({ account }) => (account.owner === 'vendor' ? [account.vendorId] : [])),
    );
    add(found, ids.size, wrongVendorBalances({ accounts, vendors }));
  }
}
