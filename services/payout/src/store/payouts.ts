import type { CurrencyCode, PayoutId, VendorId } from '@mkt/kernel';
import type { Row } from '@mkt/service-kit';
import type { Sql } from './ledger.ts';

export type PayoutStatus = 'requested' | 'started' | 'paid' | 'returned' | 'refused';

export interface Payout {
  readonly id: PayoutId;
  readonly vendorId: VendorId;
  readonly currency: CurrencyCode;
  readonly amountMinor: number;
  readonly reference: string;
  readonly status: PayoutStatus;
  readonly refusal: string | null;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly paidAt: Date | null;
  readonly returnedAt: Date | null;
  readonly version: number;
}

export function payoutOf(row: Row): Payout {
  return {
    id: row['id'],
    vendorId: row['vendor_id'],
    currency: row['currency'],
    amountMinor: row['amount_minor'],
    reference: row['reference'],
    status: row['status'],
    refusal: row['refusal'],
    requestedAt: row['requested_at'],
    startedAt: row['started_at'],
    paidAt: row['paid_at'],
    returnedAt: row['returned_at'],
    version: row['version'],
  };
}

export interface NewPayout {
  readonly id: PayoutId;
  readonly vendorId: VendorId;
  readonly currency: CurrencyCode;
  readonly amountMinor: number;
  readonly reference: string;
  readonly now: Date;
}

/** Null where a payout of the vendor in this currency is under way. */
export async function addPayout(tx: Sql, payout: NewPayout): Promise<Payout | null> {
  const [row] = await tx.query(
    `INSERT INTO payouts (id, vendor_id, currency, amount_minor, reference, status, requested_at,
                          due_at)
     VALUES ($1, $2, $3, $4, $5, 'requested', $6, $6) ON CONFLICT DO NOTHING RETURNING *`,
    [payout.id, payout.vendorId, payout.currency, payout.amountMinor, payout.reference, payout.now],
  );
  return row ? payoutOf(row) : null;
}

export async function lockPayout(tx: Sql, id: string): Promise<Payout | null> {
  const [row] = await tx.query('SELECT * FROM payouts WHERE id = $1 FOR UPDATE', [id]);
  return row ? payoutOf(row) : null;
}

export interface PayoutStep {
  readonly status: PayoutStatus;
  readonly refusal?: string;
  readonly now: Date;
  /** When the bank is asked next; null when nothing more is expected. */
  readonly dueAt: Date | null;
}

export async function stepPayout(tx: Sql, id: string, step: PayoutStep): Promise<void> {
  await tx.query(
    `UPDATE payouts SET status = $2, refusal = $3, due_at = $5, version = version + 1,
       started_at = CASE WHEN $2 = 'started' THEN $4 ELSE started_at END,
       paid_at = CASE WHEN $2 = 'paid' THEN $4 ELSE paid_at END,
       returned_at = CASE WHEN $2 = 'returned' THEN $4 ELSE returned_at END
     WHERE id = $1`,
    [id, step.status, step.refusal ?? null, step.now, step.dueAt],
  );
}

export async function putOffPayout(tx: Sql, id: string, dueAt: Date | null): Promise<void> {
  await tx.query('UPDATE payouts SET due_at = $2 WHERE id = $1', [id, dueAt]);
}

/** Takes payouts that are due; each comes back after the lease. */
export async function takeDuePayouts(
  db: Sql,
  now: Date,
  leaseEnd: Date,
  limit: number,
): Promise<Payout[]> {
  const rows = await db.query(
    `UPDATE payouts SET due_at = $2 WHERE id IN (
       SELECT id FROM payouts WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING *`,
    [now, leaseEnd, limit],
  );
  return rows.map(payoutOf);
}

export async function nextPayoutDue(db: Sql): Promise<Date | null> {
  const [row] = await db.query('SELECT min(due_at) AS due FROM payouts');
  return (row?.['due'] as Date | null | undefined) ?? null;
}

export async function listPayouts(
  tx: Sql,
  filter: {
    readonly vendorId: string | null;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<Payout[]> {
  const rows = await tx.query(
    `SELECT * FROM payouts
     WHERE ($1::uuid IS NULL OR vendor_id = $1) AND ($2::uuid IS NULL OR id < $2)
     ORDER BY id DESC LIMIT $3`,
    [filter.vendorId, filter.before, filter.limit],
  );
  return rows.map(payoutOf);
}
