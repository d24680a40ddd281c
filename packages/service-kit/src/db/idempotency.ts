import { createHash } from 'node:crypto';
import { err, ok, type Refusal, type Result } from '@mkt/kernel';
import type { Tx } from './database.ts';
import { vendorOf } from './scope.ts';

/** Who sent which key for what; the fingerprint tells a repeat from another request. */
export interface IdempotencyKey {
  readonly actor: string;
  readonly key: string;
  readonly route: string;
  readonly fingerprint: string;
}

export interface StoredReply {
  readonly status: number;
  readonly body: unknown;
}

export function fingerprintOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

const reused: Refusal = {
  code: 'IDEMPOTENCY_KEY_REUSED',
  detail: 'This Idempotency-Key was sent before with a different request. Use a new key.',
};

interface StoredRow {
  route: string;
  fingerprint: string;
  status: number | null;
  reply: unknown;
  subject_id: string | null;
}

/** What a key stands for already, if anything. */
export type Claimed =
  | { readonly kind: 'new' }
  | { readonly kind: 'replied'; readonly reply: StoredReply }
  /** The first request goes on over several transactions; its result is the subject's. */
  | { readonly kind: 'underWay'; readonly subjectId: string };

/**
 * Inserts the key first. A rival with the same key waits here for the winner's transaction and then
 * gets the winner's answer; when the winner rolled back, the rival is the new winner.
 */
export async function claimKey(
  tx: Pick<Tx, 'query' | 'scope'>,
  key: IdempotencyKey,
  subjectId: string | null = null,
): Promise<Result<Claimed, Refusal>> {
  for (let attempt = 1; attempt <= claimAttempts; attempt += 1) {
    const inserted = await tx.query(
      `INSERT INTO idempotency (actor, key, route, fingerprint, vendor_id, subject_id)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (actor, key) DO NOTHING RETURNING 1`,
      [key.actor, key.key, key.route, key.fingerprint, vendorOf(tx.scope), subjectId],
    );
    if (inserted.length > 0) return ok({ kind: 'new' });
    const [row] = await tx.query<StoredRow & { [column: string]: unknown }>(
      'SELECT route, fingerprint, status, reply, subject_id FROM idempotency WHERE actor = $1 AND key = $2',
      [key.actor, key.key],
    );
    // Released between the two statements: the key is free, so claim it again.
    if (row) return standingOf(row, key);
  }
  // Taken, and never visible: it was used in the scope of another.
  return err(reused);
}

const claimAttempts = 10;

function standingOf(row: StoredRow, key: IdempotencyKey): Result<Claimed, Refusal> {
  if (row.route !== key.route || row.fingerprint !== key.fingerprint) return err(reused);
  if (row.status !== null) {
    return ok({ kind: 'replied', reply: { status: row.status, body: row.reply } });
  }
  return ok({ kind: 'underWay', subjectId: row.subject_id ?? '' });
}

/** Keeps the answer with the change it answers for. */
export async function storeReply(
  tx: Pick<Tx, 'query'>,
  key: IdempotencyKey,
  reply: StoredReply,
): Promise<void> {
  await tx.query('UPDATE idempotency SET status = $3, reply = $4 WHERE actor = $1 AND key = $2', [
    key.actor,
    key.key,
    reply.status,
    JSON.stringify(reply.body ?? null),
  ]);
}

/** Frees a key whose work was refused before anything happened, so that it can be tried again. */
export async function releaseKey(tx: Pick<Tx, 'query'>, key: IdempotencyKey): Promise<void> {
  await tx.query('DELETE FROM idempotency WHERE actor = $1 AND key = $2 AND status IS NULL', [
    key.actor,
    key.key,
  ]);
}
