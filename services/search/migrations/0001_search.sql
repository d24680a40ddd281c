-- The durable read model: whatever is known of a product, in whichever order it came. The index in
-- memory is made from it, and a snapshot of the index only saves time at the start.
CREATE SEQUENCE changes;

CREATE TABLE entries (
  product_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  product_version int NOT NULL DEFAULT -1,
  -- The product as last told; null while only its price or rating is known.
  product jsonb,
  price_version int NOT NULL DEFAULT -1,
  price jsonb,
  rating_version int NOT NULL DEFAULT -1,
  rating jsonb,
  -- Goes up with every change: the version that the index knows the entry by.
  changed_seq bigint NOT NULL
);
CREATE INDEX entries_changed ON entries (changed_seq);
CREATE INDEX entries_vendor ON entries (vendor_id, product_id);
SELECT mkt.isolate('entries');

CREATE TABLE availability (
  variant_id uuid PRIMARY KEY,
  product_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  version int NOT NULL,
  available int NOT NULL
);
CREATE INDEX availability_product ON availability (product_id);
SELECT mkt.isolate('availability');

CREATE TABLE vendors (
  vendor_id uuid PRIMARY KEY,
  name text NOT NULL,
  hidden boolean NOT NULL,
  version int NOT NULL
);
SELECT mkt.isolate('vendors');
