-- Where a vendor's mail goes: learned from the vendor's approval.
CREATE TABLE vendor_contacts (
  vendor_id uuid PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  -- The vendor's version that said so: an older event changes nothing.
  version int NOT NULL
);
SELECT mkt.isolate('vendor_contacts');

-- One row is the mail, its entry in the delivery log and, for an account or a vendor, its entry in
-- the in-app inbox. vendor_id is null where the message is a shopper's.
CREATE TABLE messages (
  id uuid PRIMARY KEY,
  event_id uuid NOT NULL,
  template text NOT NULL,
  -- An address, or vendor:<id>: with event and template it makes a message unique.
  recipient text NOT NULL,
  vendor_id uuid,
  user_id uuid,
  -- Null while the vendor's address is not known yet.
  to_address text,
  subject text NOT NULL,
  text_body text NOT NULL,
  html_body text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'queued', 'sent', 'failed')),
  attempts int NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  lease_until timestamptz,
  last_error text,
  transport text,
  sent_at timestamptz,
  read_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT messages_once UNIQUE (event_id, template, recipient),
  CONSTRAINT messages_addressed CHECK (state = 'waiting' OR to_address IS NOT NULL)
);
CREATE INDEX messages_due ON messages (due_at) WHERE state = 'queued';
CREATE INDEX messages_waiting ON messages (vendor_id) WHERE state = 'waiting';
CREATE INDEX messages_newest ON messages (created_at DESC, id DESC);
CREATE INDEX messages_to ON messages (to_address, created_at DESC, id DESC);
CREATE INDEX messages_of_user ON messages (user_id, created_at DESC, id DESC)
  WHERE user_id IS NOT NULL;
CREATE INDEX messages_of_vendor ON messages (vendor_id, created_at DESC, id DESC)
  WHERE vendor_id IS NOT NULL;
SELECT mkt.isolate('messages');

CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  url text NOT NULL,
  event_types text[] NOT NULL,
  -- Signs every request, so it is kept as it is; shown once, when the endpoint is made.
  secret text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT webhook_endpoints_of_vendor UNIQUE (vendor_id, id)
);
SELECT mkt.isolate('webhook_endpoints');

CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY,
  endpoint_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  event_id uuid NOT NULL,
  event_type text NOT NULL,
  -- The exact bytes that are signed and sent.
  body text NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  attempts int NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  lease_until timestamptz,
  last_error text,
  sent_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT webhook_deliveries_once UNIQUE (endpoint_id, event_id),
  -- The endpoint and what is sent to it are one vendor's: the database holds to it.
  CONSTRAINT webhook_deliveries_endpoint FOREIGN KEY (vendor_id, endpoint_id)
    REFERENCES webhook_endpoints (vendor_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE state = 'queued';
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (endpoint_id, created_at DESC, id DESC);
SELECT mkt.isolate('webhook_deliveries');

-- A vendor's session marks as read and asks for another try; it neither writes messages nor reads
-- a webhook's secret back.
REVOKE INSERT, UPDATE, DELETE ON vendor_contacts, messages FROM mkt_notification_vendor;
GRANT UPDATE (read_at) ON messages TO mkt_notification_vendor;
REVOKE INSERT, UPDATE, DELETE ON webhook_deliveries FROM mkt_notification_vendor;
GRANT UPDATE (state, attempts, due_at, last_error) ON webhook_deliveries TO mkt_notification_vendor;
REVOKE SELECT, UPDATE ON webhook_endpoints FROM mkt_notification_vendor;
GRANT SELECT (id, vendor_id, url, event_types, created_at) ON webhook_endpoints
  TO mkt_notification_vendor;
