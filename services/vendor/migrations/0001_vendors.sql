-- Every table that says something about one vendor is isolated by vendor_id; the vendor itself is
-- the row of `vendors` with that id.

CREATE TABLE vendors (
  vendor_id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL CONSTRAINT vendors_slug_unique UNIQUE,
  country text NOT NULL,
  contact_email text NOT NULL,
  story text,
  status text NOT NULL CHECK (status IN ('applied', 'approved', 'rejected', 'suspended')),
  -- Why it was rejected or suspended; null in the other states.
  status_reason text,
  handling_days int NOT NULL DEFAULT 3,
  vacation_until timestamptz,
  applied_by uuid NOT NULL,
  applied_at timestamptz NOT NULL,
  approved_at timestamptz,
  version int NOT NULL DEFAULT 1
);
CREATE INDEX vendors_by_name ON vendors ((lower(name) COLLATE "C"), vendor_id);
CREATE INDEX vendors_of_applicant ON vendors (applied_by) WHERE status = 'applied';
SELECT mkt.isolate('vendors');

-- What operators decided, and why: kept beside the state, which only shows the last.
CREATE TABLE decisions (
  decision_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL REFERENCES vendors,
  decision text NOT NULL CHECK (decision IN ('approve', 'reject', 'suspend', 'reopen')),
  reason text,
  decided_by uuid NOT NULL,
  decided_at timestamptz NOT NULL
);
CREATE INDEX decisions_of_vendor ON decisions (vendor_id, decision_id);
SELECT mkt.isolate('decisions');

CREATE TABLE staff (
  vendor_id uuid NOT NULL REFERENCES vendors,
  user_id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'manager', 'fulfiller', 'finance')),
  email text NOT NULL,
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (vendor_id, user_id)
);
CREATE INDEX staff_of_user ON staff (user_id);
SELECT mkt.isolate('staff');

CREATE TABLE invitations (
  invitation_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL REFERENCES vendors,
  email text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'manager', 'fulfiller', 'finance')),
  token_hash bytea NOT NULL UNIQUE,
  invited_by uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_by uuid,
  revoked_at timestamptz
);
CREATE INDEX invitations_of_vendor ON invitations (vendor_id, invitation_id);
SELECT mkt.isolate('invitations');

CREATE TABLE api_keys (
  key_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL REFERENCES vendors,
  name text NOT NULL,
  scopes text[] NOT NULL,
  secret_hash bytea NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  -- To the hour: a key in use does not cost a write per request.
  last_used_at timestamptz
);
CREATE INDEX api_keys_of_vendor ON api_keys (vendor_id, key_id);
SELECT mkt.isolate('api_keys');

-- What the vendor stated for a requirement. `shown` may be read back; what must not be is `sealed`.
CREATE TABLE checklist_entries (
  vendor_id uuid NOT NULL REFERENCES vendors,
  requirement text NOT NULL
    CHECK (requirement IN ('terms', 'identityDocument', 'bankAccount', 'address')),
  shown jsonb NOT NULL,
  sealed text,
  stated_by uuid NOT NULL,
  stated_at timestamptz NOT NULL,
  PRIMARY KEY (vendor_id, requirement)
);
SELECT mkt.isolate('checklist_entries');

-- The newest known state of each product of a vendor, for the requirement that counts them.
CREATE TABLE vendor_products (
  product_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  version int NOT NULL,
  status text NOT NULL
);
CREATE INDEX vendor_products_of_vendor ON vendor_products (vendor_id, status);
SELECT mkt.isolate('vendor_products');

-- One row: what operators ask of every vendor.
CREATE TABLE requirements (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  required text[] NOT NULL,
  terms_version text NOT NULL,
  minimum_products int NOT NULL CHECK (minimum_products >= 0),
  version int NOT NULL
);
INSERT INTO requirements (required, terms_version, minimum_products, version)
VALUES ('{terms,identityDocument,bankAccount,address}', '1', 0, 1);
SELECT mkt.share('requirements');

-- Keys that seal bank accounts. The vendor role has no right to this table.
CREATE TABLE sealing_keys (
  kid uuid PRIMARY KEY,
  secret bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
