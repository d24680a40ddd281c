import type { CurrencyCode, ProductId, VariantId, VendorId } from '@mkt/kernel';
import type { Database, Tx } from '@mkt/service-kit';
import type { StoredPrice } from '../domain/effective-price.ts';

export interface VariantPrice extends StoredPrice {
  readonly variantId: VariantId;
  readonly currency: CurrencyCode;
}

/** Prices of what can be bought of a product now, each in the product's own currency. */
export function listPrices(db: Database, productId: ProductId): Promise<VariantPrice[]> {
  return db.query<VariantPrice & { [column: string]: unknown }>(
    `SELECT o.variant_id AS "variantId", o.currency,
            coalesce(p.list_minor, o.list_minor) AS "listMinor",
            o.compare_at_minor AS "compareAtMinor", p.sale_minor AS "saleMinor",
            p.sale_starts_at AS "saleStartsAt", p.sale_ends_at AS "saleEndsAt"
     FROM offers o
     LEFT JOIN vendors v ON v.vendor_id = o.vendor_id
     LEFT JOIN prices p ON p.variant_id = o.variant_id AND p.currency = o.currency
     WHERE o.product_id = $1 AND o.buyable AND coalesce(v.open, true)
     ORDER BY o.variant_id LIMIT 200`,
    [productId],
  );
}

export async function findProductOf(tx: Tx, variantId: VariantId): Promise<ProductId | undefined> {
  const [row] = await tx.query('SELECT product_id FROM offers WHERE variant_id = $1', [variantId]);
  return row?.product_id;
}

export interface OwnPrice {
  /** Null: the price of the product itself, in its own currency. */
  readonly listMinor: number | null;
  readonly saleMinor: number | null;
  readonly saleStartsAt: Date | null;
  readonly saleEndsAt: Date | null;
  /** 0 before the first. */
  readonly version: number;
}

const none: OwnPrice = {
  listMinor: null,
  saleMinor: null,
  saleStartsAt: null,
  saleEndsAt: null,
  version: 0,
};

/** What the vendor set for a variant in a currency. */
export async function findOwnPrice(
  db: Pick<Tx, 'query'>,
  variantId: VariantId,
  currency: CurrencyCode,
): Promise<OwnPrice> {
  const [row] = await db.query<OwnPrice & { [column: string]: unknown }>(
    `SELECT list_minor AS "listMinor", sale_minor AS "saleMinor", version,
            sale_starts_at AS "saleStartsAt", sale_ends_at AS "saleEndsAt"
     FROM prices WHERE variant_id = $1 AND currency = $2`,
    [variantId, currency],
  );
  return row ?? none;
}

export async function saveOwnPrice(
  tx: Tx,
  of: { variantId: VariantId; currency: CurrencyCode; vendorId: VendorId },
  price: OwnPrice,
): Promise<void> {
  await tx.query(
    `INSERT INTO prices (variant_id, currency, vendor_id, list_minor, sale_minor, sale_starts_at,
                         sale_ends_at, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (variant_id, currency) DO UPDATE SET version = excluded.version,
       list_minor = excluded.list_minor, sale_minor = excluded.sale_minor,
       sale_starts_at = excluded.sale_starts_at, sale_ends_at = excluded.sale_ends_at`,
    [
      of.variantId,
      of.currency,
      of.vendorId,
      price.listMinor,
      price.saleMinor,
      price.saleStartsAt,
      price.saleEndsAt,
      price.version,
    ],
  );
}
