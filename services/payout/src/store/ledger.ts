import { createHash } from 'node:crypto';
import { assert, type CurrencyCode, uuidv7 } from '@mkt/kernel';
import type { Row, Tx } from '@mkt/service-kit';
import {
  type Account,
  accountKey,
  type Entry,
  PLATFORM_ACCOUNTS,
  VENDOR_ACCOUNTS,
  type VendorAccountName,
} from '../domain/accounts.ts';
import type { LedgerTransaction, TransactionKind } from '../domain/books.ts';
import { chainedContent } from '../domain/transfer-chain.ts';

export type Sql = Pick<Tx, 'query'>;

export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A transaction to be posted. An operation key is posted once. */
export interface Draft {
  readonly operationKey: string;
  readonly kind: TransactionKind;
  readonly entries: readonly Entry[];
  readonly orderId?: string;
  readonly paymentId?: string;
  readonly payoutId?: string;
  /** Whose sale or payout it is about; null where it is the platform's alone. */
  readonly vendorId: string | null;
}

interface AccountRow {
  readonly id: string;
  readonly account: Account;
  balanceMinor: number;
  lastSequence: number;
  lastDigest: string;
  touched: boolean;
}

/** What a vendor has on each of its accounts, as non-negative amounts. */
export type VendorBalances = Readonly<Record<VendorAccountName, number>>;

/** The accounts of a currency and some of its vendors, locked until the transaction ends. */
export interface Ledger {
  balancesOf(vendorId: string): VendorBalances;
  /** Takes a transaction in; one without entries is a posting of nothing. */
  post(draft: Draft): void;
  /** Writes what was posted, in one statement. */
  flush(): Promise<void>;
}

/** Locks the accounts in the order of their ids, so that no two transactions wait for each other. */
export async function openLedger(
  tx: Sql,
  scope: { readonly currency: CurrencyCode; readonly vendorIds: readonly string[] },
  at: Date,
): Promise<Ledger> {
  const wanted = accountsFor(scope.currency, scope.vendorIds);
  let rows = await lockAccounts(tx, scope);
  if (rows.length < wanted.length) {
    await addAccounts(tx, wanted);
    rows = await lockAccounts(tx, scope);
  }
  const accounts = new Map(rows.map((row) => [accountKey(row.account), row]));
  return ledgerOver(tx, accounts, at);
}

function accountsFor(currency: CurrencyCode, vendorIds: readonly string[]): Account[] {
  return [
    ...PLATFORM_ACCOUNTS.map((name): Account => ({ owner: 'platform', name, currency })),
    ...[...new Set(vendorIds)].flatMap((vendorId) =>
      VENDOR_ACCOUNTS.map((name): Account => ({ owner: 'vendor', vendorId, name, currency })),
    ),
  ];
}

async function lockAccounts(
  tx: Sql,
  scope: { readonly currency: CurrencyCode; readonly vendorIds: readonly string[] },
): Promise<AccountRow[]> {
  const rows = await tx.query(
    `SELECT * FROM accounts WHERE currency = $1 AND (vendor_id IS NULL OR vendor_id = ANY($2))
     ORDER BY id FOR UPDATE`,
    [scope.currency, scope.vendorIds],
  );
  return rows.map((row) => ({
    id: row['id'],
    account: accountOf(row),
    balanceMinor: row['balance_minor'],
    lastSequence: row['last_sequence'],
    lastDigest: row['last_digest'],
    touched: false,
  }));
}

/** An account as its row's columns `vendor_id`, `name` and `currency` say. */
export function accountOf(row: Row): Account {
  const { name, currency, vendor_id: vendorId } = row;
  return vendorId === null
    ? { owner: 'platform', name, currency }
    : { owner: 'vendor', vendorId, name, currency };
}

