import type { CurrencyCode, ProductId, VariantId, VendorId } from '@mkt/kernel';
import type { Database, Row } from '@mkt/service-kit';
import type { StoredPrice } from '../domain/effective-price.ts';

export interface OfferFacts extends StoredPrice {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly vendorId: VendorId;
  readonly buyable: boolean;
  readonly vendorOpen: boolean;
  readonly title: string;
  readonly variantTitle: string | null;
  readonly sku: string | null;
  readonly imageSrc: string | null;
  readonly grams: number;
  readonly requiresShipping: boolean;
  readonly taxCategory: string;
}

export interface CouponFacts {
  readonly couponId: string;
  readonly code: string;
  readonly vendorId: VendorId | null;
  readonly kind: 'percentage' | 'fixed' | 'freeShipping';
  readonly ratePpm: number | null;
  readonly amountMinor: number | null;
  readonly currency: string;
  readonly minimumMinor: number | null;
  readonly vendorFundedPpm: number;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly usageLimit: number | null;
  readonly perShopperLimit: number | null;
  readonly used: number;
  readonly usedByShopper: number;
}

export interface MarketTerms {
  readonly taxMode: 'inclusive' | 'exclusive';
  readonly taxLiability: 'marketplace' | 'vendor';
  readonly marketplaceFundingTaxed: boolean;
}

export interface QuoteFacts {
  readonly offers: readonly OfferFacts[];
  readonly coupons: readonly CouponFacts[];
  /** By category; empty for a country where no tax is collected. */
  readonly taxRatesPpm: Readonly<Record<string, number>>;
  readonly terms: MarketTerms;
}

export interface QuoteQuestion {
  readonly variantIds: readonly VariantId[];
  readonly currency: CurrencyCode;
  /** In upper case. */
  readonly couponCodes: readonly string[];
  readonly shopperId: string | null;
  readonly country: string;
}

// The vendor's own price row wins over the product's, where there is one in the currency.
const sql = `
  SELECT
    (SELECT coalesce(jsonb_agg(to_jsonb(f)), '[]') FROM (
      SELECT o.variant_id, o.product_id, o.vendor_id, o.buyable, coalesce(v.open, true) AS open,
        o.title, o.variant_title, o.sku, o.image_src, o.grams, o.requires_shipping, o.tax_category,
        coalesce(p.list_minor, CASE WHEN o.currency = $2 THEN o.list_minor END) AS list_minor,
        CASE WHEN o.currency = $2 THEN o.compare_at_minor END AS compare_at_minor,
        p.sale_minor, p.sale_starts_at, p.sale_ends_at
      FROM offers o
      LEFT JOIN vendors v ON v.vendor_id = o.vendor_id
      LEFT JOIN prices p ON p.variant_id = o.variant_id AND p.currency = $2
      WHERE o.variant_id = ANY($1)) f) AS offers,
    (SELECT coalesce(jsonb_agg(to_jsonb(f)), '[]') FROM (
      SELECT c.*, coalesce(s.used, 0) AS used_by_shopper
      FROM coupons c
      LEFT JOIN coupon_shoppers s ON s.coupon_id = c.id AND s.shopper_id = $4
      WHERE upper(c.code) = ANY($3) AND c.active) f) AS coupons,
    (SELECT coalesce(jsonb_object_agg(category, rate_ppm), '{}')
     FROM tax_rates WHERE country = $5) AS tax_rates,
    (SELECT to_jsonb(t) FROM market_terms t) AS terms`;

/** Everything a quote depends on, as of one moment, in one statement. */
export async function readQuoteFacts(db: Database, question: QuoteQuestion): Promise<QuoteFacts> {
  const [row] = await db.query(sql, [
    question.variantIds,
    question.currency,
    question.couponCodes,
    question.shopperId,
    question.country,
  ]);
  const { offers, coupons, tax_rates: taxRatesPpm, terms } = row as Row;
  return {
    offers: offers.map(offerOf),
    coupons: coupons.map(couponOf),
    taxRatesPpm,
    terms: {
      taxMode: terms.tax_mode,
      taxLiability: terms.tax_liability,
      marketplaceFundingTaxed: terms.marketplace_funding_taxed,
    },
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function offerOf(row: Row): OfferFacts {
  return {
    variantId: row.variant_id,
    productId: row.product_id,
    vendorId: row.vendor_id,
    buyable: row.buyable,
    vendorOpen: row.open,
    title: row.title,
    variantTitle: row.variant_title,
    sku: row.sku,
    imageSrc: row.image_src,
    grams: row.grams,
    requiresShipping: row.requires_shipping,
    taxCategory: row.tax_category,
    listMinor: row.list_minor,
    compareAtMinor: row.compare_at_minor,
    saleMinor: row.sale_minor,
    saleStartsAt: dateOf(row.sale_starts_at),
    saleEndsAt: dateOf(row.sale_ends_at),
  };
}

function couponOf(row: Row): CouponFacts {
  return {
    couponId: row.id,
    code: row.code,
    vendorId: row.vendor_id,
    kind: row.kind,
    ratePpm: row.rate_ppm,
    amountMinor: row.amount_minor,
    currency: row.currency,
    minimumMinor: row.minimum_minor,
    vendorFundedPpm: row.vendor_funded_ppm,
    startsAt: dateOf(row.starts_at),
    endsAt: dateOf(row.ends_at),
    usageLimit: row.usage_limit,
    perShopperLimit: row.per_shopper_limit,
    used: row.used,
    usedByShopper: row.used_by_shopper,
  };
}
