import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventContract,
  type EventEnvelope,
  eventContracts,
  type PayloadOf,
  readPayload,
} from '@mkt/contracts';
import type { Subscription } from '../bus/bus.ts';
import type { Database, Tx } from '../db/database.ts';
import { platformScope } from '../db/scope.ts';
import { Fault } from '../faults.ts';
import { createGathering } from '../gathering.ts';
import { newContext, runInContext, type WorkContext } from '../telemetry/context.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracer } from '../telemetry/trace/span.ts';
import { inSpan } from '../telemetry/trace/work.ts';
import { createPruning, receipts } from './pruning.ts';

/** Applies one event type within the transaction that also marks the events as received. */
export interface Consumer {
  readonly type: string;
  /** Events that follow each other, oldest first; `inContextOf` runs work as part of one of them. */
  apply(tx: Tx, events: readonly EventEnvelope[], inContextOf: InContextOf): Promise<void>;
}

type InContextOf = <T>(event: EventEnvelope, work: () => Promise<T>) => Promise<T>;

export function consume<Contract extends EventContract>(
  contract: Contract,
  apply: (tx: Tx, event: EventEnvelope<PayloadOf<Contract>>) => Promise<void>,
): Consumer {
  return {
    type: contract.type,
    async apply(tx, events, inContextOf) {
      for (const event of events) {
        await inContextOf(event, () => apply(tx, event as EventEnvelope<PayloadOf<Contract>>));
      }
    },
  };
}

/**
 * Applies all events that follow each other at once, each of another aggregate or in their order:
 * for work that costs as many statements for twenty as for one. What it emits names no cause, so
 * it is for consumers that emit nothing.
 */
export function consumeTogether<Contract extends EventContract>(
  contract: Contract,
  apply: (tx: Tx, events: readonly EventEnvelope<PayloadOf<Contract>>[]) => Promise<void>,
): Consumer {
  return {
    type: contract.type,
    apply: (tx, events) => apply(tx, events as readonly EventEnvelope<PayloadOf<Contract>>[]),
  };
}

/** Pauses between tries, in milliseconds; when they are used up the event is parked. */
export interface RetrySchedule {
  /** After a failure that seems to be the event's or the code's own. */
  readonly defectMs: readonly number[];
  /** After a fault of the outside world, which must not fill the dead letters while it passes. */
  readonly outageMs: readonly number[];
}

export interface ConsumerOptions {
  readonly service: string;
  readonly db: Database;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly consumers: readonly Consumer[];
  readonly retries?: RetrySchedule;
  /** Old receipts are deleted at most this often, and only when an event came. */
  readonly sweepIntervalMs: number;
  readonly tracer?: Tracer | undefined;
}

const defaultRetries: RetrySchedule = {
  defectMs: [25, 100, 400, 1_000],
  // A quarter of a minute in all, and never so long that a store that is back waits to be noticed.
  outageMs: [25, 100, 400, 1_000, 2_000, 3_000, 3_000, 3_000, 3_000],
};
/** Few enough that rows are locked for milliseconds. */
const maxTogether = 20;

type Outcome = 'applied' | 'duplicate';

/** An event and the work that its receipt began. */
interface Received {
  readonly event: EventEnvelope;
  readonly context: WorkContext;
}

/** A transaction of several events failed. */
class SharedFailure extends Error {
  override readonly name = 'SharedFailure';
}

class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError';
}

/** A subscription that can take up one event once more. */
export interface ReplayableSubscription extends Subscription {
  /** One try at an event that was parked; throws what stops it. */
  replay(event: EventEnvelope): Promise<Outcome>;
  /** Waits for no more tries: events that fail are left to the bus. */
  stop(): void;
}

