import type { Database, Tx } from '@mkt/service-kit';
import type { JWK } from 'jose';

export interface SigningKeyRow {
  readonly [column: string]: unknown;
  readonly kid: string;
  readonly public_jwk: JWK;
  /** Sealed; of before there was sealing, the key itself. */
  readonly private_jwk: string | JWK;
  readonly created_at: Date;
  readonly signs_from: Date;
  readonly published_until: Date | null;
}

type Sql = Pick<Tx, 'query'> | Pick<Database, 'query'>;

// One creator or rotation at a time, over all processes of the service.
const keysLock = 811_402_113;

export async function lockSigningKeys(tx: Tx): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [keysLock]);
}

export function publishedKeys(sql: Sql, now: Date): Promise<SigningKeyRow[]> {
  return sql.query<SigningKeyRow>(
    `SELECT kid, public_jwk, private_jwk, created_at, signs_from, published_until
     FROM signing_keys WHERE published_until IS NULL OR published_until > $1
     ORDER BY signs_from, kid`,
    [now],
  );
}

/** Every key that is still stored, also of those that are not published any more. */
export function storedKeys(sql: Sql): Promise<Pick<SigningKeyRow, 'kid' | 'private_jwk'>[]> {
  return sql.query('SELECT kid, private_jwk FROM signing_keys ORDER BY kid');
}

export async function replacePrivateKey(sql: Sql, kid: string, sealed: string): Promise<void> {
  await sql.query('UPDATE signing_keys SET private_jwk = $2 WHERE kid = $1', [
    kid,
    JSON.stringify(sealed),
  ]);
}

/** Adds a key and sets until when the others are published; those past their time are dropped. */
export async function takeOver(
  tx: Tx,
  key: Omit<SigningKeyRow, 'published_until'>,
  othersUntil: Date,
): Promise<void> {
  await tx.query('DELETE FROM signing_keys WHERE published_until <= $1', [key.created_at]);
  await tx.query(
    `UPDATE signing_keys SET published_until = least(published_until, $1::timestamptz)`,
    [othersUntil],
  );
  await tx.query(
    `INSERT INTO signing_keys (kid, public_jwk, private_jwk, created_at, signs_from)
     VALUES ($1, $2, $3, $4, $5)`,
    [
      key.kid,
      JSON.stringify(key.public_jwk),
      JSON.stringify(key.private_jwk),
      key.created_at,
      key.signs_from,
    ],
  );
}
