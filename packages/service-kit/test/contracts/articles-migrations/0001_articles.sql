CREATE TABLE articles (
  id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  version int NOT NULL,
  body jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  status text GENERATED ALWAYS AS (body ->> 'status') STORED,
  rank text GENERATED ALWAYS AS (body ->> 'rank') STORED,
  listed text GENERATED ALWAYS AS (body ->> 'listed') STORED
);
CREATE INDEX articles_vendor ON articles (vendor_id, id);
SELECT mkt.isolate('articles');
