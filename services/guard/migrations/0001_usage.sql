-- Usage as counted by the services themselves, summed per UTC day. No vendor ever reads it, so there
-- is no grant for the vendor role; vendor_id only says whose work spent it.
CREATE TABLE usage_days (
  day date NOT NULL,
  service text NOT NULL,
  meter text NOT NULL,
  vendor_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  amount double precision NOT NULL,
  PRIMARY KEY (day, meter, service, vendor_id)
);
SELECT mkt.isolate('usage_days');

-- Reports that were added already: a repeated one is ignored.
CREATE TABLE usage_reports (
  report_id uuid PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX usage_reports_received ON usage_reports (received_at);
