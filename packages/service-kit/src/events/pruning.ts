import type { Database } from '../db/database.ts';

/** Rows that may go: how to delete a batch of them, and how long they are kept. */
export interface PruningRule {
  readonly table: 'outbox' | 'inbox';
  readonly ageColumn: 'published_at' | 'received_at';
  readonly keepDays: number;
}

/** Published rows are kept this long for replays and questions. */
export const publishedEvents: PruningRule = {
  table: 'outbox',
  ageColumn: 'published_at',
  keepDays: 7,
};

/**
 * A receipt must outlive every copy of its event that may still arrive: the bus keeps events for
 * at most 30 days, and a replay from an outbox reaches back 7.
 */
export const receipts: PruningRule = { table: 'inbox', ageColumn: 'received_at', keepDays: 35 };

export interface Pruning {
  /** Deletes old rows if that is due; called where the database is awake for something else. */
  ifDue(): Promise<void>;
}

const batchSize = 1_000;
const maxBatches = 10;

/** Deletes what is older than the rule says, at most once per interval and in bounded batches. */
export function createPruning(db: Database, rule: PruningRule, intervalMs: number): Pruning {
  const { table, ageColumn, keepDays } = rule;
  const key = table === 'outbox' ? 'id' : 'event_id';
  const sql = `
    DELETE FROM ${table} WHERE ${key} IN (
      SELECT ${key} FROM ${table} WHERE ${ageColumn} < now() - interval '${keepDays} days'
      ORDER BY ${ageColumn} LIMIT ${batchSize} FOR UPDATE SKIP LOCKED)
    RETURNING 1`;
  let dueAtMs = 0;
  return {
    async ifDue() {
      if (performance.now() < dueAtMs) return;
      // Set first: while this one is at it, nobody else need begin.
      dueAtMs = performance.now() + intervalMs;
      for (let batch = 0; batch < maxBatches; batch += 1) {
        const deleted = await db.query(sql);
        if (deleted.length < batchSize) return;
      }
      // More is left: the next chance continues.
      dueAtMs = 0;
    },
  };
}