async function addAccounts(tx: Sql, accounts: readonly Account[]): Promise<void> {
  const rows = accounts.map((account) => ({
    id: uuidv7(),
    vendor_id: account.owner === 'vendor' ? account.vendorId : null,
    name: account.name,
    currency: account.currency,
  }));
  await tx.query(
    `INSERT INTO accounts (id, vendor_id, name, currency)
     SELECT id, vendor_id, name, currency
     FROM jsonb_to_recordset($1::jsonb) AS a(id uuid, vendor_id uuid, name text, currency text)
     ORDER BY vendor_id NULLS FIRST, name
     ON CONFLICT (vendor_id, name, currency) DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

function ledgerOver(tx: Sql, accounts: ReadonlyMap<string, AccountRow>, at: Date): Ledger {
  const transactions: Record<string, unknown>[] = [];
  const transfers: Record<string, unknown>[] = [];

  function rowOf(account: Account): AccountRow {
    const row = accounts.get(accountKey(account));
    assert(row, `The account ${accountKey(account)} was not locked`);
    return row;
  }

  /** Puts an entry at the end of its account's chain. */
  function append(transaction: LedgerTransaction, { account, amountMinor }: Entry): void {
    const row = rowOf(account);
    const id = uuidv7();
    const sequence = row.lastSequence + 1;
    const transfer = { id, transactionId: transaction.id, account, amountMinor, sequence };
    const digest = sha256(chainedContent(row.lastDigest, transfer, transaction));
    row.lastSequence = sequence;
    row.lastDigest = digest;
    row.touched = true;
    if (!transaction.pending) row.balanceMinor += amountMinor;
    transfers.push({
      id,
      transaction_id: transaction.id,
      account_id: row.id,
      vendor_id: account.owner === 'vendor' ? account.vendorId : null,
      currency: account.currency,
      amount_minor: amountMinor,
      sequence,
      digest,
    });
  }

  return {
    balancesOf(vendorId) {
      const found = [...accounts.values()].filter(
        ({ account }) => account.owner === 'vendor' && account.vendorId === vendorId,
      );
      return naturalBalances(found);
    },
    post(draft) {
      if (draft.entries.length === 0) return;
      const transaction: LedgerTransaction = {
        id: uuidv7(),
        kind: draft.kind,
        pending: draft.kind === 'authorization',
        orderId: draft.orderId ?? null,
        paymentId: draft.paymentId ?? null,
      };
      for (const entry of draft.entries) append(transaction, entry);
      transactions.push({
        id: transaction.id,
        operation_key: draft.operationKey,
        kind: transaction.kind,
        pending: transaction.pending,
        order_id: transaction.orderId,
        payment_id: transaction.paymentId,
        payout_id: draft.payoutId ?? null,
        vendor_id: draft.vendorId,
      });
    },
    async flush() {
      if (transactions.length === 0) return;
      const touched = [...accounts.values()].filter((row) => row.touched);
      await write(tx, { transactions, transfers, touched, at });
    },
  };
}

/** Amounts that the vendor has; on `receivable`, what it owes. */
export function naturalBalances(
  rows: readonly { readonly account: Account; readonly balanceMinor: number }[],
): VendorBalances {
  const of = (name: VendorAccountName) => {
    const balance = rows.find((row) => row.account.name === name)?.balanceMinor ?? 0;
    // Credits are negative on the books; there is no negative zero in money.
    return name === 'receivable' || balance === 0 ? balance : -balance;
  };
  return {
    pending: of('pending'),
    available: of('available'),
    reserve: of('reserve'),
    inTransit: of('inTransit'),
    receivable: of('receivable'),
  };
}

async function write(
  tx: Sql,
  posted: {
    readonly transactions: readonly unknown[];
    readonly transfers: readonly unknown[];
    readonly touched: readonly AccountRow[];
    readonly at: Date;
  },
): Promise<void> {
  const heads = posted.touched.map((row) => ({
    id: row.id,
    balance_minor: row.balanceMinor,
    last_sequence: row.lastSequence,
    last_digest: row.lastDigest,
  }));
  await tx.query(
    `WITH posted AS (
       INSERT INTO transactions (id, operation_key, kind, pending, order_id, payment_id, payout_id,
                                 vendor_id, posted_at)
       SELECT id, operation_key, kind, pending, order_id, payment_id, payout_id, vendor_id, $4
       FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, operation_key text, kind text,
         pending boolean, order_id uuid, payment_id uuid, payout_id uuid, vendor_id uuid)),
     entered AS (
       INSERT INTO transfers (id, transaction_id, account_id, vendor_id, currency, amount_minor,
                              sequence, digest, posted_at)
       SELECT id, transaction_id, account_id, vendor_id, currency, amount_minor, sequence, digest,
              $4
       FROM jsonb_to_recordset($2::jsonb) AS t(id uuid, transaction_id uuid, account_id uuid,
         vendor_id uuid, currency text, amount_minor bigint, sequence bigint, digest text))
     UPDATE accounts a SET balance_minor = h.balance_minor, last_sequence = h.last_sequence,
       last_digest = h.last_digest
     FROM jsonb_to_recordset($3::jsonb) AS h(id uuid, balance_minor bigint, last_sequence bigint,
       last_digest text)
     WHERE a.id = h.id`,
    [
      JSON.stringify(posted.transactions),
      JSON.stringify(posted.transfers),
      JSON.stringify(heads),
      posted.at,
    ],
  );
}
