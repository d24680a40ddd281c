import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventContract,
  type EventEnvelope,
  eventContracts,
  type PayloadOf,
  parseKnown,
} from '@mkt/contracts';
import type { Subscription } from '../bus/bus.ts';
import type { Database, Tx } from '../db/database.ts';
import { platformScope } from '../db/scope.ts';
import { createGathering } from '../gathering.ts';
import { newContext, runInContext, type WorkContext } from '../telemetry/context.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Applies one event type within the transaction that also marks the event as received. */
export interface Consumer {
  readonly type: string;
  apply(tx: Tx, event: EventEnvelope): Promise<void>;
}

export function consume<Contract extends EventContract>(
  contract: Contract,
  apply: (tx: Tx, event: EventEnvelope<PayloadOf<Contract>>) => Promise<void>,
): Consumer {
  return {
    type: contract.type,
    apply: (tx, event) => apply(tx, event as EventEnvelope<PayloadOf<Contract>>),
  };
}

export interface ConsumerOptions {
  readonly service: string;
  readonly db: Database;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly consumers: readonly Consumer[];
  /** Pauses between tries, in milliseconds; when they are used up the event is parked. */
  readonly retryDelaysMs?: readonly number[];
}

const defaultRetryDelaysMs = [25, 100, 400, 1_000];
/** Few enough that rows are locked for milliseconds. */
const maxTogether = 20;

class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError';
}

/** A subscription that can take up one event once more. */
export interface ReplayableSubscription extends Subscription {
  /** One try at an event that was parked; throws what stops it. */
  replay(event: EventEnvelope): Promise<'applied' | 'duplicate'>;
}

/** Exactly once in effect: the inbox row and the change are one transaction. */
export function createSubscription(options: ConsumerOptions): ReplayableSubscription {
  const { service, db, log, metrics } = options;
  const delays = options.retryDelaysMs ?? defaultRetryDelaysMs;
  const byType = new Map(options.consumers.map((consumer) => [consumer.type, consumer]));

  async function applyOnce(
    consumer: Consumer,
    event: EventEnvelope,
  ): Promise<'applied' | 'duplicate'> {
    const outcome = await db.transaction(platformScope, async (tx) => {
      const fresh = await tx.query(
        'INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1',
        [event.id],
      );
      if (fresh.length === 0) return 'duplicate';
      await consumer.apply(tx, checked(event));
      return 'applied';
    });
    metrics.eventsConsumed.inc({ service, type: event.type, outcome });
    return outcome;
  }

  /** Events that come together are one transaction: its own statements are paid for once. */
  const applyTogether = createGathering<EventEnvelope, void>({
    maxItems: maxTogether,
    work: async (events) => {
      const applied = await db.transaction(platformScope, (tx) => applyAll(tx, events));
      for (const { id, type } of events) {
        const outcome = applied.delete(id) ? 'applied' : 'duplicate';
        metrics.eventsConsumed.inc({ service, type, outcome });
      }
      return [];
    },
  });

  async function applyAll(tx: Tx, events: readonly EventEnvelope[]): Promise<Set<string>> {
    const fresh = await tx.query<{ id: string }>(
      `INSERT INTO inbox (event_id) SELECT unnest($1::uuid[])
       ON CONFLICT DO NOTHING RETURNING event_id AS id`,
      [events.map(({ id }) => id)],
    );
    const applied = new Set(fresh.map(({ id }) => id));
    const left = new Set(applied);
    for (const event of events) {
      if (!left.delete(event.id)) continue;
      const consumer = byType.get(event.type);
      await runInContext(contextOf(event), async () => consumer?.apply(tx, checked(event)));
    }
    return applied;
  }

  async function handle(event: EventEnvelope): Promise<void> {
    const consumer = byType.get(event.type);
    if (!consumer) return;
    for (let attempt = 0; ; attempt += 1) {
      try {
        // One that cannot be applied must not keep the others: each tries again for itself.
        if (attempt === 0) await applyTogether(event);
        else await applyOnce(consumer, event);
        return;
      } catch (error) {
        const pause = error instanceof UnknownVersionError ? undefined : delays[attempt];
        if (pause === undefined) {
          await park(event, error, attempt + 1);
          return;
        }
        metrics.eventsConsumed.inc({ service, type: event.type, outcome: 'retried' });
        await delay(pause);
      }
    }
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
  }

  function inContextOf<T>(event: EventEnvelope, work: () => Promise<T>): Promise<T> {
    const { correlationId, traceparent } = event;
    return runInContext(newContext({ correlationId, causationId: event.id, traceparent }), work);
  }

  return {
    consumer: service,
    types: [...byType.keys()],
    handle: (event) => inContextOf(event, () => handle(event)),
    replay: (event) =>
      inContextOf(event, async () => {
        const consumer = byType.get(event.type);
        if (!consumer) throw new Error(`${service} does not consume ${event.type} any more`);
        return applyOnce(consumer, event);
      }),
  };
}

function contextOf(event: EventEnvelope): WorkContext {
  return newContext({
    correlationId: event.correlationId,
    causationId: event.id,
    traceparent: event.traceparent,
  });
}

/** Parses the payload by its contract; a version that this code does not know is parked at once. */
function checked(event: EventEnvelope): EventEnvelope {
  const contract = eventContracts.get(event.type);
  if (!contract || event.version !== contract.version) {
    throw new UnknownVersionError(`No contract for ${event.type} version ${event.version}`);
  }
  return { ...event, payload: parseKnown(contract.payload, event.payload) };
}
