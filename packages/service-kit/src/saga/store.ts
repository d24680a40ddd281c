import type { Database, Tx } from '../db/database.ts';
import type { SagaStep } from './definition.ts';

export interface SagaRow {
  readonly id: string;
  readonly state: unknown;
  readonly step: string;
  /** Remote work that is due; null while the saga waits for a signal or its deadline. */
  readonly command: unknown;
  readonly attempts: number;
  readonly due_at: Date | null;
  readonly version: number;
  /** Of the work that began the saga, for whoever drives it on without being asked by anybody. */
  readonly traceparent: string | null;
}

/** When there is something to do next: by the business clock, or once another driver's time is up. */
export interface SagaDue {
  readonly dueAt: Date | null;
  readonly leaseEndsInMs: number | null;
}

/** How a stored step leaves its saga. */
export interface SagaStanding {
  readonly done: boolean;
  readonly releasesClaim: boolean;
}

export interface SagaSignal {
  readonly seq: number;
  readonly input: unknown;
}

const columns = 'id, state, step, command, attempts, due_at, version, traceparent';

/** Rows of one kind of saga. The lease says which process drives a saga now. */
export interface SagaStore {
  /** Adds a saga whose lease this process holds, and what it claims for itself. */
  insert(
    tx: Pick<Tx, 'query'>,
    row: SagaRow,
    first: { readonly done: boolean; readonly claim: string | null },
  ): Promise<void>;
  addSignal(tx: Pick<Tx, 'query'>, id: string, input: unknown): Promise<void>;
  nextSignal(id: string): Promise<SagaSignal | undefined>;
  takeSignal(tx: Pick<Tx, 'query'>, seq: number): Promise<void>;
  /** Takes the lease of one saga, unless another process holds it or it is finished. */
  claim(id: string): Promise<SagaRow | undefined>;
  /** Takes sagas with a deadline, a command or a signal that is due. */
  claimDue(now: Date, limit: number): Promise<SagaRow[]>;
  /** Stores a step; false when someone else has moved the saga. Keeps the lease for a command. */
  save(tx: Pick<Tx, 'query'>, next: SagaRow, standing: SagaStanding): Promise<boolean>;
  /** Puts the command off, unless another process took the saga over meanwhile. */
  postpone(id: string, attempts: number, dueAt: Date, error: string): Promise<void>;
  release(id: string): Promise<void>;
  nextDue(now: Date): Promise<SagaDue>;
  forgetLeases(): Promise<void>;
  /**
   * Gives back leases of this process that it does not know of, because the answer that told it was
   * lost. Returns whose they were.
   */
  releaseForgotten(driving: readonly string[]): Promise<string[]>;
}

/** A lease that was taken just now may be of a saga that is about to be driven. */
export const forgottenAfterMs = 2_000;

/** The row after a step: a command is due at once, so that a crash never strands it. */
export function rowAfterStep(
  { id, version, traceparent }: Pick<SagaRow, 'id' | 'version' | 'traceparent'>,
  step: SagaStep<unknown, unknown>,
  now: Date,
): SagaRow {
  const command = step.command ?? null;
  return {
    id,
    state: step.state,
    step: step.step,
    command,
    attempts: 0,
    due_at: command === null ? (step.dueAt ?? null) : now,
    version,
    traceparent,
  };
}

