-- Where a vendor keeps its goods. The default one is made with the vendor's first stock level.
CREATE TABLE locations (
  id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  name text NOT NULL,
  is_default boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX locations_default ON locations (vendor_id) WHERE is_default;
CREATE INDEX locations_vendor ON locations (vendor_id, id);
SELECT mkt.isolate('locations');

-- One row per variant and location. `stocked` are the units not sold yet, of which `reserved` are
-- held for checkouts. `continue` sells below zero, `deny` never does; `owing` denies too, but still
-- owes units that were sold while it was `continue`.
CREATE TABLE stock_levels (
  id uuid PRIMARY KEY,
  variant_id uuid NOT NULL,
  location_id uuid NOT NULL REFERENCES locations (id),
  vendor_id uuid NOT NULL,
  product_id uuid NOT NULL,
  sku text,
  title text NOT NULL,
  stocked int NOT NULL CHECK (stocked BETWEEN -1000000000 AND 1000000000),
  reserved int NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  policy text NOT NULL CHECK (policy IN ('deny', 'continue', 'owing')),
  low_stock_threshold int NOT NULL CHECK (low_stock_threshold >= 0),
  -- Whether the product still has this variant.
  active boolean NOT NULL,
  product_version int NOT NULL,
  version int NOT NULL DEFAULT 1,
  CONSTRAINT stock_never_oversold CHECK (policy <> 'deny' OR stocked - reserved >= 0)
);
-- Every statement locks the rows of a variant in this order.
CREATE UNIQUE INDEX stock_levels_place ON stock_levels (variant_id, location_id);
CREATE INDEX stock_levels_vendor ON stock_levels (vendor_id, id);
CREATE INDEX stock_levels_product ON stock_levels (product_id);
SELECT mkt.isolate('stock_levels');

-- Why stock is what it is: `stocked` of a level is the sum of its deltas.
CREATE TABLE adjustments (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stock_level_id uuid NOT NULL,
  variant_id uuid NOT NULL,
  location_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  delta int NOT NULL,
  stocked int NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  -- The order group or order it happened for.
  reference_id uuid,
  at timestamptz NOT NULL
);
CREATE INDEX adjustments_variant ON adjustments (variant_id, seq);
SELECT mkt.isolate('adjustments');

-- The holds of one checkout. A released group stays as a tombstone: a reserve that was delayed
-- on its way must not hold anything after the release.
CREATE TABLE reservation_groups (
  group_id uuid PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('held', 'confirmed', 'released', 'expired')),
  -- By the business clock; of holds alone.
  expires_at timestamptz,
  changed_at timestamptz NOT NULL,
  CHECK ((state = 'held') = (expires_at IS NOT NULL))
);
CREATE INDEX reservation_groups_expiry ON reservation_groups (expires_at) WHERE state = 'held';

CREATE TABLE reservations (
  group_id uuid NOT NULL REFERENCES reservation_groups (group_id) ON DELETE CASCADE,
  stock_level_id uuid NOT NULL REFERENCES stock_levels (id),
  variant_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  quantity int NOT NULL CHECK (quantity > 0),
  -- Units that came back by a cancellation: no later one brings them back again.
  returned int NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND quantity),
  PRIMARY KEY (group_id, stock_level_id)
);
CREATE INDEX reservations_level ON reservations (stock_level_id);
SELECT mkt.isolate('reservations');

-- History is added to and never rewritten.
REVOKE UPDATE, DELETE ON adjustments FROM mkt_inventory, mkt_inventory_vendor;
-- A vendor sees what is held of its stock; only checkouts hold and give back.
REVOKE INSERT, UPDATE, DELETE ON reservations FROM mkt_inventory_vendor;
