import type { Tx } from '@mkt/service-kit';
import type { MovementKind, MovementState, TimelineEntry } from '../domain/order.ts';

const markSql = `
  WITH m AS (
    UPDATE order_movements SET state = $2, refusal_code = $3,
      settled_at = CASE WHEN $2 = 'done' THEN $4::timestamptz END
    WHERE id = $1 AND state NOT IN ('done', $2) RETURNING order_id, vendor_id, id, amount_minor
  ), o AS (
    UPDATE orders SET version = version + 1 FROM m WHERE orders.id = m.order_id
  )
  INSERT INTO order_timeline (order_id, vendor_id, at, kind, actor, detail)
  SELECT m.order_id, m.vendor_id, $4, $5, 'system',
    jsonb_build_object('movementId', m.id, 'amountMinor', m.amount_minor, 'code', $3::text)
  FROM m`;

const doneKinds = {
  capture: 'captured',
  void: 'voided',
  refund: 'refunded',
} as const satisfies Record<MovementKind, TimelineEntry['kind']>;

/** Marks what became of a movement of money, with a line in the order's timeline. */
export async function markMovement(
  tx: Tx,
  movement: {
    readonly movementId: string;
    readonly kind: MovementKind;
    readonly state: Exclude<MovementState, 'pending'>;
    readonly refusalCode: string | null;
    readonly at: Date;
  },
): Promise<void> {
  const { movementId, kind, state, refusalCode, at } = movement;
  const entryKind =
    state === 'done'
      ? doneKinds[kind]
      : state === 'refused'
        ? 'movementRefused'
        : 'movementRetrying';
  await tx.query(markSql, [movementId, state, refusalCode, at, entryKind]);
}
