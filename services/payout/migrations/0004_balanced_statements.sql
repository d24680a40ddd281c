-- Transfers are checked once for each statement that adds some, where they were checked once for
-- each row at the commit: what one statement adds sums to zero in each transaction and currency.
-- So no transaction is ever out of balance, not even before the commit, since nothing posted is
-- changed or deleted. That a new transaction has transfers is checked at the commit, as before.
CREATE FUNCTION check_entered() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  subject uuid;
BEGIN
  SELECT transaction_id INTO subject FROM entered
  GROUP BY transaction_id, currency HAVING sum(amount_minor) <> 0 LIMIT 1;
  IF subject IS NOT NULL THEN
    RAISE EXCEPTION 'Transaction % does not sum to zero', subject
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'transaction_balanced';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER transfers_balanced_together AFTER INSERT ON transfers
  REFERENCING NEW TABLE AS entered
  FOR EACH STATEMENT EXECUTE FUNCTION check_entered();
DROP TRIGGER transfers_balanced ON transfers;
