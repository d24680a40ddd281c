import type { VendorId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';

export interface MediaRow {
  readonly vendorId: VendorId;
  readonly name: string;
  readonly sizeBytes: number;
}

/** Notes that a vendor has a picture; false where it would have more bytes than it may. */
export async function noteMedia(tx: Tx, media: MediaRow, maxVendorBytes: number): Promise<boolean> {
  const [row] = await tx.query(
    `WITH held AS (SELECT coalesce(sum(size_bytes + rendition_bytes), 0)::bigint AS bytes,
                          coalesce(bool_or(name = $2), false) AS known
                   FROM media WHERE vendor_id = $1),
     added AS (
       INSERT INTO media (vendor_id, name, size_bytes)
       SELECT $1, $2, $3::bigint FROM held WHERE NOT known AND bytes + $3::bigint <= $4::bigint
       ON CONFLICT DO NOTHING)
     SELECT known OR bytes + $3::bigint <= $4::bigint AS fits FROM held`,
    [media.vendorId, media.name, media.sizeBytes, maxVendorBytes],
  );
  return row?.fits === true;
}
