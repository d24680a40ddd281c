-- The double-entry ledger. Vendors read their own rows; only the platform role posts, and nobody
-- changes or deletes what was posted. A debit is positive, a credit negative.

CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  vendor_id uuid,
  name text NOT NULL,
  currency text NOT NULL,
  balance_minor bigint NOT NULL DEFAULT 0,
  last_sequence bigint NOT NULL DEFAULT 0,
  last_digest text NOT NULL DEFAULT '',
  UNIQUE NULLS NOT DISTINCT (vendor_id, name, currency),
  CHECK (CASE WHEN vendor_id IS NULL
    THEN name IN ('clearing', 'promotions', 'taxPayable', 'commission', 'commissionTax', 'fees')
    ELSE name IN ('pending', 'available', 'reserve', 'inTransit', 'receivable') END),
  -- A vendor's money never goes below nothing: what is missing is owed, on `receivable`.
  CHECK (CASE WHEN vendor_id IS NULL THEN true
    WHEN name = 'receivable' THEN balance_minor >= 0 ELSE balance_minor <= 0 END)
);
SELECT mkt.isolate('accounts');

CREATE TABLE transactions (
  id uuid PRIMARY KEY,
  operation_key text NOT NULL UNIQUE,
  kind text NOT NULL,
  -- A pending transaction (an authorization) moves no balance.
  pending boolean NOT NULL,
  order_id uuid,
  payment_id uuid,
  payout_id uuid,
  vendor_id uuid,
  posted_at timestamptz NOT NULL
);
CREATE INDEX transactions_order ON transactions (order_id);
CREATE INDEX transactions_payment ON transactions (payment_id);
SELECT mkt.isolate('transactions');

CREATE TABLE transfers (
  id uuid PRIMARY KEY,
  transaction_id uuid NOT NULL REFERENCES transactions,
  account_id uuid NOT NULL REFERENCES accounts,
  vendor_id uuid,
  currency text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
  -- 1, 2, 3 … on its account; the digest covers the transfer before it.
  sequence bigint NOT NULL CHECK (sequence > 0),
  digest text NOT NULL,
  posted_at timestamptz NOT NULL,
  UNIQUE (account_id, sequence)
);
CREATE INDEX transfers_transaction ON transfers (transaction_id);
CREATE INDEX transfers_vendor ON transfers (vendor_id, posted_at);
SELECT mkt.isolate('transfers');

REVOKE INSERT, UPDATE, DELETE ON accounts, transactions, transfers FROM mkt_payout_vendor;
REVOKE UPDATE, DELETE ON transactions, transfers FROM mkt_payout;
REVOKE DELETE ON accounts FROM mkt_payout;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What was posted to the ledger is never changed: post a correction'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER transfers_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transactions_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON transactions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- At the commit every new transaction has transfers and sums to zero in each currency.
CREATE FUNCTION check_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  subject uuid := CASE TG_TABLE_NAME WHEN 'transfers' THEN (to_jsonb(NEW) ->> 'transaction_id')::uuid
                                     ELSE (to_jsonb(NEW) ->> 'id')::uuid END;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM transfers WHERE transaction_id = subject) THEN
    RAISE EXCEPTION 'Transaction % has no transfers', subject
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_balanced';
  END IF;
  IF EXISTS (SELECT 1 FROM transfers WHERE transaction_id = subject
             GROUP BY currency HAVING sum(amount_minor) <> 0) THEN
    RAISE EXCEPTION 'Transaction % does not sum to zero', subject
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_balanced';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER transfers_balanced AFTER INSERT ON transfers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_balanced();
CREATE CONSTRAINT TRIGGER transactions_balanced AFTER INSERT ON transactions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_balanced();
