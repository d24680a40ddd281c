import type { CurrencyCode } from '@mkt/kernel';
import type { Sql } from './ledger.ts';

export interface NewReserve {
  readonly id: string;
  readonly orderId: string;
  readonly vendorId: string;
  readonly currency: CurrencyCode;
  readonly reservedMinor: number;
  readonly releaseAt: Date;
}

export async function addReserve(tx: Sql, reserve: NewReserve): Promise<void> {
  const { id, orderId, vendorId, currency, reservedMinor, releaseAt } = reserve;
  await tx.query(
    `INSERT INTO reserves (id, order_id, vendor_id, currency, amount_minor, release_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, orderId, vendorId, currency, reservedMinor, releaseAt],
  );
}

export async function reservesDue(db: Sql, now: Date, limit: number): Promise<string[]> {
  const rows = await db.query(
    `SELECT id FROM reserves WHERE released_at IS NULL AND release_at <= $1
     ORDER BY release_at LIMIT $2`,
    [now, limit],
  );
  return rows.map((row) => String(row['id']));
}

/** Marks a reserve as released; null where another was faster. */
export async function lockReserve(
  tx: Sql,
  id: string,
  now: Date,
): Promise<{
  orderId: string;
  vendorId: string;
  currency: CurrencyCode;
  amountMinor: number;
} | null> {
  const [row] = await tx.query(
    `UPDATE reserves SET released_at = $2 WHERE id = $1 AND released_at IS NULL RETURNING *`,
    [id, now],
  );
  if (!row) return null;
  return {
    orderId: row['order_id'],
    vendorId: row['vendor_id'],
    currency: row['currency'],
    amountMinor: row['amount_minor'],
  };
}

export async function nextReserveRelease(db: Sql): Promise<Date | null> {
  const [row] = await db.query(
    'SELECT min(release_at) AS due FROM reserves WHERE released_at IS NULL',
  );
  return (row?.['due'] as Date | null | undefined) ?? null;
}
