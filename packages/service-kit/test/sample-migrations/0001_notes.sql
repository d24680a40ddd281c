CREATE TABLE notes (
  id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  body text NOT NULL,
  version int NOT NULL DEFAULT 1
);
SELECT mkt.isolate('notes');
