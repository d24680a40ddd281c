import type { Clock } from '@mkt/kernel';
import type { Background } from './background.ts';
import { createSagaTimer } from './saga/timer.ts';
import { newContext, runInContext } from './telemetry/context.ts';
import type { Logger } from './telemetry/log.ts';

export interface DueWorkOptions {
  readonly service: string;
  /** Names the work in the log. */
  readonly work: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sweepIntervalMs: number;
  /** Does what is due by the business clock; returns how much that was. */
  readonly sweep: () => Promise<number>;
  /** When the next work is due, if any is stored. */
  readonly nextDueAt: () => Promise<Date | null>;
}

export interface DueWork extends Background {
  sweep(): Promise<number>;
  /** Work became due at this time: it is taken up then, and at once where that is now. */
  armAt(dueAt: Date | null): void;
}

/** Pauses after looks that failed: the store is away, and nobody else will say that it is back. */
const retryMs = { first: 1_000, most: 60_000 } as const;

/**
 * Work that rows make due at a time, such as the end of a hold: one timer for the earliest, a look
 * at the start, and no polling in between. A look that failed is repeated, soon at first.
 */
export function createDueWork(options: DueWorkOptions): DueWork {
  const { clock, log, service, work } = options;
  let running: Promise<number> = Promise.resolve(0);
  let nudged = false;
  let stopped = false;
  let failures = 0;
  const timer = createSagaTimer(options.sweepIntervalMs, () => void sweepAndArm());

  function sweep(): Promise<number> {
    const next = () => {
      nudged = false;
      return runInContext(newContext(), options.sweep);
    };
    running = running.then(next, next);
    return running;
  }

  async function sweepAndArm(): Promise<void> {
    try {
      await sweep();
      timer.armAt(await options.nextDueAt(), clock.now());
      failures = 0;
    } catch (error) {
      log.warn({ service, work, err: error }, 'due work put off');
      timer.armIn(Math.min(retryMs.first * 2 ** failures, retryMs.most));
      failures += 1;
    } finally {
      timer.armAtLatest();
    }
  }

  /** Many nudges make one sweep, the one that has not begun yet. */
  function nudge(): void {
    if (nudged || stopped) return;
    nudged = true;
    void sweepAndArm();
  }

  return {
    start: sweepAndArm,
    sweep,
    armAt(dueAt) {
      const now = clock.now();
      if (dueAt && dueAt <= now) nudge();
      else timer.armAt(dueAt, now);
    },
    async idle() {
      for (let last: unknown; last !== running; ) {
        last = running;
        await running.catch(() => 0);
      }
    },
    async stop() {
      stopped = true;
      timer.stop();
      await running.catch(() => 0);
    },
  };
}
