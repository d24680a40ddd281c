import type { Backlog } from '../telemetry/in-process-state.ts';

interface Work {
  readonly sinceMs: number;
  /** When the next try is due; null while this process is at it. */
  readonly dueMs: number | null;
}

/** The sagas that have something to do and that this process took up; not those that wait. */
export interface UnderWay {
  /** `dueAt` is since when there was something to do, where that is known. */
  takenUp(id: string, dueAt: Date | null, now: Date): void;
  /** The work failed and is tried again then. */
  putOff(id: string, dueAt: Date): void;
  /** The saga is finished, waits, or is another process's now. */
  settled(id: string): void;
  /** Everything due by then was asked for: what is not here has been moved by another process. */
  swept(now: Date): void;
  backlog(now: Date): Backlog;
}

/** A bound for memory alone; so many at once mean that nothing goes on. */
const usualMax = 10_000;

export function createUnderWay(max = usualMax): UnderWay {
  const known = new Map<string, Work>();
  return {
    takenUp(id, dueAt, now) {
      const before = known.get(id);
      if (!before && known.size >= max) return;
      const sinceMs = Math.min(dueAt?.getTime() ?? now.getTime(), now.getTime());
      known.set(id, { sinceMs: before?.sinceMs ?? sinceMs, dueMs: null });
    },
    putOff(id, dueAt) {
      const before = known.get(id);
      if (before) known.set(id, { ...before, dueMs: dueAt.getTime() });
    },
    settled: (id) => void known.delete(id),
    swept(now) {
      for (const [id, { dueMs }] of known) {
        if (dueMs !== null && dueMs <= now.getTime()) known.delete(id);
      }
    },
    backlog(now) {
      let oldestMs = now.getTime();
      for (const { sinceMs } of known.values()) oldestMs = Math.min(oldestMs, sinceMs);
      return { count: known.size, oldestAgeMs: now.getTime() - oldestMs };
    },
  };
}
