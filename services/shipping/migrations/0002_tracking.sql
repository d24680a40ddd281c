-- What happened to a shipment on its way, as the vendor or the carrier tells.
CREATE TABLE tracking_events (
  id uuid PRIMARY KEY,
  shipment_id uuid NOT NULL REFERENCES shipments (id),
  vendor_id uuid NOT NULL,
  description text NOT NULL,
  place text,
  occurred_at timestamptz NOT NULL
);
CREATE INDEX tracking_events_shipment ON tracking_events (shipment_id, occurred_at);
SELECT mkt.isolate('tracking_events');
