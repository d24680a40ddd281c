import type { EventBus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import type { FaultPoint } from '../faults.ts';
import { newContext, runInContext } from '../telemetry/context.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { envelopeOf, type OutboxRow } from './outbox.ts';

export interface RelayOptions {
  readonly service: string;
  readonly db: Database;
  readonly bus: EventBus;
  readonly log: Logger;
  readonly meter: Meter;
  readonly metrics: Metrics;
  readonly faultPoint: FaultPoint;
  /** No other process relays this outbox: leases left by a crash may be taken at once. */
  readonly soleProcess: boolean;
  /** Longest time between looks at the outbox without a nudge; rare, so that a database can sleep. */
  readonly sweepIntervalMs: number;
}

export interface Relay {
  start(): Promise<void>;
  /** There is something to publish. Cheap: many nudges make one look. */
  nudge(): void;
  /** Resolves when the outbox holds nothing that can be published now. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

const batchSize = 50;
const leaseSeconds = 30;
const concurrentAggregates = 8;
const retryDelayMs = { first: 200, max: 15_000 };
/** Published rows are kept this long for replays and questions. */
const keepPublishedDays = 7;

// An event waits while an earlier one of its aggregate is still with another relay.
const claimSql = `
  UPDATE outbox SET lease_until = now() + interval '${leaseSeconds} seconds'
  WHERE id IN (
    SELECT o.id FROM outbox o
    WHERE o.published_at IS NULL AND (o.lease_until IS NULL OR o.lease_until < now())
      AND NOT EXISTS (
        SELECT 1 FROM outbox e
        WHERE e.aggregate_id = o.aggregate_id AND e.seq < o.seq
          AND e.published_at IS NULL AND e.lease_until >= now())
    ORDER BY o.seq LIMIT ${batchSize} FOR UPDATE OF o SKIP LOCKED)
  RETURNING *`;

export function createRelay(options: RelayOptions): Relay {
  const { db, bus, log, service } = options;
  let pending = false;
  let running: Promise<void> | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;

  /** Events of one aggregate in order; returns the ids that were dealt with. */
  async function publishInOrder(rows: readonly OutboxRow[]): Promise<string[]> {
    const published: string[] = [];
    for (const row of rows) {
      try {
        await bus.publish(envelopeOf(row));
      } catch (error) {
        log.warn({ service, eventId: row.id, eventType: row.type, err: error }, 'publish failed');
        return published;
      }
      options.metrics.eventsPublished.inc({ service, type: row.type });
      options.meter.add('events.published', 1);
      published.push(row.id);
    }
    return published;
  }

  async function publishBatch(): Promise<'done' | 'more' | 'failed'> {
    const rows = (await db.query(claimSql)) as (OutboxRow & { seq: number })[];
    if (rows.length === 0) return 'done';
    rows.sort((a, b) => a.seq - b.seq);
    options.faultPoint(`relay.${service}.claimed`);
    const queues = [...Map.groupBy(rows, (row) => row.aggregate_id).values()];
    const published: string[] = [];
    const workers = Array.from({ length: concurrentAggregates }, async () => {
      for (let queue = queues.shift(); queue; queue = queues.shift()) {
        published.push(...(await publishInOrder(queue)));
      }
    });
    await Promise.all(workers);
    options.faultPoint(`relay.${service}.delivered`);
    const failed = published.length < rows.length;
    await db.query(
      `UPDATE outbox SET lease_until = NULL,
         published_at = CASE WHEN id = ANY($2) THEN now() END
       WHERE id = ANY($1)`,
      [rows.map((row) => row.id), published],
    );
    if (failed) return 'failed';
    // What was added meanwhile has nudged: a look for it by itself would find nothing.
    return rows.length < batchSize ? 'done' : 'more';
  }

  async function drain(): Promise<void> {
    while (pending && !stopped) {
      pending = false;
      try {
        let outcome = await publishBatch();
        while (outcome === 'more' && !stopped) outcome = await publishBatch();
        failures = outcome === 'failed' ? failures + 1 : 0;
      } catch (error) {
        failures += 1;
        log.warn({ service, err: error }, 'the outbox could not be read');
      }
    }
    schedule();
  }

  function schedule(): void {
    if (stopped) return;
    clearTimeout(timer);
    const backoff = Math.min(retryDelayMs.first * 2 ** (failures - 1), retryDelayMs.max);
    timer = setTimeout(nudge, failures > 0 ? backoff : options.sweepIntervalMs);
    timer.unref();
  }

  function nudge(): void {
    pending = true;
    if (stopped || running) return;
    running = drain().finally(() => {
      running = undefined;
      if (pending) nudge();
    });
  }

  return {
    async start() {
      if (options.soleProcess) {
        await db.query('UPDATE outbox SET lease_until = NULL WHERE lease_until IS NOT NULL');
      }
      await db.query(
        `DELETE FROM outbox WHERE published_at < now() - interval '${keepPublishedDays} days'`,
      );
      // Not the emitting request's work: neither its deadline nor its count of statements.
      db.onEmit(() => runInContext(newContext(), nudge));
      nudge();
    },
    nudge,
    async idle() {
      while (running) await running;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
