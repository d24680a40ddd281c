import type { EventContract, PayloadOf } from '@mkt/contracts';
import type { VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import type { VendorRow } from '../store/vendors.ts';

/** What every event of a vendor says about it. */
export function identityOf(vendor: VendorRow): {
  vendorId: VendorId;
  name: string;
  slug: string;
  country: string;
  contactEmail: string;
} {
  return {
    vendorId: vendor.vendor_id,
    name: vendor.name,
    slug: vendor.slug,
    country: vendor.country,
    contactEmail: vendor.contact_email,
  };
}

/** The vendor is the aggregate, its version orders its events. */
export function emitOfVendor<Contract extends EventContract>(
  tx: Tx,
  { vendor_id, version }: VendorRow,
  contract: Contract,
  payload: PayloadOf<Contract>,
): void {
  tx.emit({
    contract,
    aggregateId: vendor_id,
    aggregateVersion: version,
    vendorId: vendor_id,
    payload,
  });
}
