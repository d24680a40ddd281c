-- What the ledger was told of orders, payments and vendors. Kept apart from the postings, so that
-- each can be checked against the other.

CREATE TABLE orders (
  id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  group_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  number text NOT NULL,
  currency text NOT NULL,
  tax_liability text NOT NULL CHECK (tax_liability IN ('marketplace', 'vendor')),
  payable_minor bigint NOT NULL,
  -- What this order has on the vendor's `pending`, and how far its hold is.
  pending_minor bigint NOT NULL DEFAULT 0 CHECK (pending_minor >= 0),
  captured_minor bigint NOT NULL DEFAULT 0,
  refunded_minor bigint NOT NULL DEFAULT 0,
  captured_units int NOT NULL DEFAULT 0,
  refunded_units int NOT NULL DEFAULT 0,
  delivered_units int NOT NULL DEFAULT 0,
  hold_until timestamptz,
  hold_over boolean NOT NULL DEFAULT false,
  releases int NOT NULL DEFAULT 0,
  placed_at timestamptz NOT NULL
);
CREATE INDEX orders_vendor ON orders (vendor_id, id);
CREATE INDEX orders_payment ON orders (payment_id);
CREATE INDEX orders_hold ON orders (hold_until) WHERE pending_minor > 0 AND hold_until IS NOT NULL;
SELECT mkt.isolate('orders');

CREATE TABLE order_items (
  line_id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  vendor_id uuid NOT NULL,
  position int NOT NULL,
  item_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('line', 'shipping')),
  title text NOT NULL,
  quantity int NOT NULL CHECK (quantity > 0),
  base_minor bigint NOT NULL,
  discount_minor bigint NOT NULL,
  vendor_funded_minor bigint NOT NULL,
  marketplace_funded_minor bigint NOT NULL,
  tax_minor bigint NOT NULL,
  payable_minor bigint NOT NULL,
  commission_minor bigint NOT NULL,
  commission_tax_minor bigint NOT NULL,
  -- The item with its whole explanation, as it came with the sale.
  frozen jsonb NOT NULL
);
CREATE INDEX order_items_order ON order_items (order_id, position);
SELECT mkt.isolate('order_items');

-- Captures, voids and refunds as the payment service told of them. One whose order is not known
-- yet waits here (`applied_at` is null) and is applied with the order.
CREATE TABLE movements (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('capture', 'void', 'refund')),
  order_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  fee_minor bigint NOT NULL,
  items jsonb NOT NULL,
  bearer text CHECK (bearer IN ('vendor', 'marketplace')),
  at timestamptz NOT NULL,
  payment_version int NOT NULL,
  -- What the vendor got by it (a refund: lost by it), and under which policy.
  credit_minor bigint,
  policy text,
  applied_at timestamptz
);
CREATE INDEX movements_waiting ON movements (order_id) WHERE applied_at IS NULL;
CREATE INDEX movements_order ON movements (order_id);
CREATE INDEX movements_payment ON movements (payment_id);
CREATE INDEX movements_vendor ON movements (vendor_id, applied_at);
SELECT mkt.isolate('movements');

CREATE TABLE deliveries (
  event_id uuid PRIMARY KEY,
  order_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  units int NOT NULL,
  delivered_at timestamptz NOT NULL
);
CREATE INDEX deliveries_order ON deliveries (order_id);
SELECT mkt.isolate('deliveries');

CREATE TABLE reserves (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  vendor_id uuid NOT NULL,
  currency text NOT NULL,
  amount_minor bigint NOT NULL,
  release_at timestamptz NOT NULL,
  released_at timestamptz
);
CREATE INDEX reserves_due ON reserves (release_at) WHERE released_at IS NULL;
SELECT mkt.isolate('reserves');

-- A suspended vendor keeps its money and is not paid until it is reopened.
CREATE TABLE vendors (
  vendor_id uuid PRIMARY KEY,
  suspended boolean NOT NULL,
  version int NOT NULL
);
SELECT mkt.isolate('vendors');

CREATE TABLE payouts (
  id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  currency text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  reference text NOT NULL,
  status text NOT NULL CHECK (status IN ('requested', 'started', 'paid', 'returned', 'refused')),
  refusal text,
  requested_at timestamptz NOT NULL,
  started_at timestamptz,
  paid_at timestamptz,
  returned_at timestamptz,
  due_at timestamptz,
  version int NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX payouts_one_open ON payouts (vendor_id, currency)
  WHERE status IN ('requested', 'started');
CREATE INDEX payouts_vendor ON payouts (vendor_id, id);
CREATE INDEX payouts_due ON payouts (due_at) WHERE due_at IS NOT NULL;
SELECT mkt.isolate('payouts');

-- The simulated bank's own memory.
CREATE TABLE rail_payments (
  key text PRIMARY KEY,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  reference text NOT NULL,
  sent_at timestamptz NOT NULL
);

REVOKE INSERT, UPDATE, DELETE
  ON orders, order_items, movements, deliveries, reserves, vendors FROM mkt_payout_vendor;
REVOKE UPDATE, DELETE ON payouts FROM mkt_payout_vendor;
REVOKE UPDATE, DELETE ON order_items FROM mkt_payout;
