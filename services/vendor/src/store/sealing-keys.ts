import type { Database } from '@mkt/service-kit';

export interface SealingKey {
  readonly [column: string]: unknown;
  readonly kid: string;
  readonly secret: Buffer;
}

/** Adds the first key where there is none; of rivals, the oldest key is everybody's. */
export async function ensureSealingKey(db: Database, fresh: SealingKey): Promise<SealingKey> {
  await db.query(
    `INSERT INTO sealing_keys (kid, secret)
     SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM sealing_keys)`,
    [fresh.kid, fresh.secret],
  );
  const [row] = await db.query<SealingKey>(
    'SELECT kid, secret FROM sealing_keys ORDER BY created_at, kid LIMIT 1',
  );
  return row as SealingKey;
}

export async function findSealingKey(db: Database, kid: string): Promise<SealingKey | undefined> {
  const rows = await db.query<SealingKey>('SELECT kid, secret FROM sealing_keys WHERE kid = $1', [
    kid,
  ]);
  return rows[0];
}

export function listSealingKeys(db: Database): Promise<SealingKey[]> {
  return db.query<SealingKey>('SELECT kid, secret FROM sealing_keys ORDER BY kid');
}

export async function replaceSealingKey(db: Database, { kid, secret }: SealingKey): Promise<void> {
  await db.query('UPDATE sealing_keys SET secret = $2 WHERE kid = $1', [kid, secret]);
}
