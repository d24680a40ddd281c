import type { Clock } from '@mkt/kernel';
import type { Background } from './background.ts';
import type { Database } from './db/database.ts';
import { createSagaTimer } from './saga/timer.ts';
import { newContext, runInContext } from './telemetry/context.ts';
import type { Logger } from './telemetry/log.ts';

/** Rows of a table that are of no use after some time. Written by us, never by a request. */
export interface RetentionRule {
  readonly table: string;
  /** Since when a row is kept for questions alone: a column, or an expression over the row. */
  readonly since: string;
  readonly keepDays: number;
  /** Which clock wrote `since`. */
  readonly clock: 'business' | 'database';
  /** The rows that may go at all; without it every row may. */
  readonly only?: string;
}

/** What every service with a database keeps beside its own tables. Signals go before their sagas. */
export const plumbingRetention: readonly RetentionRule[] = [
  // A client repeats a change within minutes; a month covers whoever was away.
  { table: 'idempotency', since: 'created_at', keepDays: 30, clock: 'database' },
  {
    table: 'saga_signals',
    since: `(SELECT s.finished_at FROM sagas s
             WHERE s.kind = saga_signals.kind AND s.id = saga_signals.id)`,
    keepDays: 1,
    clock: 'database',
  },
  { table: 'sagas', since: 'finished_at', keepDays: 90, clock: 'database' },
  { table: 'dead_letters', since: 'replayed_at', keepDays: 30, clock: 'database' },
];

export interface RetentionOptions {
  readonly service: string;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rules: readonly RetentionRule[];
  readonly sweepIntervalMs: number;
}

const batchSize = 500;
/** What one run takes of a table at most; the rest waits for the next run. */
const mostBatches = 20;
/** The database is awake after a start; later runs fall together with the other sweeps. */
const firstRunAfterMs = 60_000;
const runEveryMs = 6 * 60 * 60_000;

/** Deletes what nobody asks for any more, in small batches, a few times a day and never by itself. */
export function createRetention(options: RetentionOptions): Background & Required<Background> {
  const { service, db, clock, log, rules } = options;
  let running: Promise<number> = Promise.resolve(0);
  let stopped = false;
  let nextRunMs = 0;
  const timer = createSagaTimer(options.sweepIntervalMs, () => void onTime());

  async function prune(rule: RetentionRule): Promise<number> {
    const sql = retentionSql(rule);
    const params = rule.clock === 'business' ? [clock.now()] : [];
    let gone = 0;
    for (let batch = 0; batch < mostBatches && !stopped; batch += 1) {
      const [row] = await db.query<{ count: number }>(sql, params);
      const count = row?.count ?? 0;
      gone += count;
      if (count < batchSize) break;
    }
    if (gone > 0) log.info({ service, reason: rule.table, count: gone }, 'old rows deleted');
    return gone;
  }

  /** A table that cannot be cleared now does not keep the others from it. */
  async function run(): Promise<number> {
    let gone = 0;
    for (const rule of rules) {
      try {
        gone += await prune(rule);
      } catch (error) {
        log.warn({ service, reason: rule.table, err: error }, 'old rows could not be deleted');
      }
    }
    return gone;
  }

  function sweep(): Promise<number> {
    nextRunMs = performance.now() + runEveryMs;
    const next = () => runInContext(newContext(), run);
    running = running.then(next, next);
    return running;
  }

  async function onTime(): Promise<void> {
    if (performance.now() >= nextRunMs) await sweep();
    timer.armAtLatest();
  }

  return {
    async start() {
      timer.armIn(firstRunAfterMs);
    },
    sweep,
    async idle() {
      await running;
    },
    async stop() {
      stopped = true;
      timer.stop();
      await running;
    },
  };
}

/** The statement of one batch; `$1` is the business time where that clock counts. */
export function retentionSql({ table, since, keepDays, clock, only }: RetentionRule): string {
  const now = clock === 'business' ? '$1::timestamptz' : 'now()';
  return `
    WITH gone AS (
      DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM ${table}
        WHERE ${since} < ${now} - interval '${keepDays} days' AND (${only ?? 'true'})
        LIMIT ${batchSize} FOR UPDATE SKIP LOCKED))
      RETURNING 1)
    SELECT count(*)::int AS count FROM gone`;
}
