import type { EventEnvelope } from '@mkt/contracts';
import { uuidv7 } from '@mkt/kernel';
import type { NewEvent, Tx } from '../db/tx.ts';
import type { WorkContext } from '../telemetry/context.ts';

/** An event with what it was emitted in, which its row names as its cause. */
export interface EmittedEvent {
  readonly event: NewEvent;
  readonly context: WorkContext | undefined;
}

/** Writes the events of a transaction in one statement, in the order they were emitted. */
export async function writeOutbox(tx: Tx, events: readonly EmittedEvent[]): Promise<void> {
  const rows = events.map(({ event, context }) => ({
    id: uuidv7(),
    type: event.contract.type,
    version: event.contract.version,
    aggregate_id: event.aggregateId,
    aggregate_version: event.aggregateVersion,
    vendor_id: event.vendorId,
    payload: event.payload,
    correlation_id: context?.correlationId ?? uuidv7(),
    causation_id: context?.causationId ?? null,
    traceparent: context?.traceparent ?? null,
  }));
  await tx.query(
    `INSERT INTO outbox (id, type, version, aggregate_id, aggregate_version, vendor_id, payload,
                         correlation_id, causation_id, traceparent)
     SELECT e.id, e.type, e.version, e.aggregate_id, e.aggregate_version, e.vendor_id, e.payload,
            e.correlation_id, e.causation_id, e.traceparent
     FROM ROWS FROM (
       jsonb_to_recordset($1::jsonb) AS (id uuid, type text, version int, aggregate_id uuid,
         aggregate_version int, vendor_id uuid, payload jsonb, correlation_id text,
         causation_id text, traceparent text)) WITH ORDINALITY
       AS e(id, type, version, aggregate_id, aggregate_version, vendor_id, payload,
            correlation_id, causation_id, traceparent, place)
     ORDER BY e.place`,
    [JSON.stringify(rows)],
  );
}

export interface OutboxRow {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly occurred_at: Date;
  readonly aggregate_id: string;
  readonly aggregate_version: number;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly vendor_id: string | null;
  readonly traceparent: string | null;
  readonly payload: unknown;
}

export function envelopeOf(row: OutboxRow): EventEnvelope {
  return {
    id: row.id,
    type: row.type,
    version: row.version,
    occurredAt: row.occurred_at.toISOString(),
    aggregateId: row.aggregate_id,
    aggregateVersion: row.aggregate_version,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    vendorId: row.vendor_id,
    traceparent: row.traceparent,
    payload: row.payload,
  };
}