/** Exactly once in effect: the inbox row and the change are one transaction. */
export function createSubscription(options: ConsumerOptions): ReplayableSubscription {
  const { service, db, log, metrics } = options;
  const retries = options.retries ?? defaultRetries;
  const stopping = new AbortController();
  const byType = new Map(options.consumers.map((consumer) => [consumer.type, consumer]));
  const pruning = createPruning(db, receipts, options.sweepIntervalMs);

  /** Events in one transaction, each in its own context; what became of each, in their order. */
  async function applyAll(received: readonly Received[]): Promise<Outcome[]> {
    const inOne = (work: (tx: Tx) => Promise<Outcome[]>) => db.transaction(platformScope, work);
    // It is in the trace of the first: a piece of work can be part of one alone.
    const first = received[0]?.context ?? newContext();
    const outcomes = await runInContext(first, () =>
      inOne(async (tx) => {
        const fresh = await tx.query<{ id: string }>(
          `INSERT INTO inbox (event_id) SELECT unnest($1::uuid[])
         ON CONFLICT DO NOTHING RETURNING event_id AS id`,
          [received.map(({ event }) => event.id)],
        );
        const left = new Set(fresh.map(({ id }) => id));
        const isNew = received.map(({ event }) => left.delete(event.id));
        for (const run of runsOf(received.filter((_, at) => isNew[at]))) await apply(tx, run);
        return isNew.map((one) => (one ? 'applied' : 'duplicate'));
      }),
    );
    for (const [at, { event }] of received.entries()) {
      const { type } = event;
      metrics.eventsConsumed.inc({ service, type, outcome: outcomes[at] ?? 'applied' });
    }
    return outcomes;
  }

  async function apply(tx: Tx, run: readonly Received[]): Promise<void> {
    const contexts = new Map(run.map(({ event, context }) => [event.id, context]));
    const events = run.map(({ event }) => checked(event));
    await byType
      .get(events[0]?.type ?? '')
      ?.apply(tx, events, ({ id }, work) => runInContext(contexts.get(id) ?? newContext(), work));
  }

  async function applyAlone(received: Received): Promise<Outcome> {
    const [outcome] = await applyAll([received]);
    return outcome ?? 'applied';
  }

  /** Events that come together are one transaction: its own statements are paid for once. */
  const applyTogether = createGathering<Received, Outcome>({
    maxItems: maxTogether,
    work: (received) =>
      applyAll(received).catch((error: unknown) => {
        throw received.length === 1 ? error : new SharedFailure('One of several', { cause: error });
      }),
  });

  async function handle(received: Received): Promise<void> {
    const { event } = received;
    let failure = await failureOf(applyTogether(received));
    // Whose failure it was is not known: each tries for itself.
    if (failure instanceof SharedFailure) failure = await failureOf(applyAlone(received));
    for (let attempt = 0; failure !== undefined; attempt += 1) {
      const pause = pauseAfter(failure, attempt);
      if (pause === undefined) return park(event, failure, attempt + 1);
      metrics.eventsConsumed.inc({ service, type: event.type, outcome: 'retried' });
      // At a stop the event is left on the bus, which brings it again.
      await delay(pause, undefined, { signal: stopping.signal });
      failure = await failureOf(applyAlone(received));
    }
    // The event is applied whatever becomes of this.
    await pruning.ifDue().catch((error: unknown) => {
      log.warn({ service, err: error }, 'old receipts could not be deleted');
    });
  }

  function pauseAfter(failure: unknown, attempt: number): number | undefined {
    if (failure instanceof UnknownVersionError) return undefined;
    return (failure instanceof Fault ? retries.outageMs : retries.defectMs)[attempt];
  }

  /** Keeps what could not be applied for a person to look at; `mkt event replay` tries again. */
  async function park(event: EventEnvelope, error: unknown, attempts: number): Promise<void> {
    log.error(
      { service, eventId: event.id, eventType: event.type, attempts, err: error },
      'event parked as a dead letter',
    );
    metrics.eventsConsumed.inc({ service, type: event.type, outcome: 'dead' });
    await db.query(
      `INSERT INTO dead_letters (event_id, type, envelope, reason, attempts)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (event_id) DO UPDATE SET reason = excluded.reason, failed_at = now(),
         attempts = dead_letters.attempts + excluded.attempts`,
      [event.id, event.type, JSON.stringify(event), String(error).slice(0, 2_000), attempts],
    );
    metrics.deadLetters.inc({ service });
  }

  function receive<T>(event: EventEnvelope, work: (received: Received) => Promise<T>): Promise<T> {
    const { correlationId, traceparent } = event;
    const { tracer } = options;
    const context = newContext({ correlationId, causationId: event.id, traceparent, tracer });
    const span = { name: `consume ${event.type}`, kind: 'consumer' } as const;
    return inSpan(context, span, () => work({ event, context }));
  }

  return {
    consumer: service,
    types: [...byType.keys()],
    handle: async (event) => (byType.has(event.type) ? receive(event, handle) : undefined),
    replay: async (event) => {
      if (byType.has(event.type)) return receive(event, applyAlone);
      throw new Error(`${service} does not consume ${event.type} any more`);
    },
    stop: () => stopping.abort(),
  };
}

async function failureOf(applying: Promise<unknown>): Promise<unknown> {
  try {
    await applying;
    return undefined;
  } catch (error) {
    return error ?? new Error('Failed without saying why');
  }
}

/** Events of one type that follow each other. */
function runsOf(received: readonly Received[]): Received[][] {
  const runs: Received[][] = [];
  for (const one of received) {
    const last = runs.at(-1);
    if (last?.[0]?.event.type === one.event.type) last.push(one);
    else runs.push([one]);
  }
  return runs;
}

/** In one process every consumer is handed the same envelope: its payload is parsed once. */
const parsed = new WeakMap<EventEnvelope, EventEnvelope>();

/** Parses the payload by its contract; a version that this code does not know is parked at once. */
function checked(event: EventEnvelope): EventEnvelope {
  const known = parsed.get(event);
  if (known) return known;
  const contract = eventContracts.get(event.type);
  const read = contract && readPayload(contract, event);
  if (!read) {
    throw new UnknownVersionError(`No contract for ${event.type} version ${event.version}`);
  }
  const checkedEvent = { ...event, ...read };
  parsed.set(event, checkedEvent);
  return checkedEvent;
}
