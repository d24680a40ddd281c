import type { ItemUnits } from '@mkt/contracts';
import { type Refusal, uuidv7 } from '@mkt/kernel';
import { type Database, isUniqueViolation, type Tx } from '@mkt/service-kit';
import type { MovementKind, ShareFacts } from '../domain/movement.ts';
import { type Movement, movementOf } from './rows.ts';

type Sql = Pick<Tx, 'query'>;

export interface NewMovement {
  readonly kind: MovementKind;
  readonly operationKey: string;
  readonly groupId: string;
  readonly orderId: string;
  readonly amountMinor: number;
  readonly items: readonly ItemUnits[];
  readonly bearer: 'vendor' | 'marketplace' | null;
  readonly reason: string | null;
}

/** What each kind takes from the share, and the room it needs. The CHECKs of the table agree. */
const kinds = {
  capture: {
    column: 'captured_minor',
    room: 's.authorized_minor - s.captured_minor - s.voided_minor',
    statuses: ['authorized'],
  },
  void: {
    column: 'voided_minor',
    room: 's.authorized_minor - s.captured_minor - s.voided_minor',
    statuses: ['authorized'],
  },
  refund: {
    column: 'refunded_minor',
    room: 's.captured_minor - s.refunded_minor',
    statuses: ['authorized', 'voided'],
  },
} as const satisfies Record<MovementKind, object>;

