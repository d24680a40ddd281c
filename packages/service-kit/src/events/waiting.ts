import type { Backlog } from '../telemetry/in-process-state.ts';

interface WaitingRow {
  readonly id: string;
  readonly occurred_at: Date;
}

/** What the relay took up last and has not published: at least so much waits in the outbox. */
export interface WaitingEvents {
  claimed(rows: readonly WaitingRow[]): void;
  published(ids: readonly string[]): void;
  backlog(nowMs: number): Backlog;
}

/** Holds no more than one claim. */
export function createWaitingEvents(): WaitingEvents {
  let waiting: readonly WaitingRow[] = [];
  return {
    claimed(rows) {
      waiting = rows;
    },
    published(ids) {
      const gone = new Set(ids);
      waiting = waiting.filter(({ id }) => !gone.has(id));
    },
    backlog(nowMs) {
      let oldestMs = nowMs;
      for (const row of waiting) oldestMs = Math.min(oldestMs, row.occurred_at.getTime());
      return { count: waiting.length, oldestAgeMs: nowMs - oldestMs };
    },
  };
}
