-- Once per database, before any service: what row-level security needs. Idempotent, and it only
-- grows: an older version may run its own copy again while a newer one is at work.
CREATE SCHEMA IF NOT EXISTS mkt;

CREATE TABLE IF NOT EXISTS mkt.schema_state (
  service text PRIMARY KEY,
  checksum text NOT NULL,
  migrated_at timestamptz NOT NULL DEFAULT now()
);

-- A migration that failed and was rolled back; gone when it has succeeded.
CREATE TABLE IF NOT EXISTS mkt.migration_failures (
  service text PRIMARY KEY,
  reason text NOT NULL,
  failed_at timestamptz NOT NULL DEFAULT now()
);

-- Steps that took away what older code uses, and what code must know since. Everybody may read it:
-- a process that does not migrate asks it at its start, as its own role.
CREATE TABLE IF NOT EXISTS mkt.schema_contracts (
  service text,
  step text,
  needs text NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (service, step)
);
GRANT SELECT ON mkt.schema_contracts TO PUBLIC;

-- The vendor of this transaction, or null: with null no vendor's row is visible to a vendor role.
CREATE OR REPLACE FUNCTION mkt.current_vendor() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('mkt.vendor_id', true), '')::uuid $$;

-- Puts a table that has a vendor_id under row-level security, forced on its owner as well: the
-- service's platform role sees every row, its vendor role those of the transaction's vendor.
CREATE OR REPLACE FUNCTION mkt.isolate(target regclass) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  service text;
BEGIN
  SELECT n.nspname INTO service
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY platform ON %s TO %I USING (true) WITH CHECK (true)',
                 target, 'mkt_' || service);
  EXECUTE format('CREATE POLICY vendor ON %s TO %I USING (vendor_id = mkt.current_vendor()) '
                 'WITH CHECK (vendor_id = mkt.current_vendor())',
                 target, 'mkt_' || service || '_vendor');
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I',
                 target, 'mkt_' || service || '_vendor');
END $$;

-- Lets the vendor role read a table that holds no vendor's data, such as tax rates.
CREATE OR REPLACE FUNCTION mkt.share(target regclass) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  service text;
BEGIN
  SELECT n.nspname INTO service
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target;
  EXECUTE format('GRANT SELECT ON %s TO %I', target, 'mkt_' || service || '_vendor');
END $$;

-- Lets the vendor role add rows that it cannot read back, such as a process to be carried out.
CREATE OR REPLACE FUNCTION mkt.appendable(target regclass) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  service text;
BEGIN
  SELECT n.nspname INTO service
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target;
  EXECUTE format('GRANT INSERT ON %s TO %I', target, 'mkt_' || service || '_vendor');
END $$;
