import type { ItemUnits } from '@mkt/contracts';
import { partOf } from '@mkt/kernel';
import type { Row } from '@mkt/service-kit';
import type {
  AccountState,
  FrozenItemFacts,
  LedgerTransaction,
  OrderFacts,
  PaymentFacts,
  Transfer,
  VendorFacts,
} from '../domain/books.ts';
import { accountOf, type Sql } from './ledger.ts';

// The books, read in batches by key: no table is ever held in memory.

type After = string | null;

export interface StoredAccount extends AccountState {
  readonly id: string;
}

export async function accountsAfter(
  tx: Sql,
  after: After,
  limit: number,
): Promise<StoredAccount[]> {
  const rows = await tx.query(
    'SELECT * FROM accounts WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2',
    [after, limit],
  );
  return rows.map((row) => ({
    id: row['id'],
    account: accountOf(row),
    balanceMinor: row['balance_minor'],
    lastSequence: row['last_sequence'],
    lastDigest: row['last_digest'],
  }));
}

function transactionOf(row: Row): LedgerTransaction {
  return {
    id: row['id'],
    kind: row['kind'],
    pending: row['pending'],
    orderId: row['order_id'],
    paymentId: row['payment_id'],
  };
}

const transferColumns = `t.id, t.transaction_id, t.amount_minor, t.sequence, t.digest, t.account_id,
  a.vendor_id, a.name, a.currency`;

function transferOf(row: Row): Transfer {
  return {
    id: row['id'],
    transactionId: row['transaction_id'],
    account: accountOf(row),
    amountMinor: row['amount_minor'],
    sequence: row['sequence'],
    digest: row['digest'],
  };
}

export interface ChainPlace {
  readonly accountId: string;
  readonly sequence: number;
}

/** The next transfers of some accounts, account by account, with their transactions. */
export async function chainAfter(
  tx: Sql,
  accountIds: readonly string[],
  after: ChainPlace | null,
  limit: number,
): Promise<{
  transfers: (Transfer & { readonly accountId: string })[];
  transactions: Map<string, LedgerTransaction>;
}> {
  const rows = await tx.query(
    `SELECT ${transferColumns}, to_jsonb(x) AS transaction
     FROM transfers t JOIN accounts a ON a.id = t.account_id
     LEFT JOIN transactions x ON x.id = t.transaction_id
     WHERE t.account_id = ANY($1) AND ($2::uuid IS NULL OR (t.account_id, t.sequence) > ($2, $3))
     ORDER BY t.account_id, t.sequence LIMIT $4`,
    [accountIds, after?.accountId ?? null, after?.sequence ?? 0, limit],
  );
  const known = rows.flatMap((row) => (row['transaction'] ? [row['transaction'] as Row] : []));
  return {
    transfers: rows.map((row) => ({ ...transferOf(row), accountId: row['account_id'] })),
    transactions: new Map(known.map((one) => [String(one['id']), transactionOf(one)])),
  };
}

/** Accounts that transfers name and that are not there. */
export async function missingAccounts(tx: Sql, limit: number): Promise<string[]> {
  const rows = await tx.query(
    `SELECT DISTINCT account_id FROM transfers t
     WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = t.account_id) LIMIT $1`,
    [limit],
  );
  return rows.map((row) => String(row['account_id']));
}

export async function transactionsAfter(
  tx: Sql,
  after: After,
  limit: number,
): Promise<LedgerTransaction[]> {
  const rows = await tx.query(
    'SELECT * FROM transactions WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2',
    [after, limit],
  );
  return rows.map(transactionOf);
}

export async function transfersOf(tx: Sql, transactionIds: readonly string[]): Promise<Transfer[]> {
  const rows = await tx.query(
    `SELECT ${transferColumns} FROM transfers t JOIN accounts a ON a.id = t.account_id
     WHERE t.transaction_id = ANY($1)`,
    [transactionIds],
  );
  return rows.map(transferOf);
}

export async function transactionsOfPayments(
  tx: Sql,
  paymentIds: readonly string[],
): Promise<LedgerTransaction[]> {
  const rows = await tx.query('SELECT * FROM transactions WHERE payment_id = ANY($1)', [
    paymentIds,
  ]);
  return rows.map(transactionOf);
}

/** What payments did, as their service told of it. */
export async function paymentsAfter(tx: Sql, after: After, limit: number): Promise<PaymentFacts[]> {
  const rows = await tx.query(
    `SELECT payment_id, min(currency) AS currency,
       coalesce(sum(amount_minor) FILTER (WHERE kind = 'capture'), 0)::bigint AS captured,
       coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0)::bigint AS refunded,
       coalesce(jsonb_agg(jsonb_build_object('captureId', id, 'orderId', order_id))
                FILTER (WHERE kind = 'capture'), '[]') AS captures
     FROM movements WHERE $1::uuid IS NULL OR payment_id > $1
     GROUP BY payment_id ORDER BY payment_id LIMIT $2`,
    [after, limit],
  );
  return rows.map((row) => ({
    paymentId: row['payment_id'],
    currency: row['currency'],
    capturedMinor: row['captured'],
    refundedMinor: row['refunded'],
    captures: row['captures'],
  }));
}

/** Which of these orders are known. */
export async function knownOrders(tx: Sql, orderIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query('SELECT id FROM orders WHERE id = ANY($1)', [orderIds]);
  return rows.map((row) => String(row['id']));
}

/** Which of these payments were heard of. */
export async function knownPayments(tx: Sql, paymentIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query(
    'SELECT DISTINCT payment_id FROM movements WHERE payment_id = ANY($1)',
    [paymentIds],
  );
  return rows.map((row) => String(row['payment_id']));
}

