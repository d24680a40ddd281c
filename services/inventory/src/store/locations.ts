import type { LocationId, VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';

export interface Location {
  readonly locationId: LocationId;
  readonly name: string;
  readonly isDefault: boolean;
}

const columns = 'id AS "locationId", name, is_default AS "isDefault"';

export function listLocations(tx: Tx, after: string | null, limit: number): Promise<Location[]> {
  return tx.query<Location & { [column: string]: unknown }>(
    `SELECT ${columns} FROM locations WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2`,
    [after, limit + 1],
  );
}

export interface NewLocation {
  readonly id: LocationId;
  readonly vendorId: VendorId;
  readonly name: string;
  readonly createdAt: Date;
}

export async function countLocations(tx: Tx): Promise<number> {
  const [row] = await tx.query('SELECT count(*)::int AS count FROM locations');
  return row?.count ?? 0;
}

export async function addLocation(tx: Tx, location: NewLocation): Promise<void> {
  await tx.query(
    'INSERT INTO locations (id, vendor_id, name, created_at) VALUES ($1, $2, $3, $4)',
    [location.id, location.vendorId, location.name, location.createdAt],
  );
}

/** Makes the vendor's default location, unless it is there. */
export async function ensureDefaultLocation(tx: Tx, location: NewLocation): Promise<void> {
  await tx.query(
    `INSERT INTO locations (id, vendor_id, name, is_default, created_at)
     VALUES ($1, $2, $3, true, $4) ON CONFLICT (vendor_id) WHERE is_default DO NOTHING`,
    [location.id, location.vendorId, location.name, location.createdAt],
  );
}
