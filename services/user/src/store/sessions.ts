import type { UserId, VendorId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';
import type { StoredRefresh } from '../domain/refresh.ts';

type Sql = Pick<Tx, 'query'> | Pick<Database, 'query'>;

/** Used tokens that are remembered, per session; an older one is refused as unknown. */
const rememberedGenerations = 100;
/** An account's sessions beyond this end, oldest first. */
export const mostSessions = 100;

export interface NewSession {
  readonly sessionId: string;
  readonly kind: 'guest' | 'user';
  readonly userId: UserId;
  readonly vendorId: VendorId | null;
  readonly userAgent: string | null;
  readonly tokenHash: Buffer;
  readonly now: Date;
  readonly expiresAt: Date;
  readonly endsAt: Date;
}

/** One statement. It also takes away a few sessions that are over, so that none pile up. */
export async function insertSession(sql: Sql, session: NewSession): Promise<void> {
  await sql.query(
    `WITH swept AS (
       DELETE FROM sessions WHERE session_id IN (
         SELECT session_id FROM sessions WHERE expires_at < $6
         ORDER BY expires_at LIMIT 5 FOR UPDATE SKIP LOCKED)
     ), surplus AS (
       DELETE FROM sessions WHERE session_id IN (
         SELECT session_id FROM sessions WHERE user_id = $3 AND expires_at >= $6
         ORDER BY session_id DESC OFFSET $10 LIMIT 5)
     ), opened AS (
       INSERT INTO sessions (session_id, kind, user_id, vendor_id, user_agent, created_at,
         refreshed_at, expires_at, ends_at)
       VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8) RETURNING session_id
     )
     INSERT INTO refresh_tokens (token_hash, session_id, generation)
     SELECT $9, session_id, 1 FROM opened`,
    [
      session.sessionId,
      session.kind,
      session.userId,
      session.vendorId,
      session.userAgent,
      session.now,
      session.expiresAt,
      session.endsAt,
      session.tokenHash,
      mostSessions - 1,
    ],
  );
}

/**
 * Locks token and session both: with the session alone, a rival that waited for the lock would
 * still see the token as it was before.
 */
export async function lockRefresh(tx: Tx, tokenHash: Buffer): Promise<StoredRefresh | undefined> {
  const [row] = await tx.query(
    `SELECT s.session_id, s.kind, s.user_id, s.vendor_id, s.expires_at, s.revoked_at,
       t.generation, t.used_at, coalesce(u.operator, false) AS operator
     FROM refresh_tokens t
     JOIN sessions s ON s.session_id = t.session_id
     LEFT JOIN users u ON u.user_id = s.user_id AND s.kind = 'user'
     WHERE t.token_hash = $1
     FOR UPDATE OF t, s`,
    [tokenHash],
  );
  if (!row) return undefined;
  return {
    sessionId: row.session_id,
    kind: row.kind,
    userId: row.user_id,
    vendorId: row.vendor_id,
    operator: row.operator,
    generation: row.generation,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

export interface Rotation {
  readonly sessionId: string;
  readonly generation: number;
  readonly newHash: Buffer;
  readonly now: Date;
  readonly expiresAt: Date;
}

/** Resolves to when the session now expires: never past its end. */
export async function rotateRefresh(tx: Tx, rotation: Rotation): Promise<Date> {
  const { sessionId, generation } = rotation;
  const [row] = await tx.query<{ expires_at: Date }>(
    `WITH used AS (
       UPDATE refresh_tokens SET used_at = $4 WHERE session_id = $1 AND generation = $2
     ), pruned AS (
       DELETE FROM refresh_tokens WHERE session_id = $1 AND generation <= $2::int - $6::int
     ), added AS (
       INSERT INTO refresh_tokens (token_hash, session_id, generation)
       VALUES ($3, $1, $2::int + 1)
     )
     UPDATE sessions SET refreshed_at = $4, expires_at = least($5::timestamptz, ends_at)
     WHERE session_id = $1 RETURNING expires_at`,
    [
      sessionId,
      generation,
      rotation.newHash,
      rotation.now,
      rotation.expiresAt,
      rememberedGenerations,
    ],
  );
  return row?.expires_at ?? rotation.expiresAt;
}

export async function revokeSession(
  sql: Sql,
  sessionId: string,
  { because, now }: { because: string; now: Date },
): Promise<void> {
  await sql.query(
    `UPDATE sessions SET revoked_at = $2, revoked_because = $3
     WHERE session_id = $1 AND revoked_at IS NULL`,
    [sessionId, now, because],
  );
}

/** By any token of the session, used ones too. */
export async function revokeByToken(sql: Sql, tokenHash: Buffer, now: Date): Promise<void> {
  await sql.query(
    `UPDATE sessions SET revoked_at = $2, revoked_because = 'loggedOut'
     WHERE revoked_at IS NULL
       AND session_id = (SELECT session_id FROM refresh_tokens WHERE token_hash = $1)`,
    [tokenHash, now],
  );
}

/** All sessions of somebody but the one named. */
export async function revokeAll(
  sql: Sql,
  userId: UserId,
  { except, because, now }: { except: string | null; because: string; now: Date },
): Promise<void> {
  await sql.query(
    `UPDATE sessions SET revoked_at = $3, revoked_because = $4
     WHERE user_id = $1 AND revoked_at IS NULL AND ($2::uuid IS NULL OR session_id <> $2)`,
    [userId, except, now, because],
  );
}

export interface SessionRow {
  readonly [column: string]: unknown;
  readonly session_id: string;
  readonly vendor_id: VendorId | null;
  readonly user_agent: string | null;
  readonly created_at: Date;
  readonly refreshed_at: Date;
  readonly expires_at: Date;
}

/** Open sessions, newest first. */
export function listSessions(sql: Sql, userId: UserId, now: Date): Promise<SessionRow[]> {
  return sql.query<SessionRow>(
    `SELECT session_id, vendor_id, user_agent, created_at, refreshed_at, expires_at
     FROM sessions WHERE user_id = $1 AND kind = 'user' AND revoked_at IS NULL AND expires_at > $2
     ORDER BY session_id DESC LIMIT $3`,
    [userId, now, mostSessions],
  );
}

/** False where the person has no such session. */
export async function revokeOwn(
  sql: Sql,
  userId: UserId,
  { sessionId, now }: { sessionId: string; now: Date },
): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE sessions SET revoked_at = coalesce(revoked_at, $3),
       revoked_because = coalesce(revoked_because, 'byUser')
     WHERE session_id = $1 AND user_id = $2 RETURNING 1`,
    [sessionId, userId, now],
  );
  return rows.length > 0;
}
