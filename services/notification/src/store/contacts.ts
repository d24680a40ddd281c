import type { VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';

export async function saveContact(
  tx: Tx,
  contact: {
    readonly vendorId: VendorId;
    readonly name: string;
    readonly email: string;
    readonly version: number;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO vendor_contacts (vendor_id, name, email, version) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vendor_id) DO UPDATE
       SET name = excluded.name, email = excluded.email, version = excluded.version
       WHERE vendor_contacts.version < excluded.version`,
    [contact.vendorId, contact.name, contact.email, contact.version],
  );
}
