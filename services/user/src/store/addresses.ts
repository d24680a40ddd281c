import type { Address } from '@mkt/contracts';
import type { UserId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';

type Sql = Pick<Tx, 'query'> | Pick<Database, 'query'>;

export interface AddressRow {
  readonly [column: string]: unknown;
  readonly address_id: string;
  readonly label: string | null;
  readonly address: Address;
  readonly is_default: boolean;
  readonly version: number;
}

export interface AddressFields {
  readonly label: string | null;
  readonly address: Address;
  readonly isDefault: boolean;
}

const columns = 'address_id, label, address, is_default, version';

/** The account's addresses change one after the other; false where there is no such account. */
export async function lockAddressBook(tx: Tx, userId: UserId): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM users WHERE user_id = $1 FOR UPDATE', [userId]);
  return rows.length > 0;
}

export function listAddresses(sql: Sql, userId: UserId): Promise<AddressRow[]> {
  return sql.query<AddressRow>(
    `SELECT ${columns} FROM addresses WHERE user_id = $1 ORDER BY address_id`,
    [userId],
  );
}

/** Makes room for another default, before it is written: the database allows one. */
export async function clearDefault(tx: Tx, userId: UserId, exceptId: string): Promise<void> {
  await tx.query(
    `UPDATE addresses SET is_default = false, version = version + 1
     WHERE user_id = $1 AND is_default AND address_id <> $2`,
    [userId, exceptId],
  );
}

export async function insertAddress(
  tx: Tx,
  userId: UserId,
  { addressId, fields }: { addressId: string; fields: AddressFields },
): Promise<AddressRow> {
  const [row] = await tx.query<AddressRow>(
    `INSERT INTO addresses (address_id, user_id, label, address, is_default)
     VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`,
    [addressId, userId, fields.label, JSON.stringify(fields.address), fields.isDefault],
  );
  return row as AddressRow;
}

export async function updateAddress(
  tx: Tx,
  userId: UserId,
  { addressId, fields }: { addressId: string; fields: AddressFields },
): Promise<AddressRow | undefined> {
  const rows = await tx.query<AddressRow>(
    `UPDATE addresses SET label = $3, address = $4, is_default = $5, version = version + 1
     WHERE user_id = $1 AND address_id = $2 RETURNING ${columns}`,
    [userId, addressId, fields.label, JSON.stringify(fields.address), fields.isDefault],
  );
  return rows[0];
}

export async function deleteAddress(tx: Tx, userId: UserId, addressId: string): Promise<boolean> {
  const rows = await tx.query(
    'DELETE FROM addresses WHERE user_id = $1 AND address_id = $2 RETURNING 1',
    [userId, addressId],
  );
  return rows.length > 0;
}

/** The oldest becomes the default where none is: an address book always has one. */
export async function ensureDefault(tx: Tx, userId: UserId): Promise<void> {
  await tx.query(
    `UPDATE addresses SET is_default = true, version = version + 1
     WHERE address_id = (SELECT address_id FROM addresses WHERE user_id = $1
                         ORDER BY address_id LIMIT 1)
       AND NOT EXISTS (SELECT 1 FROM addresses WHERE user_id = $1 AND is_default)`,
    [userId],
  );
}
