import type { UserId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';

type Sql = Pick<Tx, 'query'> | Pick<Database, 'query'>;

export interface UserRow {
  readonly [column: string]: unknown;
  readonly user_id: UserId;
  readonly email: string;
  readonly name: string;
  readonly operator: boolean;
  readonly marketing_consent: boolean;
  readonly marketing_consent_at: Date | null;
  readonly version: number;
  readonly registered_at: Date;
}

export interface Credentials {
  readonly [column: string]: unknown;
  readonly user_id: UserId;
  readonly email: string;
  readonly name: string;
  readonly operator: boolean;
  readonly password_hash: string;
}

/** Never `*`: the password hash is read only where it is compared. */
const columns = `user_id, email, name, operator, marketing_consent, marketing_consent_at, version,
  registered_at`;

export interface NewUser {
  readonly userId: UserId;
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly operator: boolean;
  readonly registeredAt: Date;
}

/** False where the e-mail or the id is taken. */
export async function insertUser(sql: Sql, user: NewUser): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO users (user_id, email, name, password_hash, operator, registered_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING 1`,
    [user.userId, user.email, user.name, user.passwordHash, user.operator, user.registeredAt],
  );
  return rows.length > 0;
}

export async function findUser(sql: Sql, userId: UserId): Promise<UserRow | undefined> {
  const rows = await sql.query<UserRow>(`SELECT ${columns} FROM users WHERE user_id = $1`, [
    userId,
  ]);
  return rows[0];
}

const credentialColumns = 'user_id, email, name, operator, password_hash';

export async function credentialsByEmail(
  sql: Sql,
  email: string,
): Promise<Credentials | undefined> {
  const rows = await sql.query<Credentials>(
    `SELECT ${credentialColumns} FROM users WHERE email = $1`,
    [email],
  );
  return rows[0];
}

export async function credentialsOf(sql: Sql, userId: UserId): Promise<Credentials | undefined> {
  const rows = await sql.query<Credentials>(
    `SELECT ${credentialColumns} FROM users WHERE user_id = $1`,
    [userId],
  );
  return rows[0];
}

/** Sets the hash unless another one was set meanwhile. */
export async function replacePasswordHash(
  sql: Sql,
  userId: UserId,
  { from, to }: { from: string; to: string },
): Promise<boolean> {
  const rows = await sql.query(
    'UPDATE users SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2 RETURNING 1',
    [userId, from, to],
  );
  return rows.length > 0;
}

export async function makeOperator(sql: Sql, userId: UserId, passwordHash: string): Promise<void> {
  await sql.query(
    `UPDATE users SET operator = true, password_hash = $2, version = version + 1
     WHERE user_id = $1`,
    [userId, passwordHash],
  );
}

export interface ProfileChange {
  readonly name: string | undefined;
  readonly marketingConsent: boolean | undefined;
  readonly ifMatch: number | undefined;
  readonly now: Date;
}

/** The changed profile, or nothing where the account is gone or `ifMatch` is not its version. */
export async function changeProfile(
  sql: Sql,
  userId: UserId,
  change: ProfileChange,
): Promise<UserRow | undefined> {
  const rows = await sql.query<UserRow>(
    `UPDATE users SET name = coalesce($2, name), version = version + 1,
       marketing_consent_at = CASE
         WHEN $3::boolean IS DISTINCT FROM marketing_consent AND $3 IS NOT NULL THEN $5::timestamptz
         ELSE marketing_consent_at END,
       marketing_consent = coalesce($3, marketing_consent)
     WHERE user_id = $1 AND ($4::int IS NULL OR version = $4)
     RETURNING ${columns}`,
    [
      userId,
      change.name ?? null,
      change.marketingConsent ?? null,
      change.ifMatch ?? null,
      change.now,
    ],
  );
  return rows[0];
}

export interface UserSearch {
  readonly emailPrefix: string | undefined;
  readonly after: string | null;
  readonly limit: number;
}

/** Oldest first, by id. */
export function listUsers(sql: Sql, { emailPrefix, after, limit }: UserSearch): Promise<UserRow[]> {
  const pattern = emailPrefix ? `${emailPrefix.replaceAll(/[\\%_]/g, '\\$&')}%` : null;
  return sql.query<UserRow>(
    `SELECT ${columns} FROM users
     WHERE ($1::text IS NULL OR email LIKE $1) AND ($2::uuid IS NULL OR user_id > $2)
     ORDER BY user_id LIMIT $3`,
    [pattern, after, limit],
  );
}
