-- The simulated provider: the state of a company outside. Nothing here joins or references the
-- payment tables, and no transaction writes both.

CREATE TABLE simulator_secret (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  secret text NOT NULL
);
-- Made here, so that every installation has its own and a restart keeps it.
INSERT INTO simulator_secret (secret)
VALUES (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));

CREATE TABLE simulator_tokens (
  token text PRIMARY KEY,
  behaviour text NOT NULL,
  last4 text NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE simulator_payments (
  key text PRIMARY KEY,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  behaviour text NOT NULL,
  last4 text NOT NULL,
  status text NOT NULL CHECK (status IN
    ('authorized', 'requiresAction', 'processing', 'declined', 'voided')),
  decline_code text,
  challenge_id uuid UNIQUE,
  captured_minor bigint NOT NULL DEFAULT 0,
  voided_minor bigint NOT NULL DEFAULT 0,
  refunded_minor bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  CHECK (captured_minor + voided_minor <= amount_minor),
  CHECK (refunded_minor <= captured_minor)
);

CREATE TABLE simulator_operations (
  key text PRIMARY KEY,
  payment_key text NOT NULL REFERENCES simulator_payments,
  kind text NOT NULL,
  amount_minor bigint NOT NULL,
  fee_minor bigint NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE simulator_webhooks (
  id uuid PRIMARY KEY,
  event_id text NOT NULL,
  payment_key text NOT NULL REFERENCES simulator_payments,
  due_at timestamptz,
  attempts int NOT NULL DEFAULT 0,
  delivered_at timestamptz
);
CREATE INDEX simulator_webhooks_due ON simulator_webhooks (due_at) WHERE due_at IS NOT NULL;
