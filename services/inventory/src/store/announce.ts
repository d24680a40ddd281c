import { inventoryLowStock, inventoryStockChanged } from '@mkt/contracts';
import { uuidv7 } from '@mkt/kernel';
import { currentContext } from '@mkt/service-kit';

/**
 * The tail of every statement that moves stock: writes the events that follow into the outbox, so
 * that the change and its events are one statement. It expects the expressions `locked` (every row
 * of the variants, as it was) and `moved` (`id`, and `delta` of what is available), and three
 * parameters from `firstParam` on: `traceParams()`.
 *
 * `always` announces every change, `crossing` only what empties or refills a variant. A low stock
 * is announced once per fall below its threshold.
 */
export function announce(firstParam: number, when: 'always' | 'crossing'): string {
  const changed = when === 'always' ? 'true' : '(v.before > 0) <> (v.after > 0)';
  const trace = [0, 1, 2].map((place) => `$${firstParam + place}`);
  return `
  levelled AS (
    SELECT l.variant_id, l.vendor_id, l.product_id, min(l.sku) AS sku, min(l.title) AS title,
           max(l.low_stock_threshold) AS threshold,
           (sum(l.version) + count(m.id))::int AS version,
           sum(l.stocked - l.reserved)::int AS before,
           sum(l.stocked - l.reserved + coalesce(m.delta, 0))::int AS after
    FROM locked l LEFT JOIN moved m ON m.id = l.id
    GROUP BY l.variant_id, l.vendor_id, l.product_id
    HAVING count(m.id) > 0),
  announced AS (
    INSERT INTO outbox (id, type, version, aggregate_id, aggregate_version, vendor_id, payload,
                        correlation_id, causation_id, traceparent)
    SELECT gen_random_uuid(), e.type, e.version, v.variant_id, v.version, v.vendor_id,
           jsonb_build_object('variantId', v.variant_id, 'productId', v.product_id,
                              'vendorId', v.vendor_id, 'available', v.after) || e.more,
           ${trace.join(', ')}
    FROM levelled v CROSS JOIN LATERAL (
      SELECT '${inventoryStockChanged.type}', ${inventoryStockChanged.version}, '{}'::jsonb
      WHERE ${changed}
      UNION ALL
      SELECT '${inventoryLowStock.type}', ${inventoryLowStock.version},
             jsonb_build_object('sku', v.sku, 'title', v.title, 'threshold', v.threshold)
      WHERE v.threshold > 0 AND v.before >= v.threshold AND v.after < v.threshold
    ) AS e(type, version, more)
    RETURNING 1)`;
}

export function traceParams(): [
  correlationId: string,
  causationId: string | null,
  trace: string | null,
] {
  const context = currentContext();
  return [
    context?.correlationId ?? uuidv7(),
    context?.causationId ?? null,
    context?.traceparent ?? null,
  ];
}
