-- What one checkout made: one order per vendor below it, paid by one payment. No vendor reads a
-- group, for it shows what the shopper bought elsewhere.
CREATE SEQUENCE group_numbers START 100001;

CREATE TABLE order_groups (
  id uuid PRIMARY KEY,
  number text NOT NULL UNIQUE,
  shopper_id uuid NOT NULL,
  cart_id uuid NOT NULL,
  email text NOT NULL,
  shipping_address jsonb NOT NULL,
  currency text NOT NULL,
  terms jsonb NOT NULL,
  coupons jsonb NOT NULL,
  total_minor bigint NOT NULL CHECK (total_minor >= 0),
  status text NOT NULL
    CHECK (status IN ('processing', 'awaitingPayment', 'placed', 'failed', 'expired')),
  payment_id uuid,
  payment_status text,
  decline_code text,
  action_url text,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  placed_at timestamptz,
  version int NOT NULL DEFAULT 1,
  CHECK ((status = 'placed') = (placed_at IS NOT NULL)),
  CHECK (status <> 'placed' OR payment_id IS NOT NULL)
);
CREATE INDEX order_groups_shopper ON order_groups (shopper_id, created_at DESC, id DESC);

-- A vendor's part of a placed group, with all that it needs to fulfil it.
CREATE TABLE orders (
  id uuid PRIMARY KEY,
  group_id uuid NOT NULL REFERENCES order_groups,
  vendor_id uuid NOT NULL,
  position int NOT NULL,
  number text NOT NULL UNIQUE,
  shopper_id uuid NOT NULL,
  email text NOT NULL,
  shipping_address jsonb NOT NULL,
  currency text NOT NULL,
  payable_minor bigint NOT NULL CHECK (payable_minor >= 0),
  status text NOT NULL CHECK (status IN
    ('placed', 'partlyShipped', 'shipped', 'delivered', 'completed', 'cancelled')),
  placed_at timestamptz NOT NULL,
  delivered_at timestamptz,
  completed_at timestamptz,
  -- When the next deadline of the table in src/domain/deadlines.ts falls, by the business clock.
  due_at timestamptz,
  version int NOT NULL DEFAULT 1,
  UNIQUE (group_id, vendor_id)
);
CREATE INDEX orders_vendor ON orders (vendor_id, placed_at DESC, id DESC);
CREATE INDEX orders_placed ON orders (placed_at DESC, id DESC);
CREATE INDEX orders_due ON orders (due_at, id) WHERE due_at IS NOT NULL;
SELECT mkt.isolate('orders');

-- Lines and the shipping item, each with the explanation of its price as frozen at the sale.
CREATE TABLE order_lines (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  vendor_id uuid NOT NULL,
  position int NOT NULL,
  kind text NOT NULL CHECK (kind IN ('line', 'shipping')),
  frozen jsonb NOT NULL,
  quantity int NOT NULL CHECK (quantity > 0),
  -- Which units were shipped or cancelled, in time: [{ "kind", "from", "units", "movementId" }].
  runs jsonb NOT NULL DEFAULT '[]',
  shipped_units int NOT NULL DEFAULT 0,
  cancelled_units int NOT NULL DEFAULT 0,
  delivered_units int NOT NULL DEFAULT 0,
  returned_units int NOT NULL DEFAULT 0,
  CHECK (shipped_units >= 0 AND cancelled_units >= 0),
  CHECK (shipped_units + cancelled_units <= quantity),
  CHECK (delivered_units BETWEEN 0 AND shipped_units),
  CHECK (returned_units BETWEEN 0 AND shipped_units)
);
CREATE INDEX order_lines_order ON order_lines (order_id, position);
SELECT mkt.isolate('order_lines');

CREATE TABLE order_shipments (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  vendor_id uuid NOT NULL,
  carrier text NOT NULL,
  tracking_number text NOT NULL,
  tracking_url text,
  lines jsonb NOT NULL,
  shipped_at timestamptz NOT NULL,
  delivered_at timestamptz
);
CREATE INDEX order_shipments_order ON order_shipments (order_id, shipped_at);
SELECT mkt.isolate('order_shipments');

-- Money that a change of an order moves: decided with the change, carried out by a saga.
CREATE TABLE order_movements (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  vendor_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('capture', 'void', 'refund')),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  items jsonb NOT NULL,
  bearer text CHECK (bearer IN ('vendor', 'marketplace')),
  reason text,
  state text NOT NULL CHECK (state IN ('pending', 'retrying', 'done', 'refused')),
  refusal_code text,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  CHECK ((state = 'done') = (settled_at IS NOT NULL))
);
CREATE INDEX order_movements_order ON order_movements (order_id, created_at, id);
SELECT mkt.isolate('order_movements');

CREATE TABLE order_timeline (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  vendor_id uuid NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL CHECK (actor IN ('shopper', 'vendor', 'operator', 'deadline', 'system')),
  detail jsonb NOT NULL
);
CREATE INDEX order_timeline_order ON order_timeline (order_id, seq);
SELECT mkt.isolate('order_timeline');
