import { type ProductSnapshot, pricingOfferChanged } from '@mkt/contracts';
import { assert, type ProductId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';
import { lowestPrice, nextChangeAt, type StoredPrice } from '../domain/effective-price.ts';

/**
 * Changes of one product's offers and prices come one after another: what is told of it is worked
 * out from all of them.
 */
export async function lockProduct(tx: Tx, productId: ProductId): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [productId]);
}

/** Replaces what is known of a product's variants, unless a newer version is known already. */
export async function replaceOffers(tx: Tx, product: ProductSnapshot): Promise<boolean> {
  await lockProduct(tx, product.productId);
  const [newest] = await tx.query(
    'SELECT max(product_version) AS version FROM offers WHERE product_id = $1',
    [product.productId],
  );
  if (((newest?.version as number | null) ?? -1) >= product.version) return false;
  await tx.query(
    `WITH gone AS (
       UPDATE offers SET buyable = false, product_version = $4
       WHERE product_id = $1 AND variant_id <> ALL($6::uuid[]))
     INSERT INTO offers (variant_id, product_id, vendor_id, product_version, buyable, title,
                         variant_title, sku, image_src, grams, requires_shipping, tax_category,
                         currency, list_minor, compare_at_minor)
     SELECT v."variantId", $1, $2, $4, $5, $3, v.title, v.sku, coalesce(v."imageSrc", $9), v.grams,
            v."requiresShipping", v."taxCategory", $7, v."priceMinor", v."compareAtMinor"
     FROM jsonb_to_recordset($8::jsonb) AS v("variantId" uuid, title text, sku text,
       "imageSrc" text, grams int, "requiresShipping" boolean, "taxCategory" text,
       "priceMinor" bigint, "compareAtMinor" bigint)
     ON CONFLICT (variant_id) DO UPDATE SET
       product_version = excluded.product_version, buyable = excluded.buyable,
       title = excluded.title, variant_title = excluded.variant_title, sku = excluded.sku,
       image_src = excluded.image_src, grams = excluded.grams,
       requires_shipping = excluded.requires_shipping, tax_category = excluded.tax_category,
       currency = excluded.currency, list_minor = excluded.list_minor,
       compare_at_minor = excluded.compare_at_minor`,
    [
      product.productId,
      product.vendorId,
      product.title,
      product.version,
      product.status === 'published',
      product.variants.map(({ variantId }) => variantId),
      product.currency,
      JSON.stringify(product.variants),
      product.imageSrc,
    ],
  );
  return true;
}

interface Variant extends StoredPrice {
  readonly currency: string;
}

/**
 * Works a product's lowest price out again and tells of it where it changed. Returns when a sale
 * changes it next. The caller holds the product's lock.
 */
export async function refreshOffer(tx: Tx, productId: ProductId, now: Date): Promise<Date | null> {
  const rows = await tx.query(
    `SELECT o.vendor_id, o.currency, coalesce(p.list_minor, o.list_minor) AS list_minor,
            o.compare_at_minor, p.sale_minor, p.sale_starts_at, p.sale_ends_at,
            t.version, t.price_minor AS told_minor, t.compare_at_minor AS told_compare
     FROM offers o
     LEFT JOIN prices p ON p.variant_id = o.variant_id AND p.currency = o.currency
     LEFT JOIN product_offers t ON t.product_id = o.product_id
     WHERE o.product_id = $1 AND o.buyable`,
    [productId],
  );
  const [first] = rows;
  if (!first) {
    await forgetDue(tx, productId);
    return null;
  }
  const variants: Variant[] = rows.map((row) => ({
    currency: row.currency,
    listMinor: row.list_minor,
    compareAtMinor: row.compare_at_minor,
    saleMinor: row.sale_minor,
    saleStartsAt: row.sale_starts_at,
    saleEndsAt: row.sale_ends_at,
  }));
  const lowest = lowestPrice(variants, now);
  assert(lowest, 'A product has a price in its own currency');
  const dueAt = nextChangeAt(variants, now);
  const version = ((first.version as number | null) ?? 0) + 1;
  const changed =
    first.told_minor !== lowest.unitMinor || first.told_compare !== lowest.compareAtMinor;
  await tx.query(
    `INSERT INTO product_offers (product_id, vendor_id, version, currency, price_minor,
                                 compare_at_minor, next_change_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (product_id) DO UPDATE SET version = excluded.version,
       currency = excluded.currency, price_minor = excluded.price_minor,
       compare_at_minor = excluded.compare_at_minor, next_change_at = excluded.next_change_at`,
    [
      productId,
      first.vendor_id,
      version,
      first.currency,
      lowest.unitMinor,
      lowest.compareAtMinor,
      dueAt,
    ],
  );
  if (changed) {
    tx.emit({
      contract: pricingOfferChanged,
      aggregateId: productId,
      aggregateVersion: version,
      vendorId: first.vendor_id,
      payload: {
        productId,
        vendorId: first.vendor_id,
        currency: first.currency,
        priceMinor: lowest.unitMinor,
        compareAtMinor: lowest.compareAtMinor,
      },
    });
  }
  return dueAt;
}

/** A product that cannot be bought changes no price by itself. */
async function forgetDue(tx: Tx, productId: ProductId): Promise<void> {
  await tx.query('UPDATE product_offers SET next_change_at = NULL WHERE product_id = $1', [
    productId,
  ]);
}

/** Products whose price a sale changes by now. */
export async function dueProducts(db: Database, now: Date, limit: number): Promise<ProductId[]> {
  const rows = await db.query(
    `SELECT product_id FROM product_offers WHERE next_change_at <= $1
     ORDER BY next_change_at LIMIT $2`,
    [now, limit],
  );
  return rows.map((row) => row.product_id);
}

export async function nextDueAt(db: Database): Promise<Date | null> {
  const [row] = await db.query('SELECT min(next_change_at) AS due FROM product_offers');
  return (row?.due as Date | null | undefined) ?? null;
}
