import type { EventEnvelope } from '@mkt/contracts';
import { uuidv7 } from '@mkt/kernel';
import type { NewEvent, Tx } from '../db/tx.ts';
import { currentContext } from '../telemetry/context.ts';

/** Writes the events of a transaction in one statement, in the order they were emitted. */
export async function writeOutbox(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  const context = currentContext();
  const rows = events.map((event) => ({
    id: uuidv7(),
    type: event.contract.type,
    version: event.contract.version,
    aggregate_id: event.aggregateId,
    aggregate_version: event.aggregateVersion,
    vendor_id: event.vendorId,
    payload: event.payload,
  }));
  await tx.query(
    `INSERT INTO outbox (id, type, version, aggregate_id, aggregate_version, vendor_id, payload,
                         correlation_id, causation_id, traceparent)
     SELECT e.id, e.type, e.version, e.aggregate_id, e.aggregate_version, e.vendor_id, e.payload,
            $2, $3, $4
     FROM ROWS FROM (
       jsonb_to_recordset($1::jsonb) AS (id uuid, type text, version int, aggregate_id uuid,
         aggregate_version int, vendor_id uuid, payload jsonb)) WITH ORDINALITY
       AS e(id, type, version, aggregate_id, aggregate_version, vendor_id, payload, place)
     ORDER BY e.place`,
    [
      JSON.stringify(rows),
      context?.correlationId ?? uuidv7(),
      context?.causationId ?? null,
      context?.traceparent ?? null,
    ],
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
