import type { ItemUnits } from '@mkt/contracts';
import type { CurrencyCode } from '@mkt/kernel';
import type { Row } from '@mkt/service-kit';
import type { SaleTerms } from '../domain/postings.ts';
import type { CommissionPolicy } from '../domain/refund.ts';
import type { Sql } from './ledger.ts';
import { itemOf, type SoldItem } from './orders.ts';

interface Period {
  readonly vendorId: string;
  readonly currency: CurrencyCode;
  readonly from: Date;
  readonly to: Date;
}

export interface SaleOfStatement extends SaleTerms {
  readonly kind: 'capture' | 'refund';
  readonly at: Date;
  readonly orderNumber: string;
  readonly bearer: 'vendor' | 'marketplace' | null;
  readonly policy: CommissionPolicy | null;
  readonly creditMinor: number;
  readonly units: readonly ItemUnits[];
  readonly items: readonly SoldItem[];
}

/** Captures and refunds that were posted in the period, with their orders' items. */
export async function salesOfPeriod(
  tx: Sql,
  { vendorId, currency, from, to }: Period,
  limit: number,
): Promise<SaleOfStatement[]> {
  const rows = await tx.query(
    `SELECT m.kind, m.applied_at, m.bearer, m.policy, m.credit_minor, m.items AS units,
       o.number, o.tax_liability,
       (SELECT jsonb_agg(to_jsonb(i) - 'frozen' ORDER BY i.position)
        FROM order_items i WHERE i.order_id = o.id) AS items
     FROM movements m JOIN orders o ON o.id = m.order_id
     WHERE m.vendor_id = $1 AND m.currency = $2 AND m.applied_at >= $3 AND m.applied_at < $4
       AND m.kind IN ('capture', 'refund')
     ORDER BY m.applied_at, m.id LIMIT $5`,
    [vendorId, currency, from, to, limit],
  );
  return rows.map((row) => ({
    vendorId,
    currency,
    taxLiability: row['tax_liability'],
    kind: row['kind'],
    at: row['applied_at'],
    orderNumber: row['number'],
    bearer: row['bearer'],
    policy: row['policy'],
    creditMinor: row['credit_minor'],
    units: row['units'],
    items: (row['items'] as Row[]).map(itemOf),
  }));
}

export interface PayoutOfStatement {
  readonly amountMinor: number;
  readonly reference: string;
  readonly paidAt: Date | null;
  readonly returnedAt: Date | null;
}

export async function payoutsOfPeriod(
  tx: Sql,
  { vendorId, currency, from, to }: Period,
  limit: number,
): Promise<PayoutOfStatement[]> {
  const rows = await tx.query(
    `SELECT amount_minor, reference, paid_at, returned_at FROM payouts
     WHERE vendor_id = $1 AND currency = $2 AND paid_at < $4
       AND (paid_at >= $3 OR returned_at >= $3)
     ORDER BY paid_at LIMIT $5`,
    [vendorId, currency, from, to, limit],
  );
  return rows.map((row) => ({
    amountMinor: row['amount_minor'],
    reference: row['reference'],
    paidAt: row['paid_at'],
    returnedAt: row['returned_at'],
  }));
}

/** What the vendor held on all its accounts just before a moment; what it owed is negative. */
export async function holdingAt(
  tx: Sql,
  { vendorId, currency }: Period,
  at: Date,
): Promise<number> {
  const [row] = await tx.query(
    `SELECT coalesce(-sum(t.amount_minor), 0)::bigint AS held
     FROM transfers t JOIN transactions x ON x.id = t.transaction_id
     WHERE t.vendor_id = $1 AND t.currency = $2 AND t.posted_at < $3 AND NOT x.pending`,
    [vendorId, currency, at],
  );
  return Number(row?.['held'] ?? 0);
}
