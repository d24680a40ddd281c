import type { Database } from '../db/database.ts';

/** A saga as a person looks at it. */
export interface InspectedSaga {
  readonly kind: string;
  readonly id: string;
  readonly step: string;
  readonly attempts: number;
  readonly due_at: Date | null;
  readonly last_error: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly finished_at: Date | null;
  readonly leased: boolean;
  readonly stuck: boolean;
}

export interface SagaDetail extends InspectedSaga {
  readonly state: unknown;
  readonly command: unknown;
  readonly signals: readonly unknown[];
}

export type SagaFilter = 'open' | 'stuck' | 'finished' | 'all';

export interface SagaListing {
  readonly kind: string | null;
  readonly step: string | null;
  readonly state: SagaFilter;
  /** Page after this saga; newest first within a kind. */
  readonly before: readonly [kind: string, id: string] | null;
  readonly limit: number;
  readonly now: Date;
}

/** Due for longer than this and driven by nobody, a saga is stuck. */
const overdueMinutes = 5;
const shownSignals = 100;

const leased = '(lease_until IS NOT NULL AND lease_until >= now())';
/** Failing, or due and left alone. Takes the business time as the named parameter. */
const stuckAt = (now: string) => `(finished_at IS NULL AND (attempts > 0 OR
  (NOT ${leased} AND due_at < ${now}::timestamptz - interval '${overdueMinutes} min')))`;
const columns = (now: string) => `kind, id, step, attempts, due_at, last_error, created_at,
  updated_at, finished_at, ${leased} AS leased, ${stuckAt(now)} AS stuck`;

export async function listSagas(db: Database, wanted: SagaListing): Promise<InspectedSaga[]> {
  const { kind, step, state, before, limit, now } = wanted;
  const filters: Readonly<Record<SagaFilter, string>> = {
    open: 'AND finished_at IS NULL',
    stuck: `AND ${stuckAt('$1')}`,
    finished: 'AND finished_at IS NOT NULL',
    all: '',
  };
  const rows = await db.query(
    `SELECT ${columns('$1')} FROM sagas
     WHERE ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR step = $3)
       AND ($4::text IS NULL OR (kind, id) < ($4, $5::uuid)) ${filters[state]}
     ORDER BY kind DESC, id DESC LIMIT $6`,
    [now, kind, step, before?.[0] ?? null, before?.[1] ?? null, limit + 1],
  );
  return rows as InspectedSaga[];
}

export async function findSaga(
  db: Database,
  key: { readonly kind: string; readonly id: string },
  now: Date,
): Promise<SagaDetail | undefined> {
  const [row] = await db.query(
    `SELECT ${columns('$1')}, state, command,
       ARRAY(SELECT input FROM saga_signals g WHERE g.kind = sagas.kind AND g.id = sagas.id
             ORDER BY seq LIMIT ${shownSignals}) AS signals
     FROM sagas WHERE kind = $2 AND id = $3`,
    [now, key.kind, key.id],
  );
  return row as SagaDetail | undefined;
}

/**
 * Makes a failing command due now, with all its tries before it. A saga that waits for a signal or
 * its deadline is left as it is: its time has not come. False where another process drives it.
 */
export async function makeDue(
  db: Database,
  key: { readonly kind: string; readonly id: string },
  now: Date,
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE sagas SET attempts = CASE WHEN command IS NULL THEN attempts ELSE 0 END,
       due_at = CASE WHEN command IS NULL THEN due_at ELSE $1 END
     WHERE kind = $2 AND id = $3 AND finished_at IS NULL AND NOT ${leased} RETURNING 1`,
    [now, key.kind, key.id],
  );
  return rows.length > 0;
}
