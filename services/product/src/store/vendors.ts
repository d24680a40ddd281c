import type { VendorId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';

type Query = Pick<Database | Tx, 'query'>;

export interface VendorRow {
  readonly vendorId: VendorId;
  readonly name: string;
  readonly slug: string;
  readonly status: 'approved' | 'suspended';
  /** Of the vendor, as its events said. */
  readonly version: number;
}

/** Keeps the newest word about a vendor; events of one vendor may come in any order. */
export async function keepVendor(tx: Tx, vendor: VendorRow): Promise<void> {
  await tx.query(
    `INSERT INTO vendors (vendor_id, name, slug, status, version) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (vendor_id) DO UPDATE
     SET name = excluded.name, slug = excluded.slug, status = excluded.status,
         version = excluded.version
     WHERE vendors.version < excluded.version`,
    [vendor.vendorId, vendor.name, vendor.slug, vendor.status, vendor.version],
  );
}

export async function findVendor(
  { query }: Query,
  by: { readonly vendorId: string } | { readonly slug: string },
): Promise<VendorRow | undefined> {
  const [column, value] = 'slug' in by ? ['slug', by.slug] : ['vendor_id', by.vendorId];
  const [row] = await query<VendorRow & { [column: string]: unknown }>(
    `SELECT vendor_id AS "vendorId", name, slug, status, version FROM vendors
     WHERE ${column} = $1 ORDER BY (status = 'approved') DESC, vendor_id LIMIT 1`,
    [value],
  );
  return row;
}

export async function isApproved(query: Query, vendorId: string): Promise<boolean> {
  return (await findVendor(query, { vendorId }))?.status === 'approved';
}
