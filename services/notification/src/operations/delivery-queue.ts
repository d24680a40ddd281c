import type { Clock } from '@mkt/kernel';
import {
  createDueWork,
  createGathering,
  type Database,
  type DueWork,
  type Logger,
} from '@mkt/service-kit';
import { DeliveryError, nextTry, type RetryPolicy } from '../domain/retry.ts';
import {
  claimBatch,
  type Delivered,
  forgetLeases,
  nextDueAt,
  type Outcome,
  type QueueTable,
  saveOutcomes,
} from '../store/queue.ts';

interface Due {
  readonly id: string;
  readonly eventId: string;
  readonly attempts: number;
}

export interface DeliveryQueueOptions<Row extends Due> {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly soleProcess: boolean;
  readonly sweepIntervalMs: number;
  readonly table: QueueTable;
  readonly retry: RetryPolicy;
  /** Takes what is due, at most `claimBatch`. */
  claim(now: Date): Promise<Row[]>;
  /** Fails with a `DeliveryError`. */
  deliver(row: Row, signal: AbortSignal): Promise<void>;
}

/** Delivers stored rows after their commit, at least once each, and tries again with pauses. */
export function createDeliveryQueue<Row extends Due>(options: DeliveryQueueOptions<Row>): DueWork {
  const { db, clock, log, table, retry } = options;
  const stopping = new AbortController();
  /** What is delivered at about the same time is noted by one statement. */
  const save = createGathering<Delivered, void>({
    maxItems: claimBatch,
    work: async (delivered) => {
      await saveOutcomes(db, table, delivered);
      return [];
    },
  });

  async function outcomeOf(row: Row): Promise<Outcome | undefined> {
    try {
      await options.deliver(row, stopping.signal);
      return { state: 'sent', sentAt: clock.now() };
    } catch (error) {
      // Cut off by our own stop: nobody knows what became of it, so it is sent again.
      if (stopping.signal.aborted) return undefined;
      if (!(error instanceof DeliveryError)) throw error;
      const { reason, permanent } = error;
      const { eventId, attempts } = row;
      log.warn({ service: 'notification', eventId, attempts, reason }, 'delivery failed');
      const dueAt = nextTry({ attempts, permanent, now: clock.now() }, retry);
      if (!dueAt) return { state: 'failed', error: reason };
      return { state: 'queued', dueAt, error: reason };
    }
  }

  async function handle(row: Row): Promise<void> {
    const outcome = await outcomeOf(row);
    if (outcome) await save({ id: row.id, outcome });
  }

  async function sweep(): Promise<number> {
    let taken = 0;
    while (!stopping.signal.aborted) {
      const rows = await options.claim(clock.now());
      taken += rows.length;
      // All settle before one may fail the sweep: none goes on unwatched.
      const settled = await Promise.allSettled(rows.map(handle));
      const failure = settled.find((result) => result.status === 'rejected');
      if (failure) throw failure.reason;
      if (rows.length < claimBatch) break;
    }
    return taken;
  }

  const work = createDueWork({
    ...{ service: 'notification', work: table, clock, log, sweep },
    sweepIntervalMs: options.sweepIntervalMs,
    nextDueAt: () => nextDueAt(db, table),
  });
  return {
    ...work,
    async start() {
      if (options.soleProcess) await forgetLeases(db, table);
      await work.start();
    },
    async stop() {
      stopping.abort();
      await work.stop();
    },
  };
}
