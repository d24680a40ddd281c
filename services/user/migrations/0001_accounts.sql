-- Accounts, sessions and signing keys hold no vendor's data. The vendor role gets no right to any of
-- these tables: password hashes and private keys are readable by the platform role alone.

CREATE TABLE users (
  user_id uuid PRIMARY KEY,
  email text NOT NULL CONSTRAINT users_email_unique UNIQUE CHECK (email = lower(email)),
  name text NOT NULL,
  -- PHC string: algorithm, parameters and salt travel with the hash, so parameters can be raised.
  password_hash text NOT NULL,
  operator boolean NOT NULL DEFAULT false,
  marketing_consent boolean NOT NULL DEFAULT false,
  marketing_consent_at timestamptz,
  version int NOT NULL DEFAULT 1,
  registered_at timestamptz NOT NULL
);
-- Prefix search by operators, whatever the collation of the database.
CREATE INDEX users_email_prefix ON users (email text_pattern_ops);

-- One log-in on one device. Guests have sessions without an account.
CREATE TABLE sessions (
  session_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('guest', 'user')),
  user_id uuid NOT NULL,
  vendor_id uuid,
  user_agent text,
  created_at timestamptz NOT NULL,
  refreshed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- No refresh moves the end past this.
  ends_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_because text
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Every refresh token of a session that may still come back: the newest is good for one use, the
-- older ones show that somebody has a copy.
CREATE TABLE refresh_tokens (
  token_hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
  generation int NOT NULL,
  used_at timestamptz,
  CONSTRAINT refresh_tokens_one_per_generation UNIQUE (session_id, generation)
);

-- Counted by a hash of the e-mail, so that an unknown address behaves as a known one does.
CREATE TABLE login_attempts (
  email_hash bytea PRIMARY KEY,
  failures int NOT NULL,
  last_at timestamptz NOT NULL,
  locked_until timestamptz NOT NULL
);
CREATE INDEX login_attempts_last ON login_attempts (last_at);

CREATE TABLE signing_keys (
  kid text PRIMARY KEY,
  public_jwk jsonb NOT NULL,
  private_jwk jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  -- Published before it signs, so that nobody meets a token of a key that caches do not hold yet.
  signs_from timestamptz NOT NULL,
  -- Set when another key takes over: after this no token of it is valid and the key is gone.
  published_until timestamptz
);

CREATE TABLE addresses (
  address_id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  label text,
  address jsonb NOT NULL,
  is_default boolean NOT NULL,
  version int NOT NULL DEFAULT 1
);
CREATE INDEX addresses_of_user ON addresses (user_id, address_id);
CREATE UNIQUE INDEX addresses_one_default ON addresses (user_id) WHERE is_default;
