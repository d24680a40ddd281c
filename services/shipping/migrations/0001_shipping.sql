CREATE TABLE profiles (
  vendor_id uuid PRIMARY KEY,
  version int NOT NULL DEFAULT 1,
  -- Zones in the order in which they are tried; see src/domain/profile.ts for the shape.
  zones jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);
SELECT mkt.isolate('profiles');

CREATE TABLE shipments (
  id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  order_id uuid NOT NULL,
  group_id uuid NOT NULL,
  shopper_id uuid NOT NULL,
  order_number text NOT NULL,
  status text NOT NULL CHECK (status IN ('shipped', 'delivered')),
  lines jsonb NOT NULL,
  carrier text NOT NULL,
  tracking_number text NOT NULL,
  tracking_url text,
  shipped_at timestamptz NOT NULL,
  delivered_at timestamptz,
  version int NOT NULL DEFAULT 1,
  CHECK ((status = 'delivered') = (delivered_at IS NOT NULL))
);
CREATE INDEX shipments_order ON shipments (order_id, id);
CREATE INDEX shipments_vendor ON shipments (vendor_id, id);
CREATE INDEX shipments_shopper ON shipments (shopper_id, id);
SELECT mkt.isolate('shipments');
