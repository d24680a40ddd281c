-- What can be bought, as the product service last told. One row per variant.
CREATE TABLE offers (
  variant_id uuid PRIMARY KEY,
  product_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  product_version int NOT NULL,
  buyable boolean NOT NULL,
  title text NOT NULL,
  variant_title text,
  sku text,
  image_src text,
  grams int NOT NULL,
  requires_shipping boolean NOT NULL,
  tax_category text NOT NULL,
  currency text NOT NULL,
  list_minor bigint NOT NULL CHECK (list_minor >= 0),
  compare_at_minor bigint
);
CREATE INDEX offers_product ON offers (product_id);
SELECT mkt.isolate('offers');

-- Prices that a vendor set here: another currency's list price, or a sale with dates.
CREATE TABLE prices (
  variant_id uuid NOT NULL,
  currency text NOT NULL,
  vendor_id uuid NOT NULL,
  list_minor bigint CHECK (list_minor >= 0),
  sale_minor bigint CHECK (sale_minor >= 0),
  sale_starts_at timestamptz,
  sale_ends_at timestamptz,
  version int NOT NULL DEFAULT 1,
  PRIMARY KEY (variant_id, currency),
  CHECK (sale_ends_at IS NULL OR sale_starts_at IS NULL OR sale_starts_at < sale_ends_at)
);
SELECT mkt.isolate('prices');

-- What was last told of a product's price, and when a sale changes it next.
CREATE TABLE product_offers (
  product_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  version int NOT NULL,
  currency text NOT NULL,
  price_minor bigint NOT NULL,
  compare_at_minor bigint,
  next_change_at timestamptz
);
CREATE INDEX product_offers_due ON product_offers (next_change_at)
  WHERE next_change_at IS NOT NULL;
SELECT mkt.isolate('product_offers');

CREATE TABLE vendors (
  vendor_id uuid PRIMARY KEY,
  open boolean NOT NULL,
  version int NOT NULL
);
SELECT mkt.isolate('vendors');

-- A marketplace coupon has no vendor; no vendor sees it here.
CREATE TABLE coupons (
  id uuid PRIMARY KEY,
  vendor_id uuid,
  code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('percentage', 'fixed', 'freeShipping')),
  rate_ppm int CHECK (rate_ppm BETWEEN 0 AND 1000000),
  amount_minor bigint CHECK (amount_minor >= 0),
  currency text NOT NULL,
  minimum_minor bigint CHECK (minimum_minor >= 0),
  vendor_funded_ppm int NOT NULL CHECK (vendor_funded_ppm BETWEEN 0 AND 1000000),
  starts_at timestamptz,
  ends_at timestamptz,
  usage_limit int CHECK (usage_limit > 0),
  per_shopper_limit int CHECK (per_shopper_limit > 0),
  used int NOT NULL DEFAULT 0 CHECK (used >= 0 AND (usage_limit IS NULL OR used <= usage_limit)),
  active boolean NOT NULL DEFAULT true,
  version int NOT NULL DEFAULT 1,
  CHECK (vendor_id IS NULL OR vendor_funded_ppm = 1000000),
  CHECK (kind <> 'percentage' OR rate_ppm IS NOT NULL),
  CHECK (kind <> 'fixed' OR amount_minor IS NOT NULL)
);
CREATE UNIQUE INDEX coupons_code ON coupons (upper(code));
CREATE INDEX coupons_vendor ON coupons (vendor_id, id);
SELECT mkt.isolate('coupons');

CREATE TABLE coupon_shoppers (
  coupon_id uuid NOT NULL REFERENCES coupons,
  shopper_id uuid NOT NULL,
  used int NOT NULL CHECK (used >= 0),
  PRIMARY KEY (coupon_id, shopper_id)
);
-- One row per coupon and checkout: a repeat counts nothing. A released one stays, so that a
-- redemption that arrives late does not count after the checkout has failed.
CREATE TABLE coupon_redemptions (
  coupon_id uuid NOT NULL,
  group_id uuid NOT NULL,
  shopper_id uuid NOT NULL,
  released boolean NOT NULL DEFAULT false,
  PRIMARY KEY (group_id, coupon_id)
);
CREATE TABLE released_groups (group_id uuid PRIMARY KEY);

CREATE TABLE tax_rates (
  country text NOT NULL,
  category text NOT NULL,
  rate_ppm int NOT NULL CHECK (rate_ppm BETWEEN 0 AND 1000000),
  PRIMARY KEY (country, category)
);
SELECT mkt.share('tax_rates');

CREATE TABLE market_terms (
  sole boolean PRIMARY KEY DEFAULT true CHECK (sole),
  tax_mode text NOT NULL CHECK (tax_mode IN ('inclusive', 'exclusive')),
  tax_liability text NOT NULL CHECK (tax_liability IN ('marketplace', 'vendor')),
  marketplace_funding_taxed boolean NOT NULL
);
INSERT INTO market_terms (tax_mode, tax_liability, marketplace_funding_taxed)
VALUES ('inclusive', 'marketplace', true);
SELECT mkt.share('market_terms');