export function createSagaStore(
  db: Database,
  kind: string,
  owner: string,
  leaseSeconds: number,
): SagaStore {
  const leaseEnd = `now() + interval '${leaseSeconds} s'`;
  const lease = `lease_owner = '${owner}', lease_until = ${leaseEnd}`;
  const free = 'finished_at IS NULL AND (lease_until IS NULL OR lease_until < now())';
  const signalled =
    'EXISTS (SELECT 1 FROM saga_signals g WHERE g.kind = sagas.kind AND g.id = sagas.id)';
  return {
    async insert(tx, row, { done, claim }) {
      await tx.query(
        `INSERT INTO sagas (kind, id, version, state, step, command, due_at, finished_at, claim,
                            traceparent, lease_owner, lease_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $8 THEN now() END, $9, $10,
                 '${owner}', ${leaseEnd})`,
        [kind, ...values(row), done, claim, row.traceparent],
      );
    },
    async addSignal(tx, id, input) {
      await tx.query('INSERT INTO saga_signals (kind, id, input) VALUES ($1, $2, $3)', [
        kind,
        id,
        JSON.stringify(input),
      ]);
    },
    async nextSignal(id) {
      const [row] = await db.query(
        'SELECT seq, input FROM saga_signals WHERE kind = $1 AND id = $2 ORDER BY seq LIMIT 1',
        [kind, id],
      );
      return row as SagaSignal | undefined;
    },
    async takeSignal(tx, seq) {
      await tx.query('DELETE FROM saga_signals WHERE seq = $1', [seq]);
    },
    async claim(id) {
      const [row] = await db.query(
        `UPDATE sagas SET ${lease} WHERE kind = $1 AND id = $2 AND ${free} RETURNING ${columns}`,
        [kind, id],
      );
      return row as SagaRow | undefined;
    },
    async claimDue(now, limit) {
      const rows = await db.query(
        `UPDATE sagas SET ${lease} WHERE (kind, id) IN (
           SELECT kind, id FROM sagas
           WHERE kind = $1 AND ${free} AND (due_at <= $2 OR ${signalled})
           ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING ${columns}`,
        [kind, now, limit],
      );
      return rows as unknown as SagaRow[];
    },
    async save(tx, next, { done, releasesClaim }) {
      const saved = await tx.query(
        `UPDATE sagas SET version = $3, state = $4, step = $5, command = $6, due_at = $7,
           finished_at = CASE WHEN $8 THEN now() END, attempts = 0, last_error = NULL,
           claim = CASE WHEN $9 THEN NULL ELSE claim END, updated_at = now(), lease_owner = '${owner}',
           lease_until = CASE WHEN $6::jsonb IS NOT NULL THEN ${leaseEnd} END
         WHERE kind = $1 AND id = $2 AND version = $3 - 1 AND finished_at IS NULL RETURNING 1`,
        [kind, ...values(next), done, releasesClaim],
      );
      return saved.length > 0;
    },
    async postpone(id, attempts, dueAt, error) {
      await db.query(
        `UPDATE sagas SET attempts = $3, due_at = $4, last_error = $5, lease_until = NULL,
           updated_at = now()
         WHERE kind = $1 AND id = $2 AND lease_owner = $6`,
        [kind, id, attempts, dueAt, error.slice(0, 1_000), owner],
      );
    },
    async release(id) {
      await db.query(
        `UPDATE sagas SET lease_until = NULL WHERE kind = $1 AND id = $2 AND lease_owner = $3`,
        [kind, id, owner],
      );
    },
    async nextDue(now) {
      const [row] = await db.query(
        `SELECT (SELECT due_at FROM sagas WHERE kind = $1 AND due_at IS NOT NULL AND ${free}
                 ORDER BY due_at LIMIT 1) AS due,
           (SELECT ceil(extract(epoch FROM min(lease_until) - now()) * 1000)::int FROM (
              SELECT lease_until FROM sagas
              WHERE kind = $1 AND finished_at IS NULL AND due_at <= $2
              UNION ALL SELECT s.lease_until FROM saga_signals JOIN sagas s USING (kind, id)
              WHERE kind = $1 AND s.finished_at IS NULL) held
            WHERE lease_until >= now()) AS lease_ms`,
        [kind, now],
      );
      return {
        dueAt: (row?.due as Date | null | undefined) ?? null,
        leaseEndsInMs: (row?.lease_ms as number | null | undefined) ?? null,
      };
    },
    async releaseForgotten(driving) {
      const rows = await db.query(
        `UPDATE sagas SET lease_until = NULL
         WHERE kind = $1 AND finished_at IS NULL AND lease_owner = '${owner}'
           AND lease_until < ${leaseEnd} - interval '${forgottenAfterMs} ms'
           AND id <> ALL ($2::uuid[]) RETURNING id`,
        [kind, driving],
      );
      return rows.map(({ id }) => String(id));
    },
    async forgetLeases() {
      await db.query(
        'UPDATE sagas SET lease_until = NULL WHERE kind = $1 AND finished_at IS NULL',
        [kind],
      );
    },
  };
}

/** In the order of the parameters $2 to $7. */
function values(row: SagaRow): unknown[] {
  return [
    row.id,
    row.version,
    JSON.stringify(row.state),
    row.step,
    row.command === null ? null : JSON.stringify(row.command),
    row.due_at,
  ];
}
