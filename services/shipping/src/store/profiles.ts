import type { VendorId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';
import type { Zone } from '../domain/profile.ts';

export interface Profile {
  readonly vendorId: VendorId;
  readonly version: number;
  readonly zones: readonly Zone[];
}

export interface ProfileStore {
  of(vendorIds: readonly VendorId[]): Promise<ReadonlyMap<VendorId, Profile>>;
  /** Replaces the profile if it still has this version (0: none yet); its new version otherwise. */
  replace(
    tx: Pick<Tx, 'query'>,
    vendorId: VendorId,
    zones: readonly Zone[],
    expectedVersion: number,
  ): Promise<number | undefined>;
}

export function createProfileStore(db: Database): ProfileStore {
  return {
    async of(vendorIds) {
      const rows = await db.query(
        'SELECT vendor_id, version, zones FROM profiles WHERE vendor_id = ANY($1)',
        [vendorIds],
      );
      return new Map(
        rows.map((row) => [
          row.vendor_id,
          { vendorId: row.vendor_id, version: row.version, zones: row.zones },
        ]),
      );
    },
    async replace(tx, vendorId, zones, expectedVersion) {
      const [row] =
        expectedVersion === 0
          ? await tx.query(
              `INSERT INTO profiles (vendor_id, zones) VALUES ($1, $2)
               ON CONFLICT (vendor_id) DO NOTHING RETURNING version`,
              [vendorId, JSON.stringify(zones)],
            )
          : await tx.query(
              `UPDATE profiles SET zones = $2, version = version + 1, updated_at = now()
               WHERE vendor_id = $1 AND version = $3 RETURNING version`,
              [vendorId, JSON.stringify(zones), expectedVersion],
            );
      return row?.version as number | undefined;
    },
  };
}
