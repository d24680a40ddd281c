import type { CurrencyCode, VendorId } from '@mkt/kernel';
import type { Row } from '@mkt/service-kit';
import type { ChargedUnits, PreviewItem } from '../domain/commission-preview.ts';
import type { Sql } from './ledger.ts';

export interface PreviewOrder {
  readonly id: string;
  readonly vendorId: VendorId;
  readonly currency: CurrencyCode;
  readonly placedAt: Date;
  readonly items: readonly PreviewItem[];
  readonly charged: readonly ChargedUnits[];
}

export interface PreviewFilter {
  readonly from: Date;
  readonly to: Date;
  /** Only this vendor's, where one is named. */
  readonly vendorId: VendorId | null;
  /** Not these vendors'. */
  readonly without: readonly string[];
  readonly after: string | null;
  readonly limit: number;
}

/** Orders of a period with their frozen items and the units whose commission was taken. */
export async function ordersToPreview(db: Sql, filter: PreviewFilter): Promise<PreviewOrder[]> {
  const rows = await db.query(
    `SELECT o.id, o.vendor_id, o.currency, o.placed_at,
       (SELECT jsonb_agg(jsonb_build_object('lineId', i.line_id, 'kind', i.kind,
          'quantity', i.quantity, 'base', i.base_minor, 'discount', i.discount_minor,
          'marketplaceFunded', i.marketplace_funded_minor, 'net', (i.frozen ->> 'netMinor')::bigint,
          'tax', i.tax_minor, 'payable', i.payable_minor, 'commission', i.commission_minor,
          'commissionTax', i.commission_tax_minor) ORDER BY i.position)
        FROM order_items i WHERE i.order_id = o.id) AS items,
       (SELECT jsonb_agg(u.run || jsonb_build_object('kind', m.kind))
        FROM movements m CROSS JOIN LATERAL jsonb_array_elements(m.items) AS u(run)
        WHERE m.order_id = o.id AND m.applied_at IS NOT NULL
          AND (m.kind = 'capture' OR m.kind = 'refund' AND m.policy = 'return')) AS charged
     FROM orders o
     WHERE o.placed_at >= $1 AND o.placed_at < $2 AND ($3::uuid IS NULL OR o.vendor_id = $3)
       AND o.vendor_id <> ALL($4::uuid[]) AND ($5::uuid IS NULL OR o.id > $5)
     ORDER BY o.id LIMIT $6`,
    [filter.from, filter.to, filter.vendorId, filter.without, filter.after, filter.limit],
  );
  return rows.map(orderOf);
}

function orderOf(row: Row): PreviewOrder {
  return {
    id: row['id'],
    vendorId: row['vendor_id'],
    currency: row['currency'],
    placedAt: row['placed_at'],
    items: row['items'] ?? [],
    charged: row['charged'] ?? [],
  };
}

/** Vendors to whom the default does not apply. */
export async function vendorsWithOwnRules(db: Sql, at: Date): Promise<string[]> {
  const rows = await db.query(
    `SELECT vendor_id FROM (
       SELECT DISTINCT ON (vendor_id) vendor_id, rules FROM commission_rules
       WHERE vendor_id IS NOT NULL AND valid_from <= $1
       ORDER BY vendor_id, valid_from DESC, version DESC) AS latest
     WHERE rules IS NOT NULL`,
    [at],
  );
  return rows.map((row) => String(row['vendor_id']));
}
