import type { EventBus } from '../bus/bus.ts';
import type { Database } from '../db/database.ts';
import type { FaultPoint } from '../faults.ts';
import { untilNextLookMs } from '../looks.ts';
import { newContext, runInContext } from '../telemetry/context.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Meter } from '../telemetry/meter.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracer } from '../telemetry/trace/span.ts';
import { inSpan } from '../telemetry/trace/work.ts';
import { envelopeOf, type OutboxRow } from './outbox.ts';
import { createPruning, publishedEvents } from './pruning.ts';
import { createWaitingEvents } from './waiting.ts';

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
  readonly tracer?: Tracer | undefined;
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
/** As many as a consumer applies in one transaction. */
const concurrentAggregates = 20;
const retryDelayMs = { first: 200, max: 5_000 };
/** How far one of several relays looks for aggregates that no other holds. */
const sharedWindow = 1_000;

/**
 * The first waiting row of an aggregate stands for all of them: whoever locks it takes the rows
 * behind it along, and nobody takes those without it. So an aggregate's events are never split
 * between relays, however their claims overlap. The only relay there is has no rivals, and need
 * not look further than its batch.
 */
const claimSql = (windowSize: number): string => `
  WITH waiting AS MATERIALIZED (
    SELECT id, aggregate_id, seq FROM outbox
    WHERE published_at IS NULL ORDER BY seq LIMIT ${windowSize}
  ), heads AS (
    SELECT o.aggregate_id FROM outbox o
    WHERE o.id IN (
        SELECT DISTINCT ON (aggregate_id) id FROM waiting ORDER BY aggregate_id, seq)
      AND o.published_at IS NULL AND (o.lease_until IS NULL OR o.lease_until < now())
    ORDER BY o.seq LIMIT ${batchSize} FOR UPDATE OF o SKIP LOCKED
  )
  UPDATE outbox SET lease_until = now() + interval '${leaseSeconds} seconds'
  WHERE published_at IS NULL AND id IN (
    SELECT w.id FROM waiting w JOIN heads h ON h.aggregate_id = w.aggregate_id
    ORDER BY w.seq LIMIT ${batchSize})
  RETURNING *`;

export function createRelay(options: RelayOptions): Relay {
  const { db, bus, log, service } = options;
  const claim = claimSql(options.soleProcess ? batchSize : sharedWindow);
  const pruning = createPruning(db, publishedEvents, options.sweepIntervalMs);
  const waiting = createWaitingEvents();
  options.metrics.state.readOutbox(service, () => waiting.backlog(Date.now()));
  let pending = false;
  let running: Promise<void> | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let othersEndMs: number | null = null;
  let stopWatching = (): void => {};
  /** Rows may be leased to us that we know nothing of: a crash left them, or an answer was lost. */
  let mayHoldForgotten = options.soleProcess;

  /** Goes on with the trace of the work that emitted the event, and lets the consumers go on. */
  function publish(row: OutboxRow): Promise<void> {
    const { correlation_id: correlationId, id: causationId, traceparent } = row;
    const context = newContext({ correlationId, causationId, traceparent, tracer: options.tracer });
    const event = envelopeOf(row);
    const sent = context.tracer ? { ...event, traceparent: context.traceparent } : event;
    return inSpan(context, { name: `publish ${row.type}`, kind: 'producer' }, () =>
      bus.publish(sent),
    );
  }

  /** Events of one aggregate in order; returns the ids that were dealt with. */
  async function publishInOrder(rows: readonly OutboxRow[]): Promise<string[]> {
    const published: string[] = [];
    for (const row of rows) {
      try {
        await publish(row);
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
    const rows = (await db.query(claim)) as (OutboxRow & { seq: number })[];
    waiting.claimed(rows);
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
    waiting.published(published);
    if (failed) return 'failed';
    // What was added meanwhile has nudged: a look for it by itself would find nothing. With several
    // relays a short batch may only mean that another was at it.
    return options.soleProcess && rows.length < batchSize ? 'done' : 'more';
  }

  /** Another relay that holds rows may have died: they are due when its lease ends. */
  async function untilLeaseEnds(): Promise<number | null> {
    const [row] = await db.query(
      `SELECT ceil(extract(epoch FROM min(lease_until) - now()) * 1000)::int AS ms
       FROM outbox WHERE published_at IS NULL AND lease_until IS NOT NULL`,
    );
    return row?.ms as number | null;
  }

  /** With several relays the lease's end does it: whose it is, is not written down. */
  async function releaseForgotten(): Promise<void> {
    if (!mayHoldForgotten || !options.soleProcess) return;
    await db.query('UPDATE outbox SET lease_until = NULL WHERE lease_until IS NOT NULL');
    mayHoldForgotten = false;
  }

  /** Publishes what waits, then does what else there is to do while the database is awake. */
  async function publishWaiting(): Promise<void> {
    await releaseForgotten();
    let outcome = await publishBatch();
    while (outcome === 'more' && !stopped) outcome = await publishBatch();
    failures = outcome === 'failed' ? failures + 1 : 0;
    await pruning.ifDue();
    othersEndMs = options.soleProcess ? null : await untilLeaseEnds();
  }

  async function drain(): Promise<void> {
    while (pending && !stopped) {
      pending = false;
      try {
        await publishWaiting();
      } catch (error) {
        failures += 1;
        mayHoldForgotten = true;
        log.warn({ service, err: error }, 'the outbox could not be read');
      }
    }
    schedule();
  }

  function schedule(): void {
    if (stopped) return;
    clearTimeout(timer);
    const backoff = Math.min(retryDelayMs.first * 2 ** (failures - 1), retryDelayMs.max);
    const othersMs = othersEndMs === null ? Infinity : Math.max(othersEndMs, retryDelayMs.first);
    const pauseMs =
      failures > 0 ? backoff : Math.min(untilNextLookMs(options.sweepIntervalMs), othersMs);
    timer = setTimeout(nudge, pauseMs);
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
      await releaseForgotten();
      // Not the emitting request's work: neither its deadline nor its count of statements.
      db.onEmit(() => runInContext(newContext(), nudge));
      // Only where something was refused: the others would wake their databases for nothing.
      stopWatching = bus.onAvailable(() => {
        if (failures > 0 || running) runInContext(newContext(), nudge);
      });
      nudge();
    },
    nudge,
    async idle() {
      while (running) await running;
    },
    async stop() {
      stopped = true;
      stopWatching();
      clearTimeout(timer);
      await running;
    },
  };
}
