import type { ItemUnits } from '@mkt/contracts';
import type { CurrencyCode } from '@mkt/kernel';
import type { Row } from '@mkt/service-kit';
import type { Sql } from './ledger.ts';

/** A capture, void or refund, as the payment service told of it. */
export interface ToldMovement {
  readonly id: string;
  readonly kind: 'capture' | 'void' | 'refund';
  readonly orderId: string;
  readonly paymentId: string;
  readonly vendorId: string;
  readonly amountMinor: number;
  readonly currency: CurrencyCode;
  readonly feeMinor: number;
  readonly items: readonly ItemUnits[];
  readonly bearer: 'vendor' | 'marketplace' | null;
  readonly at: Date;
  readonly paymentVersion: number;
}

export function movementOf(row: Row): ToldMovement {
  return {
    id: row['id'],
    kind: row['kind'],
    orderId: row['order_id'],
    paymentId: row['payment_id'],
    vendorId: row['vendor_id'],
    amountMinor: row['amount_minor'],
    currency: row['currency'],
    feeMinor: row['fee_minor'],
    items: row['items'],
    bearer: row['bearer'],
    at: row['at'],
    paymentVersion: row['payment_version'],
  };
}

/** Keeps a movement, not applied yet; false where it is known already. */
export async function addMovement(tx: Sql, movement: ToldMovement): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO movements (id, kind, order_id, payment_id, vendor_id, amount_minor, currency,
                            fee_minor, items, bearer, at, payment_version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     ON CONFLICT (id) DO NOTHING RETURNING id`,
    [
      movement.id,
      movement.kind,
      movement.orderId,
      movement.paymentId,
      movement.vendorId,
      movement.amountMinor,
      movement.currency,
      movement.feeMinor,
      JSON.stringify(movement.items),
      movement.bearer,
      movement.at,
      movement.paymentVersion,
    ],
  );
  return rows.length > 0;
}

/** What waited for these orders, in the order in which it happened. */
export async function waitingFor(tx: Sql, orderIds: readonly string[]): Promise<ToldMovement[]> {
  const rows = await tx.query(
    `SELECT * FROM movements WHERE applied_at IS NULL AND order_id = ANY($1)
     ORDER BY payment_version, id`,
    [orderIds],
  );
  return rows.map(movementOf);
}

export async function markApplied(
  tx: Sql,
  id: string,
  applied: { readonly creditMinor: number; readonly policy: string | null; readonly at: Date },
): Promise<void> {
  await tx.query(
    'UPDATE movements SET applied_at = $2, credit_minor = $3, policy = $4 WHERE id = $1',
    [id, applied.at, applied.creditMinor, applied.policy],
  );
}

/** Voids of checkouts that were never placed wait in vain. */
export async function forgetVoids(tx: Sql, before: Date): Promise<void> {
  await tx.query(`DELETE FROM movements WHERE kind = 'void' AND applied_at IS NULL AND at < $1`, [
    before,
  ]);
}