/** Captures, voids and refunds. */
export function createMovementStore(db: Database) {
  return {
    /**
     * Takes the amount from the share and writes the movement down, in one statement. Null where
     * there is no room, or the operation key was used before.
     */
    async reserve(
      movement: NewMovement,
      times: { readonly now: Date; readonly dueAt: Date | null },
    ): Promise<Movement | null> {
      const { column, room, statuses } = kinds[movement.kind];
      try {
        const [row] = await db.query(
          `WITH share AS (
             UPDATE payment_shares s SET ${column} = s.${column} + $6
             FROM payments p
             WHERE p.id = s.payment_id AND s.order_id = $5 AND ${room} >= $6
               AND p.id = (SELECT id FROM payments WHERE group_id = $4 AND status = ANY($12)
                           ORDER BY id DESC LIMIT 1)
               AND NOT EXISTS (SELECT 1 FROM movements WHERE operation_key = $2)
             RETURNING s.payment_id, s.vendor_id, p.currency)
           INSERT INTO movements (id, operation_key, kind, status, payment_id, group_id, order_id,
             vendor_id, amount_minor, currency, items, bearer, reason, due_at, created_at)
           SELECT $1, $2, $3, 'pending', share.payment_id, $4, $5, share.vendor_id, $6,
             share.currency, $7, $8, $9, $10, $11
           FROM share RETURNING *`,
          [
            uuidv7(),
            movement.operationKey,
            movement.kind,
            movement.groupId,
            movement.orderId,
            movement.amountMinor,
            JSON.stringify(movement.items),
            movement.bearer,
            movement.reason,
            times.dueAt,
            times.now,
            statuses,
          ],
        );
        return row ? movementOf(row) : null;
      } catch (error) {
        // A rival with the same key was faster; the whole statement is undone.
        if (isUniqueViolation(error)) return null;
        throw error;
      }
    },

    async byOperationKey(operationKey: string): Promise<Movement | null> {
      const [row] = await db.query('SELECT * FROM movements WHERE operation_key = $1', [
        operationKey,
      ]);
      return row ? movementOf(row) : null;
    },

    /** The share that a movement was meant for, to say why there was no room. */
    async shareFacts(groupId: string, orderId: string): Promise<ShareFacts | null> {
      const [row] = await db.query(
        `SELECT p.status, s.* FROM payments p JOIN payment_shares s ON s.payment_id = p.id
         WHERE p.group_id = $1 AND s.order_id = $2 ORDER BY p.id DESC LIMIT 1`,
        [groupId, orderId],
      );
      if (!row) return null;
      return {
        status: row['status'],
        authorizedMinor: row['authorized_minor'],
        capturedMinor: row['captured_minor'],
        voidedMinor: row['voided_minor'],
        refundedMinor: row['refunded_minor'],
      };
    },

    /** The version of the payment with the settled movement; null when a rival settled it. */
    async settle(
      tx: Sql,
      movement: Movement,
      feeMinor: number | null,
      now: Date,
    ): Promise<number | null> {
      const [row] = await tx.query(
        `WITH settled AS (
           UPDATE movements SET status = 'settled', fee_minor = $2, due_at = NULL, settled_at = $3
           WHERE id = $1 AND status = 'pending' RETURNING payment_id)
         UPDATE payments p SET version = p.version + 1, updated_at = $3 FROM settled
         WHERE p.id = settled.payment_id RETURNING p.version`,
        [movement.id, feeMinor, now],
      );
      return row ? Number(row['version']) : null;
    },

    /** Gives the amount back to the share. */
    async refuse(movement: Movement, refusal: Refusal, now: Date): Promise<void> {
      const { column } = kinds[movement.kind];
      await db.query(
        `WITH refused AS (
           UPDATE movements SET status = 'refused', refusal = $2, due_at = NULL, settled_at = $3
           WHERE id = $1 AND status = 'pending' RETURNING payment_id, order_id, amount_minor)
         UPDATE payment_shares s SET ${column} = s.${column} - refused.amount_minor FROM refused
         WHERE s.payment_id = refused.payment_id AND s.order_id = refused.order_id`,
        [movement.id, JSON.stringify(refusal), now],
      );
    },

    /** Voids that were decided with the whole payment: settled as soon as they are written. */
    async addSettledVoids(
      tx: Sql,
      paymentId: string,
      voids: readonly { readonly orderId: string; readonly amountMinor: number }[],
      now: Date,
    ): Promise<Movement[]> {
      const rows = await tx.query(
        `INSERT INTO movements (id, operation_key, kind, status, payment_id, group_id, order_id,
           vendor_id, amount_minor, currency, items, created_at, settled_at)
         SELECT v.id, concat_ws(':', 'give-up', p.id, p.version, v."orderId"), 'void', 'settled', p.id,
           p.group_id, v."orderId", s.vendor_id, v."amountMinor", p.currency, '[]', $3, $3
         FROM jsonb_to_recordset($2::jsonb) AS v(id uuid, "orderId" uuid, "amountMinor" bigint)
         JOIN payments p ON p.id = $1
         JOIN payment_shares s ON s.payment_id = p.id AND s.order_id = v."orderId"
         RETURNING *`,
        [paymentId, JSON.stringify(voids.map((one) => ({ ...one, id: uuidv7() }))), now],
      );
      return rows.map(movementOf);
    },

    async takeDue(now: Date, leaseEnd: Date, limit: number): Promise<Movement[]> {
      const rows = await db.query(
        `UPDATE movements SET due_at = $2, attempts = attempts + 1 WHERE id IN (
           SELECT id FROM movements WHERE due_at <= $1 ORDER BY due_at LIMIT $3
           FOR UPDATE SKIP LOCKED)
         RETURNING *`,
        [now, leaseEnd, limit],
      );
      return rows.map(movementOf);
    },

    async nextDueAt(): Promise<Date | null> {
      const [row] = await db.query('SELECT min(due_at) AS due FROM movements');
      return (row?.['due'] as Date | null | undefined) ?? null;
    },

    async ofPayment(paymentId: string): Promise<Movement[]> {
      const rows = await db.query(
        'SELECT * FROM movements WHERE payment_id = $1 ORDER BY id LIMIT 1000',
        [paymentId],
      );
      return rows.map(movementOf);
    },
  };
}
export type MovementStore = ReturnType<typeof createMovementStore>;
