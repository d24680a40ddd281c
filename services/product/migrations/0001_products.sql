-- Products are documents: what they hold is in `body`, what they are found by in generated columns.
CREATE TABLE products (
  id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  version int NOT NULL CHECK (version > 0),
  body jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  status text NOT NULL GENERATED ALWAYS AS (body ->> 'status') STORED,
  handle text NOT NULL GENERATED ALWAYS AS (body ->> 'handle') STORED
);
CREATE UNIQUE INDEX products_handle ON products (vendor_id, handle);
CREATE INDEX products_status ON products (status, id);
CREATE INDEX products_vendor ON products (vendor_id, id);
CREATE INDEX products_vendor_status ON products (vendor_id, status, id);
SELECT mkt.isolate('products');

-- What the vendor service told: who sells, under which name, and whether it may.
CREATE TABLE vendors (
  vendor_id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL,
  status text NOT NULL CHECK (status IN ('approved', 'suspended')),
  -- Of the vendor, as its event said: an older event changes nothing.
  version int NOT NULL
);
CREATE INDEX vendors_slug ON vendors (slug);
SELECT mkt.isolate('vendors');

-- Ratings come and go without a new version of the product.
CREATE TABLE ratings (
  product_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  average double precision NOT NULL CHECK (average BETWEEN 0 AND 5),
  count int NOT NULL CHECK (count >= 0),
  version int NOT NULL
);
SELECT mkt.isolate('ratings');

-- Pictures that a vendor sent, by what is in them; the bytes are files.
CREATE TABLE media (
  vendor_id uuid NOT NULL,
  name text NOT NULL,
  size_bytes bigint NOT NULL CHECK (size_bytes > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (vendor_id, name)
);
SELECT mkt.isolate('media');

REVOKE INSERT, UPDATE, DELETE ON vendors, ratings FROM mkt_product_vendor;
REVOKE UPDATE, DELETE ON media FROM mkt_product_vendor;
REVOKE DELETE ON products FROM mkt_product_vendor;
