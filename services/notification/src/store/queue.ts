import type { Database } from '@mkt/service-kit';

export type QueueTable = 'messages' | 'webhook_deliveries';

/** Longer than a send may take; after a crash the row is taken up again when it is over. */
const leaseSeconds = 60;
export const claimBatch = 10;

/** Takes what is due and counts the try before it is made, so that a crash counts as one. */
export const claimSet = `lease_until = now() + interval '${leaseSeconds} s',
  attempts = d.attempts + 1`;

/** The ids of what is due at $1, locked; what another process takes is passed over. */
export function dueIds(table: QueueTable): string {
  return `SELECT id FROM ${table} WHERE state = 'queued' AND due_at <= $1
    AND (lease_until IS NULL OR lease_until < now())
    ORDER BY due_at LIMIT ${claimBatch} FOR UPDATE SKIP LOCKED`;
}

export type Outcome =
  | { readonly state: 'sent'; readonly sentAt: Date }
  | { readonly state: 'queued'; readonly dueAt: Date; readonly error: string }
  | { readonly state: 'failed'; readonly error: string };

export interface Delivered {
  readonly id: string;
  readonly outcome: Outcome;
}

export async function saveOutcomes(
  db: Pick<Database, 'query'>,
  table: QueueTable,
  delivered: readonly Delivered[],
): Promise<void> {
  const rows = delivered.map(({ id, outcome }) => ({ id, ...outcome }));
  await db.query(
    `UPDATE ${table} d SET state = o.state, due_at = coalesce(o."dueAt", d.due_at),
       last_error = o.error, sent_at = o."sentAt", lease_until = NULL
     FROM jsonb_to_recordset($1) AS o(id uuid, state text, "dueAt" timestamptz, error text,
       "sentAt" timestamptz)
     WHERE d.id = o.id AND d.state = 'queued'`,
    [JSON.stringify(rows)],
  );
}

export async function nextDueAt(
  db: Pick<Database, 'query'>,
  table: QueueTable,
): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>(
    `SELECT min(greatest(due_at, lease_until)) AS at FROM ${table} WHERE state = 'queued'`,
  );
  return row?.at ?? null;
}

/** For the only process: what a crash left under way is due at once. */
export async function forgetLeases(db: Pick<Database, 'query'>, table: QueueTable): Promise<void> {
  await db.query(`UPDATE ${table} SET lease_until = NULL WHERE lease_until IS NOT NULL`);
}
