-- What every service's schema holds besides its own tables: events out and in, replies to repeated
-- requests, and stored processes. The names resolve by the search path: one copy per service.

CREATE TABLE outbox (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  type text NOT NULL,
  version int NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  aggregate_id uuid NOT NULL,
  aggregate_version int NOT NULL,
  correlation_id text NOT NULL,
  causation_id text,
  vendor_id uuid,
  traceparent text,
  payload jsonb NOT NULL,
  lease_until timestamptz,
  published_at timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (seq) WHERE published_at IS NULL;
CREATE INDEX outbox_unpublished_aggregate ON outbox (aggregate_id, seq) WHERE published_at IS NULL;
CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
SELECT mkt.isolate('outbox');

CREATE TABLE inbox (
  event_id uuid PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX inbox_received ON inbox (received_at);

CREATE TABLE dead_letters (
  event_id uuid PRIMARY KEY,
  type text NOT NULL,
  envelope jsonb NOT NULL,
  reason text NOT NULL,
  attempts int NOT NULL,
  failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  replayed_at timestamptz
);

-- A row is inserted by the transaction that does the work, so a rival with the same key waits at
-- the unique index for the winner's outcome. Work over several transactions has no reply at first.
CREATE TABLE idempotency (
  actor text NOT NULL,
  key text NOT NULL,
  route text NOT NULL,
  fingerprint text NOT NULL,
  vendor_id uuid,
  subject_id uuid,
  status int,
  reply jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_created ON idempotency (created_at);
SELECT mkt.isolate('idempotency');

CREATE TABLE sagas (
  kind text NOT NULL,
  id uuid NOT NULL,
  state jsonb NOT NULL,
  step text NOT NULL,
  -- The remote work that is under way or due; repeated after a crash, so it must be idempotent.
  command jsonb,
  attempts int NOT NULL DEFAULT 0,
  due_at timestamptz,
  lease_owner uuid,
  lease_until timestamptz,
  version int NOT NULL DEFAULT 0,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  PRIMARY KEY (kind, id)
);
CREATE INDEX sagas_due ON sagas (due_at) WHERE finished_at IS NULL;
SELECT mkt.appendable('sagas');

-- What happened to a saga while it waited or was being driven; taken in order by its driver.
CREATE TABLE saga_signals (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  id uuid NOT NULL,
  input jsonb NOT NULL
);
CREATE INDEX saga_signals_saga ON saga_signals (kind, id, seq);
SELECT mkt.appendable('saga_signals');
