import { untilNextLookMs } from '../looks.ts';

/** One timer for the earliest deadline known: nothing polls while nothing is due. */
export interface SagaTimer {
  armAt(dueAt: Date | null, now: Date): void;
  armIn(delayMs: number): void;
  /** Makes sure that the next look comes within the sweep interval, when all others look. */
  armAtLatest(): void;
  stop(): void;
}

const shortestMs = 10;

export function createSagaTimer(sweepIntervalMs: number, fire: () => void): SagaTimer {
  let timer: NodeJS.Timeout | undefined;
  let firesAtMs = Number.POSITIVE_INFINITY;
  let stopped = false;

  function armIn(delayMs: number): void {
    const ms = Math.min(Math.max(delayMs, shortestMs), sweepIntervalMs);
    const at = performance.now() + ms;
    if (stopped || at >= firesAtMs) return;
    clearTimeout(timer);
    firesAtMs = at;
    timer = setTimeout(() => {
      firesAtMs = Number.POSITIVE_INFINITY;
      fire();
    }, ms);
    timer.unref();
  }

  return {
    armAt(dueAt, now) {
      if (dueAt) armIn(dueAt.getTime() - now.getTime());
    },
    armIn,
    armAtLatest: () => armIn(untilNextLookMs(sweepIntervalMs)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
