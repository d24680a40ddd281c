-- A payment per attempt of an order group, its share per vendor order, and what moved on each share.
-- Due times are of the business clock.

CREATE TABLE payments (
  id uuid PRIMARY KEY,
  operation_key text NOT NULL UNIQUE,
  group_id uuid NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  status text NOT NULL CHECK (status IN
    ('pending', 'requiresAction', 'unknown', 'authorized', 'declined', 'voided')),
  decline_code text,
  action_url text,
  payment_token text,
  expires_at timestamptz NOT NULL,
  placed_at timestamptz,
  -- We gave the payment up, and the provider may still hold the money or come to hold it.
  release_due boolean NOT NULL DEFAULT false,
  due_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
-- Money of one group is never held twice.
CREATE UNIQUE INDEX payments_one_live ON payments (group_id)
  WHERE status IN ('pending', 'requiresAction', 'unknown', 'authorized');
CREATE INDEX payments_group ON payments (group_id, id);
CREATE INDEX payments_due ON payments (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE payment_shares (
  payment_id uuid NOT NULL REFERENCES payments,
  order_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  authorized_minor bigint NOT NULL CHECK (authorized_minor >= 0),
  captured_minor bigint NOT NULL DEFAULT 0 CHECK (captured_minor >= 0),
  voided_minor bigint NOT NULL DEFAULT 0 CHECK (voided_minor >= 0),
  refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
  PRIMARY KEY (payment_id, order_id),
  CONSTRAINT share_within_authorized CHECK (captured_minor + voided_minor <= authorized_minor),
  CONSTRAINT refund_within_captured CHECK (refunded_minor <= captured_minor)
);
CREATE INDEX payment_shares_order ON payment_shares (order_id);
SELECT mkt.isolate('payment_shares');

-- Captures, voids and refunds. A row is there, with its amount taken from the share, before the
-- provider is called: a crash or a silent provider leaves it `pending`, to be finished later.
CREATE TABLE movements (
  id uuid PRIMARY KEY,
  operation_key text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('capture', 'void', 'refund')),
  status text NOT NULL CHECK (status IN ('pending', 'settled', 'refused')),
  payment_id uuid NOT NULL REFERENCES payments,
  group_id uuid NOT NULL,
  order_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  items jsonb NOT NULL,
  bearer text CHECK (bearer IN ('vendor', 'marketplace')),
  reason text,
  fee_minor bigint,
  refusal jsonb,
  due_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  FOREIGN KEY (payment_id, order_id) REFERENCES payment_shares
);
CREATE INDEX movements_payment ON movements (payment_id, id);
CREATE INDEX movements_due ON movements (due_at) WHERE due_at IS NOT NULL;
SELECT mkt.isolate('movements');

-- Groups given up before any payment of theirs was known: a late request must not hold money.
CREATE TABLE abandoned_groups (
  group_id uuid PRIMARY KEY,
  abandoned_at timestamptz NOT NULL
);

CREATE TABLE webhook_events (
  provider text NOT NULL,
  event_id text NOT NULL,
  type text NOT NULL,
  payment_id uuid,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (provider, event_id)
);
