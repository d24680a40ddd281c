-- When a checkout counted its coupons or gave them back: what was given back goes after some time.
ALTER TABLE redemption_groups ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
