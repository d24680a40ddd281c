-- Order lines that their shopper may review once they have arrived.
CREATE TABLE lines (
  line_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  product_id uuid NOT NULL,
  variant_id uuid NOT NULL,
  shopper_id uuid NOT NULL,
  title text NOT NULL,
  placed_at timestamptz NOT NULL,
  delivered_at timestamptz
);
CREATE INDEX lines_shopper ON lines (shopper_id, line_id);
SELECT mkt.isolate('lines');

-- One review per line: the key is the line's own.
CREATE TABLE reviews (
  id uuid PRIMARY KEY,
  line_id uuid NOT NULL UNIQUE REFERENCES lines (line_id),
  vendor_id uuid NOT NULL,
  product_id uuid NOT NULL,
  shopper_id uuid NOT NULL,
  display_name text NOT NULL,
  rating int NOT NULL CHECK (rating BETWEEN 1 AND 5),
  title text NOT NULL,
  body text NOT NULL,
  status text NOT NULL CHECK (status IN ('published', 'hidden')),
  hidden_reason text,
  reports int NOT NULL DEFAULT 0,
  reply text,
  replied_at timestamptz,
  created_at timestamptz NOT NULL,
  version int NOT NULL DEFAULT 1
);
CREATE INDEX reviews_product ON reviews (product_id, id) WHERE status = 'published';
CREATE INDEX reviews_vendor ON reviews (vendor_id, id);
SELECT mkt.isolate('reviews');

CREATE TABLE reports (
  review_id uuid NOT NULL REFERENCES reviews (id),
  reporter_id uuid NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (review_id, reporter_id)
);

-- How often each rating was given, of published reviews.
CREATE TABLE ratings (
  product_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  counts int[] NOT NULL DEFAULT '{0,0,0,0,0}',
  version int NOT NULL DEFAULT 0
);
SELECT mkt.isolate('ratings');
