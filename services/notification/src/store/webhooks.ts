import type { VendorId } from '@mkt/kernel';
import type { Database, Row, Tx } from '@mkt/service-kit';
import type { WebhookEventType } from '../webhooks/payloads.ts';
import type { PageKey } from './messages.ts';
import { claimSet, dueIds } from './queue.ts';

export interface Endpoint {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: WebhookEventType[];
  readonly createdAt: Date;
}

const endpointColumns = 'id, url, event_types AS "eventTypes", created_at AS "createdAt"';

/** False where the vendor has as many as it may; rivals wait for each other at the vendor's lock. */
export async function insertEndpoint(
  tx: Tx,
  vendorId: VendorId,
  { id, url, eventTypes, createdAt, secret, max }: Endpoint & { secret: string; max: number },
): Promise<boolean> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [vendorId]);
  const rows = await tx.query(
    `INSERT INTO webhook_endpoints (id, vendor_id, url, event_types, created_at, secret)
     SELECT $1, $2, $3, $4, $5, $6
     WHERE (SELECT count(id) FROM webhook_endpoints WHERE vendor_id = $2) < $7 RETURNING id`,
    [id, vendorId, url, eventTypes, createdAt, secret, max],
  );
  return rows.length > 0;
}

export function listEndpoints(tx: Tx): Promise<Endpoint[]> {
  return tx.query<Endpoint & Row>(
    `SELECT ${endpointColumns} FROM webhook_endpoints ORDER BY created_at, id`,
  );
}

export async function deleteEndpoint(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.query('DELETE FROM webhook_endpoints WHERE id = $1 RETURNING id', [id]);
  return rows.length > 0;
}

export interface Announcement {
  readonly vendorId: VendorId;
  readonly eventId: string;
  readonly body: string;
}

/** Which of these vendors have an endpoint that asks for such events. Most have none. */
export async function listeners(
  tx: Tx,
  eventType: string,
  vendorIds: readonly VendorId[],
): Promise<Set<string>> {
  const rows = await tx.query(
    `SELECT DISTINCT vendor_id FROM webhook_endpoints
     WHERE vendor_id = ANY($1) AND $2 = ANY (event_types)`,
    [vendorIds, eventType],
  );
  return new Set(rows.map((row) => String(row['vendor_id'])));
}

/** Queues each event for every endpoint of its vendors that asks for it. */
export async function insertDeliveries(
  tx: Tx,
  { eventType, now }: { readonly eventType: string; readonly now: Date },
  announcements: readonly Announcement[],
): Promise<number> {
  const rows = await tx.query(
    `INSERT INTO webhook_deliveries
       (id, endpoint_id, vendor_id, event_id, event_type, body, state, due_at, created_at)
     SELECT gen_random_uuid(), e.id, e.vendor_id, a."eventId", $1, a.body, 'queued', $2, $2
     FROM jsonb_to_recordset($3) AS a("vendorId" uuid, "eventId" uuid, body text)
     JOIN webhook_endpoints e ON e.vendor_id = a."vendorId" AND $1 = ANY (e.event_types)
     ON CONFLICT ON CONSTRAINT webhook_deliveries_once DO NOTHING RETURNING id`,
    [eventType, now, JSON.stringify(announcements)],
  );
  return rows.length;
}

/** The sealed secret of an endpoint; the vendor's own role cannot read it. */
export async function endpointSecret(
  db: Pick<Database, 'query'>,
  id: string,
): Promise<string | undefined> {
  const [row] = await db.query('SELECT secret FROM webhook_endpoints WHERE id = $1', [id]);
  return row?.secret;
}

/** Secrets that are not sealed with the newest key; each is replaced only if it is still that. */
export function secretsToSeal(
  db: Pick<Database, 'query'>,
  currentPrefix: string,
  limit: number,
): Promise<{ id: string; secret: string }[]> {
  return db.query<{ id: string; secret: string } & Row>(
    `SELECT id, secret FROM webhook_endpoints WHERE NOT starts_with(secret, $1)
     ORDER BY id LIMIT $2`,
    [currentPrefix, limit],
  );
}

export async function replaceSecret(
  db: Pick<Database, 'query'>,
  id: string,
  secret: { readonly before: string; readonly after: string },
): Promise<void> {
  await db.query('UPDATE webhook_endpoints SET secret = $3 WHERE id = $1 AND secret = $2', [
    id,
    secret.before,
    secret.after,
  ]);
}

export interface DueDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly body: string;
  readonly attempts: number;
  readonly url: string;
  readonly secret: string;
}

export function claimDeliveries(db: Pick<Database, 'query'>, now: Date): Promise<DueDelivery[]> {
  return db.query<DueDelivery & Row>(
    `UPDATE webhook_deliveries d SET ${claimSet} FROM webhook_endpoints e
     WHERE e.id = d.endpoint_id AND d.id IN (${dueIds('webhook_deliveries')})
     RETURNING d.id, e.id AS "endpointId", d.event_id AS "eventId", d.event_type AS "eventType", d.body, d.attempts,
       e.url, e.secret`,
    [now],
  );
}

export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: WebhookEventType;
  readonly state: 'queued' | 'sent' | 'failed';
  readonly attempts: number;
  readonly dueAt: Date;
  readonly lastError: string | null;
  readonly sentAt: Date | null;
  readonly createdAt: Date;
}

const deliveryColumns = `id, event_id AS "eventId", event_type AS "eventType", state, attempts,
  due_at AS "dueAt", last_error AS "lastError", sent_at AS "sentAt", created_at AS "createdAt"`;

/** Newest first, one more than the limit; undefined where the vendor has no such endpoint. */
export async function listDeliveries(
  tx: Tx,
  endpointId: string,
  { after, limit }: { readonly after: PageKey | null; readonly limit: number },
): Promise<Delivery[] | undefined> {
  const found = await tx.query('SELECT id FROM webhook_endpoints WHERE id = $1', [endpointId]);
  if (found.length === 0) return undefined;
  return tx.query<Delivery & Row>(
    `SELECT ${deliveryColumns} FROM webhook_deliveries
     WHERE endpoint_id = $1
       AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
     ORDER BY created_at DESC, id DESC LIMIT $4`,
    [endpointId, after?.[0] ?? null, after?.[1] ?? null, limit + 1],
  );
}

/** Sends once more what was sent or given up; what is under way already is left to go on. */
export async function replayDelivery(
  tx: Tx,
  { endpointId, deliveryId, now }: { endpointId: string; deliveryId: string; now: Date },
): Promise<Delivery | undefined> {
  const rows = await tx.query<Delivery & Row>(
    `UPDATE webhook_deliveries SET
       attempts = CASE WHEN state = 'queued' THEN attempts ELSE 0 END,
       due_at = $3, state = 'queued'
     WHERE endpoint_id = $1 AND id = $2 RETURNING ${deliveryColumns}`,
    [endpointId, deliveryId, now],
  );
  return rows[0];
}
