import type { OrderGroupId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { HeldRow, ReturnedUnits } from '../domain/restock.ts';
import { traceParams } from './announce.ts';
import { putBack } from './put-back.ts';

/** What a group holds or has bought, under lock; empty where it ended or is unknown. */
export function lockHeldRows(tx: Tx, groupId: OrderGroupId): Promise<HeldRow[]> {
  return tx.query<HeldRow & { [column: string]: unknown }>(
    `SELECT r.stock_level_id AS "stockLevelId", r.variant_id AS "variantId",
            r.quantity - r.returned AS remaining, g.state
     FROM reservation_groups g JOIN reservations r ON r.group_id = g.group_id
     WHERE g.group_id = $1 AND g.state IN ('held', 'confirmed')
     ORDER BY r.variant_id, r.stock_level_id FOR UPDATE OF g, r`,
    [groupId],
  );
}

export interface Restock {
  readonly groupId: OrderGroupId;
  readonly orderId: string;
  readonly actor: string;
  readonly units: readonly ReturnedUnits[];
}

export async function saveRestock(tx: Tx, restock: Restock, now: Date): Promise<void> {
  await tx.query(
    `WITH back AS MATERIALIZED (
       SELECT * FROM jsonb_to_recordset($8::jsonb)
         AS b(stock_level_id uuid, variant_id uuid, state text, quantity int)),
     marked AS (
       UPDATE reservations r SET returned = r.returned + b.quantity FROM back b
       WHERE r.group_id = $9 AND r.stock_level_id = b.stock_level_id),
     ${putBack}
     SELECT count(*) FROM announced`,
    [
      'cancelled',
      restock.actor,
      restock.orderId,
      now,
      ...traceParams(),
      JSON.stringify(
        restock.units.map((unit) => ({
          stock_level_id: unit.stockLevelId,
          variant_id: unit.variantId,
          state: unit.state,
          quantity: unit.quantity,
        })),
      ),
      restock.groupId,
    ],
  );
}
