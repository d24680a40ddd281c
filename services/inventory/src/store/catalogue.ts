import type { ProductSnapshot } from '@mkt/contracts';
import { uuidv7, type VariantId } from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';

interface VariantRow {
  readonly id: string;
  readonly variant_id: VariantId;
  readonly sku: string | null;
  readonly title: string;
  readonly policy: 'deny' | 'continue';
  readonly stocked: number;
}

const longestTitle = 400;

function rowsOf(product: ProductSnapshot): string {
  const rows = product.variants.map(
    (variant): VariantRow => ({
      id: uuidv7(),
      variant_id: variant.variantId,
      sku: variant.sku,
      title: (variant.title === null ? product.title : `${product.title} (${variant.title})`).slice(
        0,
        longestTitle,
      ),
      policy: variant.inventoryPolicy,
      stocked: variant.importedQuantity ?? 0,
    }),
  );
  return JSON.stringify(rows);
}

const variantSet = `jsonb_to_recordset($3::jsonb)
  AS v(id uuid, variant_id uuid, sku text, title text, policy text, stocked int)`;

/**
 * Copies what stock rows say of their product, from a newer snapshot only. A variant that still
 * owes units cannot be told to deny at once: it denies new ones.
 */
export async function describeLevels(tx: Tx, product: ProductSnapshot): Promise<void> {
  await tx.query(
    `WITH locked AS MATERIALIZED (
       SELECT * FROM stock_levels WHERE product_id = $1 AND product_version < $2
       ORDER BY variant_id, location_id FOR UPDATE)
     UPDATE stock_levels s
     SET sku = coalesce(v.sku, CASE WHEN v.variant_id IS NULL THEN s.sku END),
         title = coalesce(v.title, s.title), active = v.variant_id IS NOT NULL,
         stocked = l.stocked, reserved = l.reserved,
         policy = CASE WHEN v.policy = 'deny' AND l.stocked < l.reserved THEN 'owing'
                       ELSE coalesce(v.policy, l.policy) END,
         product_version = $2
     FROM locked l LEFT JOIN ${variantSet} ON v.variant_id = l.variant_id
     WHERE s.id = l.id`,
    [product.productId, product.version, rowsOf(product)],
  );
}

export interface CreatedLevel {
  readonly variantId: VariantId;
  readonly stocked: number;
  readonly version: number;
}

/** Makes levels for variants that have none, with the stock that an import named. */
export function createLevels(
  tx: Tx,
  product: ProductSnapshot,
  defaults: { readonly threshold: number; readonly now: Date },
): Promise<CreatedLevel[]> {
  return tx.query<CreatedLevel & { [column: string]: unknown }>(
    `WITH created AS (
       INSERT INTO stock_levels (id, variant_id, location_id, vendor_id, product_id, sku, title,
                                 stocked, policy, low_stock_threshold, active, product_version)
       SELECT v.id, v.variant_id, p.id, p.vendor_id, $1, v.sku, v.title, v.stocked, v.policy,
              $5, true, $2
       FROM ${variantSet} JOIN locations p ON p.vendor_id = $4 AND p.is_default
       WHERE NOT EXISTS (SELECT FROM stock_levels s WHERE s.variant_id = v.variant_id)
         AND NOT EXISTS (
           SELECT FROM stock_levels s WHERE s.product_id = $1 AND s.product_version > $2)
       ORDER BY v.variant_id
       ON CONFLICT (variant_id, location_id) DO NOTHING
       RETURNING *),
     noted AS (
       INSERT INTO adjustments (stock_level_id, variant_id, location_id, vendor_id, delta, stocked,
                                reason, actor, reference_id, at)
       SELECT id, variant_id, location_id, vendor_id, stocked, stocked, 'imported', 'catalogue',
              product_id, $6
       FROM created WHERE stocked > 0)
     SELECT variant_id AS "variantId", stocked, version FROM created`,
    [
      product.productId,
      product.version,
      rowsOf(product),
      product.vendorId,
      defaults.threshold,
      defaults.now,
    ],
  );
}
