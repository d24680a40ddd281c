import type { VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';

/** Follows whether a vendor sells, by its newest event, in whichever order they come. */
export async function saveVendor(
  tx: Tx,
  vendorId: VendorId,
  state: { readonly open: boolean; readonly version: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO vendors AS v (vendor_id, open, version) VALUES ($1, $2, $3)
     ON CONFLICT (vendor_id) DO UPDATE SET open = excluded.open, version = excluded.version
     WHERE v.version < excluded.version`,
    [vendorId, state.open, state.version],
  );
}
