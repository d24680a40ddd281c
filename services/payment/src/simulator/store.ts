import { type Database, isUniqueViolation, type Row } from '@mkt/service-kit';
import type { NewProviderPayment, ProviderMovement } from '../provider/port.ts';
import { type TestCard, testCards } from './cards.ts';

export interface SimulatedPayment {
  readonly key: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly behaviour: string;
  readonly status: 'authorized' | 'requiresAction' | 'processing' | 'declined' | 'voided';
  readonly declineCode: string | null;
  readonly challengeId: string | null;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
  readonly refundedMinor: number;
}

export interface SimulatedOperation {
  readonly paymentKey: string;
  readonly kind: string;
  readonly amountMinor: number;
  readonly feeMinor: number;
}

function paymentOf(row: Row): SimulatedPayment {
  return {
    key: row['key'],
    amountMinor: row['amount_minor'],
    currency: row['currency'],
    behaviour: row['behaviour'],
    status: row['status'],
    declineCode: row['decline_code'],
    challengeId: row['challenge_id'],
    capturedMinor: row['captured_minor'],
    voidedMinor: row['voided_minor'],
    refundedMinor: row['refunded_minor'],
  };
}

/** The condition and the column of each kind of movement at the provider. */
const movements = {
  capture: {
    change: 'captured_minor = captured_minor + $3',
    room: "status = 'authorized' AND amount_minor - captured_minor - voided_minor >= $3",
  },
  void: {
    change: 'voided_minor = voided_minor + $3',
    room: "status = 'authorized' AND amount_minor - captured_minor - voided_minor >= $3",
  },
  refund: {
    change: 'refunded_minor = refunded_minor + $3',
    room: 'captured_minor - refunded_minor >= $3',
  },
} as const;
export type MovementKind = keyof typeof movements;

const behaviours = JSON.stringify(
  testCards.map(({ behaviour, status, declineCode }) => ({
    behaviour,
    status,
    decline_code: declineCode,
  })),
);
const notices = JSON.stringify(
  testCards.flatMap(({ behaviour, noticesAfterMs }) =>
    noticesAfterMs.map((afterMs) => ({ behaviour, after_ms: afterMs })),
  ),
);

