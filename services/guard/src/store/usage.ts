import type { MeterName } from '@mkt/contracts';
import type { VendorId } from '@mkt/kernel';
import { type Database, platformScope, type UsageCount } from '@mkt/service-kit';
import type { UsageTotal } from '../domain/budget.ts';

/** Stands for work that is nobody's in particular: a key column cannot be null. */
const nobody = '00000000-0000-0000-0000-000000000000';

export interface UsageRow {
  readonly service: string;
  readonly meter: MeterName;
  readonly vendorId: VendorId | null;
  readonly amount: number;
}

export interface UsageStore {
  /** Adds a report once, however often it is sent. */
  add(
    report: { reportId: string; service: string; counts: readonly UsageCount[] },
    day: string,
  ): Promise<void>;
  totals(fromDay: string, toDay: string): Promise<UsageTotal[]>;
  rows(fromDay: string, toDay: string, limit: number): Promise<UsageRow[]>;
}

export function createUsageStore(db: Database): UsageStore {
  return {
    async add({ reportId, service, counts }, day) {
      await db.transaction(platformScope, async (tx) => {
        const fresh = await tx.query(
          `INSERT INTO usage_reports (report_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1`,
          [reportId],
        );
        if (fresh.length === 0) return;
        await tx.query(
          `INSERT INTO usage_days (day, service, meter, vendor_id, amount)
           SELECT $1, $2, c.meter, coalesce(c."vendorId", '${nobody}'), sum(c.amount)
           FROM jsonb_to_recordset($3::jsonb) AS c(meter text, "vendorId" uuid, amount float8)
           GROUP BY c.meter, c."vendorId"
           ON CONFLICT (day, meter, service, vendor_id)
             DO UPDATE SET amount = usage_days.amount + excluded.amount`,
          [day, service, JSON.stringify(counts)],
        );
      });
    },
    async totals(fromDay, toDay) {
      const rows = await db.query(
        `SELECT meter, sum(amount) AS amount FROM usage_days
         WHERE day BETWEEN $1 AND $2 GROUP BY meter ORDER BY meter`,
        [fromDay, toDay],
      );
      return rows.map((row) => ({ meter: row.meter, amount: Number(row.amount) }));
    },
    async rows(fromDay, toDay, limit) {
      const rows = await db.query(
        `SELECT service, meter, vendor_id, sum(amount) AS amount FROM usage_days
         WHERE day BETWEEN $1 AND $2 GROUP BY service, meter, vendor_id
         ORDER BY meter, sum(amount) DESC, service, vendor_id LIMIT $3`,
        [fromDay, toDay, limit],
      );
      return rows.map((row) => ({
        service: row.service,
        meter: row.meter,
        vendorId: row.vendor_id === nobody ? null : row.vendor_id,
        amount: Number(row.amount),
      }));
    },
  };
}
