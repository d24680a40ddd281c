-- Versions of the commission rules: a row is never changed, a later one takes over from its
-- `valid_from`. Without a vendor it is the marketplace's default; a vendor's row without rules
-- takes the vendor back to the default.
CREATE TABLE commission_rules (
  id uuid PRIMARY KEY,
  vendor_id uuid,
  rules jsonb,
  include_shipping boolean,
  tax_ppm int,
  valid_from timestamptz NOT NULL,
  version int NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (vendor_id, version),
  CHECK (vendor_id IS NOT NULL
    OR (rules IS NOT NULL AND include_shipping IS NOT NULL AND tax_ppm IS NOT NULL))
);
CREATE INDEX commission_rules_in_force ON commission_rules (vendor_id, valid_from);
SELECT mkt.isolate('commission_rules');
REVOKE INSERT, UPDATE, DELETE ON commission_rules FROM mkt_payout_vendor;
REVOKE UPDATE, DELETE ON commission_rules FROM mkt_payout;

-- Where a marketplace starts: 12 % of the lines, and 23 % of tax on the commission.
INSERT INTO commission_rules
  (id, vendor_id, rules, include_shipping, tax_ppm, valid_from, version, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', NULL, '[{"kind": "percentage", "ratePpm": 120000}]', false, 230000,
        '2000-01-01', 1, '2000-01-01');