export async function ordersAfter(tx: Sql, after: After, limit: number): Promise<OrderFacts[]> {
  const rows = await tx.query(
    `SELECT o.id, o.payment_id, o.payable_minor, o.delivered_units, i.items, m.movements,
       a.authorized
     FROM (SELECT * FROM orders WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2) AS o
     LEFT JOIN LATERAL (
       SELECT jsonb_agg(to_jsonb(i) ORDER BY i.position) AS items
       FROM order_items i WHERE i.order_id = o.id) AS i ON true
     LEFT JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_object('kind', kind, 'amount', amount_minor, 'items', items))
         AS movements
       FROM movements m WHERE m.order_id = o.id) AS m ON true
     LEFT JOIN LATERAL (
       SELECT sum(t.amount_minor)::bigint AS authorized
       FROM transactions x JOIN transfers t ON t.transaction_id = x.id
       JOIN accounts c ON c.id = t.account_id AND c.name = 'clearing'
       WHERE x.order_id = o.id AND x.pending) AS a ON true
     ORDER BY o.id`,
    [after, limit],
  );
  return rows.map(orderFactsOf);
}

interface MovementFact {
  readonly kind: 'capture' | 'void' | 'refund';
  readonly amount: number;
  readonly items: readonly ItemUnits[];
}

function orderFactsOf(row: Row): OrderFacts {
  const items = (row['items'] ?? []) as Row[];
  const movements = (row['movements'] ?? []) as MovementFact[];
  const taken = movements.filter(({ kind }) => kind !== 'refund');
  const sum = (kind: MovementFact['kind']) =>
    movements.reduce((total, one) => total + (one.kind === kind ? one.amount : 0), 0);
  return {
    orderId: row['id'],
    paymentId: row['payment_id'],
    pastPlaced: taken.length > 0 || row['delivered_units'] > 0,
    payableMinor: row['payable_minor'],
    authorizedMinor: row['authorized'],
    capturedMinor: sum('capture'),
    voidedMinor: sum('void'),
    openMinor: openOf(items, taken),
    items: items.map(frozenFactsOf),
  };
}

/** What the units carry that were neither captured nor voided, which are the last of each line. */
function openOf(items: readonly Row[], taken: readonly MovementFact[]): number {
  // A whole payment that was given up has no units left, and names none.
  if (taken.some((one) => one.kind === 'void' && one.amount > 0 && one.items.length === 0))
    return 0;
  const units = Map.groupBy(
    taken.flatMap((one) => one.items),
    (run) => run.lineId as string,
  );
  return items.reduce((open, item) => {
    const quantity = Number(item['quantity']);
    const runs = units.get(String(item['line_id'])) ?? [];
    const used = Math.min(
      quantity,
      runs.reduce((sum, run) => sum + run.units, 0),
    );
    return open + partOf(Number(item['payable_minor']), quantity, used, quantity - used);
  }, 0);
}

const frozenColumns = {
  baseMinor: 'base_minor',
  discountMinor: 'discount_minor',
  vendorFundedMinor: 'vendor_funded_minor',
  marketplaceFundedMinor: 'marketplace_funded_minor',
  taxMinor: 'tax_minor',
  payableMinor: 'payable_minor',
  commissionMinor: 'commission_minor',
  commissionTaxMinor: 'commission_tax_minor',
} as const;

function frozenFactsOf(item: Row): FrozenItemFacts {
  const columns = Object.entries(frozenColumns);
  const frozen = item['frozen'] as Row;
  return {
    itemId: item['item_id'],
    payableMinor: item['payable_minor'],
    frozen: Object.fromEntries(columns.map(([name, column]) => [name, Number(item[column])])),
    quoted: Object.fromEntries(columns.map(([name]) => [name, Number(frozen[name])])),
  };
}

/** Vendors with their accounts and with what movements and payouts say they hold. */
export async function vendorsAfter(
  tx: Sql,
  after: After,
  limit: number,
): Promise<{ accounts: AccountState[]; vendors: VendorFacts[]; lastId: string | null }> {
  const rows = await tx.query(
    `SELECT * FROM accounts WHERE vendor_id IN (
       SELECT DISTINCT vendor_id FROM accounts
       WHERE vendor_id IS NOT NULL AND ($1::uuid IS NULL OR vendor_id > $1)
       ORDER BY vendor_id LIMIT $2)
     ORDER BY vendor_id`,
    [after, limit],
  );
  const ids = [...new Set(rows.map((row) => String(row['vendor_id'])))];
  const facts = await tx.query(
    `SELECT vendor_id, currency, sum(credited)::bigint AS credited, sum(paid)::bigint AS paid
     FROM (
       SELECT vendor_id, currency, credit_minor AS credited, 0 AS paid FROM movements
       WHERE applied_at IS NOT NULL AND vendor_id = ANY($1)
       UNION ALL
       SELECT vendor_id, currency, 0, amount_minor FROM payouts
       WHERE status = 'paid' AND vendor_id = ANY($1)) AS f
     GROUP BY vendor_id, currency`,
    [ids],
  );
  return {
    accounts: rows.map((row) => ({
      account: accountOf(row),
      balanceMinor: row['balance_minor'],
      lastSequence: row['last_sequence'],
      lastDigest: row['last_digest'],
    })),
    vendors: facts.map((row) => ({
      vendorId: row['vendor_id'],
      currency: row['currency'],
      creditedMinor: row['credited'],
      paidOutMinor: row['paid'],
    })),
    lastId: ids.at(-1) ?? null,
  };
}
