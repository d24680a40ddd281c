import type { Sql } from './ledger.ts';

/** Keeps whether a vendor is suspended; an older event that comes late changes nothing. */
export async function keepVendor(
  tx: Sql,
  vendor: { readonly vendorId: string; readonly suspended: boolean; readonly version: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO vendors (vendor_id, suspended, version) VALUES ($1, $2, $3)
     ON CONFLICT (vendor_id) DO UPDATE SET suspended = excluded.suspended,
       version = excluded.version
     WHERE vendors.version < excluded.version`,
    [vendor.vendorId, vendor.suspended, vendor.version],
  );
}

export async function isSuspended(tx: Sql, vendorId: string): Promise<boolean> {
  const [row] = await tx.query('SELECT suspended FROM vendors WHERE vendor_id = $1', [vendorId]);
  return row?.['suspended'] === true;
}
