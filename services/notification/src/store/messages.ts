import { newId, type UserId, type VendorId } from '@mkt/kernel';
import type { Database, Row, Tx } from '@mkt/service-kit';
import type { Rendered } from '../templates/layout.ts';
import { claimSet, dueIds } from './queue.ts';

type Sql = Pick<Tx, 'query'> | Pick<Database, 'query'>;

/** Whom a message is for. A vendor's address is looked up, and waited for where it is unknown. */
export type Addressee =
  | { readonly email: string; readonly userId: UserId | null }
  | { readonly vendorId: VendorId; readonly email?: string };

export interface NewMessage {
  readonly eventId: string;
  readonly template: string;
  readonly to: Addressee;
  readonly content: Rendered;
}

export type MessageState = 'waiting' | 'queued' | 'sent' | 'failed';

export interface Message {
  readonly id: string;
  readonly eventId: string;
  readonly template: string;
  readonly vendorId: VendorId | null;
  readonly to: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly state: MessageState;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly lastError: string | null;
  readonly sentAt: Date | null;
  readonly readAt: Date | null;
  readonly createdAt: Date;
}

const columns = `id, event_id AS "eventId", template, vendor_id AS "vendorId", to_address AS "to",
  subject, text_body AS "text", html_body AS "html", state, attempts, due_at AS "dueAt",
  last_error AS "lastError", sent_at AS "sentAt", read_at AS "readAt", created_at AS "createdAt"`;

function rowOf({ eventId, template, to, content }: NewMessage, now: Date): Record<string, unknown> {
  const vendorId = 'vendorId' in to ? to.vendorId : null;
  return {
    id: newId(now.getTime()),
    eventId,
    template,
    recipient: vendorId ? `vendor:${vendorId}` : to.email,
    vendorId,
    userId: 'userId' in to ? to.userId : null,
    to: to.email ?? null,
    ...content,
  };
}

/** Adds each message once per event, template and recipient; says whether any waits for an address. */
export async function insertMessages(
  tx: Tx,
  messages: readonly NewMessage[],
  now: Date,
): Promise<boolean> {
  const rows = await tx.query<{ state: MessageState }>(
    `INSERT INTO messages (id, event_id, template, recipient, vendor_id, user_id, to_address,
       subject, text_body, html_body, state, due_at, created_at)
     SELECT m.id, m."eventId", m.template, m.recipient, m."vendorId", m."userId",
       coalesce(m."to", c.email), m.subject, m.text, m.html,
       CASE WHEN coalesce(m."to", c.email) IS NULL THEN 'waiting' ELSE 'queued' END, $1, $1
     FROM jsonb_to_recordset($2) AS m(id uuid, "eventId" uuid, template text, recipient text, "vendorId" uuid,
       "userId" uuid, "to" text, subject text, text text, html text)
     LEFT JOIN vendor_contacts c ON c.vendor_id = m."vendorId"
     ON CONFLICT ON CONSTRAINT messages_once DO NOTHING RETURNING state`,
    [now, JSON.stringify(messages.map((message) => rowOf(message, now)))],
  );
  return rows.some(({ state }) => state === 'waiting');
}

/** Queues what has waited for a vendor's address that is known now. */
export async function addressWaiting(db: Pick<Database, 'query'>, now: Date): Promise<void> {
  await db.query(
    `UPDATE messages m SET to_address = c.email, state = 'queued', due_at = $1
     FROM vendor_contacts c WHERE m.state = 'waiting' AND c.vendor_id = m.vendor_id`,
    [now],
  );
}

export type DueMessage = Pick<
  Message,
  'id' | 'eventId' | 'subject' | 'text' | 'html' | 'attempts'
> & { readonly to: string };

export function claimMessages(
  db: Pick<Database, 'query'>,
  { now, transport }: { readonly now: Date; readonly transport: string },
): Promise<DueMessage[]> {
  return db.query<DueMessage & Row>(
    `UPDATE messages d SET ${claimSet}, transport = $2 WHERE id IN (${dueIds('messages')})
     RETURNING ${columns}`,
    [now, transport],
  );
}

export type PageKey = readonly [createdAt: string, id: string];

export interface MessageFilter {
  readonly id?: string | undefined;
  readonly to?: string | undefined;
  readonly userId?: UserId | undefined;
  readonly vendorId?: VendorId | undefined;
  readonly state?: MessageState | undefined;
  /** Only what the local mailbox got. */
  readonly localOnly?: boolean;
  readonly after: PageKey | null;
  readonly limit: number;
}

/** Newest first, one more than the limit. */
export function listMessages(sql: Sql, filter: MessageFilter): Promise<Message[]> {
  const params: unknown[] = [filter.limit + 1];
  const conditions: string[] = [];
  const add = (condition: (place: string) => string, value: unknown) => {
    if (value === undefined || value === null) return;
    params.push(value);
    conditions.push(condition(`$${params.length}`));
  };
  add((place) => `id = ${place}`, filter.id);
  add((place) => `to_address = ${place}`, filter.to);
  add((place) => `user_id = ${place}`, filter.userId);
  add((place) => `vendor_id = ${place}`, filter.vendorId);
  add((place) => `state = ${place}`, filter.state);
  if (filter.localOnly) conditions.push(`transport = 'local' AND state = 'sent'`);
  if (filter.after) {
    params.push(...filter.after);
    const [at, id] = [`$${params.length - 1}::timestamptz`, `$${params.length}::uuid`];
    conditions.push(`(created_at, id) < (${at}, ${id})`);
  }
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return sql.query<Message & Row>(
    `SELECT ${columns} FROM messages ${where} ORDER BY created_at DESC, id DESC LIMIT $1`,
    params,
  );
}

/** Marks a message of the reader's own as read; the time of the first reading stays. */
export async function markRead(
  tx: Tx,
  id: string,
  { userId, at }: { readonly userId: UserId | null; readonly at: Date },
): Promise<Message | undefined> {
  // Without a user it is a vendor's session, whose scope leaves the vendor's own messages.
  const rows = await tx.query<Message & Row>(
    `UPDATE messages SET read_at = coalesce(read_at, $2)
     WHERE id = $1 AND ($3::uuid IS NULL OR user_id = $3) RETURNING ${columns}`,
    [id, at, userId],
  );
  return rows[0];
}

export async function lockMessage(tx: Tx, id: string): Promise<Message | undefined> {
  const rows = await tx.query<Message & Row>(
    `SELECT ${columns} FROM messages WHERE id = $1 FOR UPDATE`,
    [id],
  );
  return rows[0];
}

/** Begins anew with a message that was given up. */
export async function requeueMessage(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.query(`UPDATE messages SET state = 'queued', attempts = 0, due_at = $2 WHERE id = $1`, [
    id,
    now,
  ]);
}
