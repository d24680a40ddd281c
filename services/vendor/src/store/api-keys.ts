import type { ApiKeyScope } from '@mkt/contracts';
import type { ApiKeyId, UserId, VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { Sql } from './sql.ts';

export interface ApiKeyRow {
  readonly [column: string]: unknown;
  readonly key_id: ApiKeyId;
  readonly vendor_id: VendorId;
  readonly name: string;
  readonly scopes: ApiKeyScope[];
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

const columns = 'key_id, vendor_id, name, scopes, created_at, expires_at, revoked_at, last_used_at';

export interface NewKey {
  readonly keyId: ApiKeyId;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly hash: Buffer;
  readonly createdBy: UserId;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export async function insertApiKey(tx: Tx, vendorId: VendorId, key: NewKey): Promise<ApiKeyRow> {
  const [row] = await tx.query<ApiKeyRow>(
    `INSERT INTO api_keys (key_id, vendor_id, name, scopes, secret_hash, created_by, created_at,
       expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${columns}`,
    [
      key.keyId,
      vendorId,
      key.name,
      key.scopes,
      key.hash,
      key.createdBy,
      key.createdAt,
      key.expiresAt,
    ],
  );
  return row as ApiKeyRow;
}

/** Keys that were not revoked, newest first; expired ones too, so that people see why they fail. */
export function listApiKeys(sql: Sql, vendorId: VendorId): Promise<ApiKeyRow[]> {
  return sql.query<ApiKeyRow>(
    `SELECT ${columns} FROM api_keys WHERE vendor_id = $1 AND revoked_at IS NULL
     ORDER BY key_id DESC LIMIT 100`,
    [vendorId],
  );
}

/** False where the vendor has no such key. */
export async function revokeApiKey(
  tx: Tx,
  vendorId: VendorId,
  { keyId, now }: { keyId: string; now: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3)
     WHERE vendor_id = $1 AND key_id = $2 RETURNING 1`,
    [vendorId, keyId, now],
  );
  return rows.length > 0;
}

/** With the hash of its secret, which leaves the store for this comparison alone. */
export async function findApiKey(
  sql: Sql,
  keyId: ApiKeyId,
): Promise<(ApiKeyRow & { readonly secret_hash: Buffer }) | undefined> {
  const rows = await sql.query<ApiKeyRow & { secret_hash: Buffer }>(
    `SELECT ${columns}, secret_hash FROM api_keys WHERE key_id = $1`,
    [keyId],
  );
  return rows[0];
}

export async function noteUse(sql: Sql, keyId: ApiKeyId, now: Date): Promise<void> {
  await sql.query('UPDATE api_keys SET last_used_at = $2 WHERE key_id = $1', [keyId, now]);
}