/** The simulated provider's own books. Each change is one statement, which is one transaction. */
export function createSimulatorStore(db: Database) {
  return {
    async secret(): Promise<string> {
      const [row] = await db.query('SELECT secret FROM simulator_secret');
      return String(row?.['secret']);
    },

    async addToken(token: string, card: TestCard, now: Date): Promise<void> {
      await db.query(
        `INSERT INTO simulator_tokens (token, behaviour, last4, created_at)
         VALUES ($1, $2, $3, $4)`,
        [token, card.behaviour, card.number.slice(-4), now],
      );
    },

    /** Makes the payment with its notices, or finds the one that has the key already. */
    async addPayment(
      payment: NewProviderPayment,
      ids: { readonly challengeId: string; readonly eventId: string },
      now: Date,
    ): Promise<{ payment: SimulatedPayment; made: boolean } | null> {
      const [row] = await db.query(
        `WITH made AS (
           INSERT INTO simulator_payments (key, amount_minor, currency, behaviour, last4, status,
                                           decline_code, challenge_id, created_at)
           SELECT $1, $2, $3, b.behaviour, t.last4, b.status, b.decline_code,
                  CASE WHEN b.status = 'requiresAction' THEN $5::uuid END, $7
           FROM simulator_tokens t
           JOIN jsonb_to_recordset($8::jsonb) AS b(behaviour text, status text, decline_code text)
             USING (behaviour)
           WHERE t.token = $4
           ON CONFLICT (key) DO NOTHING RETURNING *),
         notified AS (
           INSERT INTO simulator_webhooks (id, event_id, payment_key, due_at)
           SELECT gen_random_uuid(), $6, made.key, $7::timestamptz + n.after_ms * interval '1 ms'
           FROM made
           JOIN jsonb_to_recordset($9::jsonb) AS n(behaviour text, after_ms int) USING (behaviour))
         SELECT * FROM made`,
        [
          payment.key,
          payment.amountMinor,
          payment.currency,
          payment.token,
          ids.challengeId,
          ids.eventId,
          now,
          behaviours,
          notices,
        ],
      );
      if (row) return { payment: paymentOf(row), made: true };
      const known = await this.payment(payment.key);
      return known && { payment: known, made: false };
    },

    async payment(key: string): Promise<SimulatedPayment | null> {
      const [row] = await db.query('SELECT * FROM simulator_payments WHERE key = $1', [key]);
      return row ? paymentOf(row) : null;
    },

    async challenge(id: string): Promise<SimulatedPayment | null> {
      const [row] = await db.query('SELECT * FROM simulator_payments WHERE challenge_id = $1', [
        id,
      ]);
      return row ? paymentOf(row) : null;
    },

    /** Ends a challenge and plans the notice about it; false when it was over already. */
    async endChallenge(
      id: string,
      outcome: { readonly status: 'authorized' | 'declined'; readonly declineCode: string | null },
      eventId: string,
      now: Date,
    ): Promise<boolean> {
      const rows = await db.query(
        `WITH ended AS (
           UPDATE simulator_payments SET status = $2, decline_code = $3
           WHERE challenge_id = $1 AND status = 'requiresAction' RETURNING key)
         INSERT INTO simulator_webhooks (id, event_id, payment_key, due_at)
         SELECT gen_random_uuid(), $4, key, $5 FROM ended RETURNING id`,
        [id, outcome.status, outcome.declineCode, eventId, now],
      );
      return rows.length > 0;
    },

    /** Moves money if there is room; false when there is not, or the key was used before. */
    async addOperation(
      kind: MovementKind,
      movement: ProviderMovement,
      feeMinor: number,
      now: Date,
    ): Promise<boolean> {
      const { change, room } = movements[kind];
      try {
        const rows = await db.query(
          `WITH moved AS (
             UPDATE simulator_payments SET ${change} WHERE key = $1 AND ${room}
               AND NOT EXISTS (SELECT 1 FROM simulator_operations WHERE key = $2)
             RETURNING key)
           INSERT INTO simulator_operations (key, payment_key, kind, amount_minor, fee_minor,
                                             created_at)
           SELECT $2, moved.key, $4, $3, $5, $6 FROM moved RETURNING key`,
          [movement.paymentKey, movement.key, movement.amountMinor, kind, feeMinor, now],
        );
        return rows.length > 0;
      } catch (error) {
        // A rival with the same key was faster; the whole statement is undone.
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },

    async operation(key: string): Promise<SimulatedOperation | null> {
      const [row] = await db.query('SELECT * FROM simulator_operations WHERE key = $1', [key]);
      if (!row) return null;
      return {
        paymentKey: row['payment_key'],
        kind: row['kind'],
        amountMinor: row['amount_minor'],
        feeMinor: row['fee_minor'],
      };
    },

    /** Lets go of all that is not captured, unless the bank has not decided yet. */
    async release(key: string): Promise<SimulatedPayment | null> {
      const [row] = await db.query(
        `UPDATE simulator_payments SET voided_minor = amount_minor - captured_minor,
           status = CASE WHEN captured_minor = 0 THEN 'voided' ELSE status END
         WHERE key = $1 AND status IN ('authorized', 'requiresAction') RETURNING *`,
        [key],
      );
      return row ? paymentOf(row) : null;
    },

    /** Takes notices that are due, and lets the bank decide what they tell of. */
    async takeNotices(
      now: Date,
      retryAt: Date,
      limit: number,
    ): Promise<{ id: string; eventId: string; payment: SimulatedPayment }[]> {
      const rows = await db.query(
        `WITH taken AS (
           UPDATE simulator_webhooks SET attempts = attempts + 1, due_at = $2
           WHERE id IN (SELECT id FROM simulator_webhooks WHERE due_at <= $1
                        ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
           RETURNING id, event_id, payment_key),
         decided AS (
           UPDATE simulator_payments SET status = 'authorized'
           WHERE status = 'processing' AND key IN (SELECT payment_key FROM taken) RETURNING key)
         SELECT t.id AS notice_id, t.event_id, p.*,
                CASE WHEN d.key IS NULL THEN p.status ELSE 'authorized' END AS status
         FROM taken t JOIN simulator_payments p ON p.key = t.payment_key
         LEFT JOIN decided d ON d.key = p.key`,
        [now, retryAt, limit],
      );
      return rows.map((row) => ({
        id: row['notice_id'],
        eventId: row['event_id'],
        payment: paymentOf(row),
      }));
    },

    async noticeDelivered(id: string, now: Date): Promise<void> {
      await db.query(
        'UPDATE simulator_webhooks SET due_at = NULL, delivered_at = $2 WHERE id = $1',
        [id, now],
      );
    },

    async nextNoticeAt(): Promise<Date | null> {
      const [row] = await db.query('SELECT min(due_at) AS due FROM simulator_webhooks');
      return (row?.['due'] as Date | null | undefined) ?? null;
    },
  };
}
export type SimulatorStore = ReturnType<typeof createSimulatorStore>;
