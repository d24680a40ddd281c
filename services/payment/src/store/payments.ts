import type { ParsedRequestOf, paymentAuthorize } from '@mkt/contracts';
import type { PaymentId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';
import type { GivenUp, Observation } from '../domain/payment.ts';
import { type Payment, paymentOf, type Share, shareOf } from './rows.ts';

type Sql = Pick<Tx, 'query'>;
type NewPayment = ParsedRequestOf<typeof paymentAuthorize>;

export interface PaymentFilter {
  readonly status?: string | undefined;
  readonly groupId?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Payments and their shares. Methods with a `Sql` argument are part of a transaction. */
export function createPaymentStore(db: Database) {
  return {
    /** Inserts payment and shares; null where the key or the group has a payment already. */
    async add(
      id: PaymentId,
      request: NewPayment,
      status: 'pending' | 'authorized',
      times: { readonly now: Date; readonly dueAt: Date },
    ): Promise<Payment | null> {
      const [row] = await db.query(
        `WITH made AS (
           INSERT INTO payments (id, operation_key, group_id, amount_minor, currency, status,
                                 payment_token, expires_at, due_at, created_at, updated_at)
           SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10
           WHERE NOT EXISTS (SELECT 1 FROM abandoned_groups WHERE group_id = $3)
           ON CONFLICT DO NOTHING RETURNING *),
         shared AS (
           INSERT INTO payment_shares (payment_id, order_id, vendor_id, authorized_minor)
           SELECT made.id, s."orderId", s."vendorId", s."amountMinor"
           FROM made, jsonb_to_recordset($11::jsonb)
             AS s("orderId" uuid, "vendorId" uuid, "amountMinor" bigint))
         SELECT * FROM made`,
        [
          id,
          request.operationKey,
          request.groupId,
          request.amountMinor,
          request.currency,
          status,
          request.paymentToken,
          new Date(request.expiresAt),
          times.dueAt,
          times.now,
          JSON.stringify(request.shares),
        ],
      );
      return row ? paymentOf(row) : null;
    },

    async byOperationKey(operationKey: string): Promise<Payment | null> {
      const [row] = await db.query('SELECT * FROM payments WHERE operation_key = $1', [
        operationKey,
      ]);
      return row ? paymentOf(row) : null;
    },

    async byId(id: string): Promise<Payment | null> {
      const [row] = await db.query('SELECT * FROM payments WHERE id = $1', [id]);
      return row ? paymentOf(row) : null;
    },

    /** The latest payment of a group; only the latest can be live. */
    async ofGroup(groupId: string): Promise<Payment | null> {
      const [row] = await db.query(
        'SELECT * FROM payments WHERE group_id = $1 ORDER BY id DESC LIMIT 1',
        [groupId],
      );
      return row ? paymentOf(row) : null;
    },

    /** Stores the provider's first answer; null where something else came in between. */
    async answer(
      id: PaymentId,
      answer: Pick<Observation, 'status' | 'declineCode' | 'actionUrl'>,
      times: { readonly now: Date; readonly dueAt: Date | null },
    ): Promise<Payment | null> {
      const [row] = await db.query(
        `UPDATE payments SET status = $2, decline_code = $3, action_url = $4, due_at = $5,
           attempts = 0, version = version + 1, updated_at = $6
         WHERE id = $1 AND status = 'pending' RETURNING *`,
        [id, answer.status, answer.declineCode, answer.actionUrl, times.dueAt, times.now],
      );
      return row ? paymentOf(row) : null;
    },

    /** The row stays as it is until the transaction ends; rows that refer to it may be added. */
    async lock(tx: Sql, id: string): Promise<Payment | null> {
      const [row] = await tx.query('SELECT * FROM payments WHERE id = $1 FOR NO KEY UPDATE', [id]);
      return row ? paymentOf(row) : null;
    },

    async lockOfGroup(tx: Sql, groupId: string): Promise<Payment | null> {
      const [row] = await tx.query(
        `SELECT * FROM payments WHERE group_id = $1 ORDER BY id DESC LIMIT 1
         FOR NO KEY UPDATE`,
        [groupId],
      );
      return row ? paymentOf(row) : null;
    },

    async lockShares(tx: Sql, paymentId: string): Promise<Share[]> {
      const rows = await tx.query(
        `SELECT * FROM payment_shares WHERE payment_id = $1 ORDER BY order_id
         FOR NO KEY UPDATE`,
        [paymentId],
      );
      return rows.map(shareOf);
    },

    async observed(
      tx: Sql,
      id: string,
      seen: Observation,
      times: { readonly now: Date; readonly dueAt: Date | null },
    ): Promise<number> {
      const [row] = await tx.query(
        `UPDATE payments SET status = $2, decline_code = coalesce($3, decline_code),
           action_url = coalesce($4, action_url), release_due = $5, due_at = $6, attempts = 0,
           version = version + 1, updated_at = $7
         WHERE id = $1 RETURNING version`,
        [
          id,
          seen.status,
          seen.declineCode,
          seen.actionUrl,
          seen.releaseDue,
          times.dueAt,
          times.now,
        ],
      );
      return Number(row?.['version']);
    },

    async givenUp(
      tx: Sql,
      id: string,
      { status, releaseDue, voids }: GivenUp,
      now: Date,
    ): Promise<number> {
      if (voids.length > 0) {
        await tx.query(
          `UPDATE payment_shares s SET voided_minor = s.voided_minor + v."amountMinor"
           FROM jsonb_to_recordset($2::jsonb) AS v("orderId" uuid, "amountMinor" bigint)
           WHERE s.payment_id = $1 AND s.order_id = v."orderId"`,
          [id, JSON.stringify(voids)],
        );
      }
      const [row] = await tx.query(
        `UPDATE payments SET status = $2, release_due = $3, attempts = 0,
           due_at = CASE WHEN $3 THEN $4::timestamptz END, version = version + 1, updated_at = $4
         WHERE id = $1 RETURNING version`,
        [id, status, releaseDue, now],
      );
      return Number(row?.['version']);
    },

    async abandonGroup(tx: Sql, groupId: string, now: Date): Promise<void> {
      await tx.query(
        `INSERT INTO abandoned_groups (group_id, abandoned_at) VALUES ($1, $2)
         ON CONFLICT DO NOTHING`,
        [groupId, now],
      );
    },

    async released(id: string, now: Date): Promise<void> {
      await db.query(
        `UPDATE payments SET release_due = false, due_at = NULL, version = version + 1,
           updated_at = $2
         WHERE id = $1 AND release_due`,
        [id, now],
      );
    },

    async placed(
      tx: Sql,
      all: readonly { readonly paymentId: string; readonly placedAt: string }[],
    ): Promise<void> {
      await tx.query(
        `WITH placed AS MATERIALIZED (
           SELECT p.id, n.at FROM unnest($1::uuid[], $2::timestamptz[]) AS n(id, at)
           JOIN payments p ON p.id = n.id AND p.placed_at IS NULL
           ORDER BY p.id FOR NO KEY UPDATE OF p)
         UPDATE payments p SET placed_at = n.at,
           due_at = CASE WHEN status = 'authorized' AND NOT release_due THEN NULL ELSE due_at END
         FROM placed n WHERE p.id = n.id AND p.placed_at IS NULL`,
        [all.map(({ paymentId }) => paymentId), all.map(({ placedAt }) => placedAt)],
      );
    },

    /** Takes payments that somebody must look after; each comes back after the lease. */
    async takeDue(now: Date, leaseEnd: Date, limit: number): Promise<Payment[]> {
      const rows = await db.query(
        `UPDATE payments SET due_at = $2, attempts = attempts + 1 WHERE id IN (
           SELECT id FROM payments WHERE due_at <= $1 ORDER BY due_at LIMIT $3
           FOR UPDATE SKIP LOCKED)
         RETURNING *`,
        [now, leaseEnd, limit],
      );
      return rows.map(paymentOf);
    },

    async putOff(id: string, dueAt: Date | null): Promise<void> {
      await db.query('UPDATE payments SET due_at = $2 WHERE id = $1', [id, dueAt]);
    },

    /** Makes those due whose outcome is not known, so that a sweep asks at once. */
    async hurryUnknown(now: Date): Promise<void> {
      await db.query(
        `UPDATE payments SET due_at = $1
         WHERE due_at > $1 AND (status IN ('unknown', 'requiresAction') OR release_due)`,
        [now],
      );
    },

    async nextDueAt(): Promise<Date | null> {
      const [row] = await db.query('SELECT min(due_at) AS due FROM payments');
      return (row?.['due'] as Date | null | undefined) ?? null;
    },

    async list(filter: PaymentFilter): Promise<Payment[]> {
      const rows = await db.query(
        `SELECT * FROM payments
         WHERE ($1::text IS NULL OR status = $1) AND ($2::uuid IS NULL OR group_id = $2)
           AND ($3::uuid IS NULL OR id < $3)
         ORDER BY id DESC LIMIT $4`,
        [filter.status ?? null, filter.groupId ?? null, filter.before ?? null, filter.limit],
      );
      return rows.map(paymentOf);
    },

    async sharesOf(ids: readonly string[]): Promise<Map<string, Share[]>> {
      const rows = await db.query(
        'SELECT * FROM payment_shares WHERE payment_id = ANY($1) ORDER BY order_id',
        [ids],
      );
      const byPayment = Map.groupBy(rows, (row) => String(row['payment_id']));
      return new Map([...byPayment].map(([id, shares]) => [id, shares.map(shareOf)]));
    },
  };
}
export type PaymentStore = ReturnType<typeof createPaymentStore>;
