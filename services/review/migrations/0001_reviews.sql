-- Who bought which line: tells "not delivered yet" apart from "not yours".
CREATE TABLE bought_lines (
  line_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  shopper_id uuid NOT NULL
);
SELECT mkt.isolate('bought_lines');

-- A delivered line. The long unique key is what a review points at, so that the database itself
-- holds a review to the line's own shopper, product and vendor.
CREATE TABLE delivered_lines (
  line_id uuid PRIMARY KEY,
  order_id uuid NOT NULL,
  product_id uuid NOT NULL,
  variant_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  shopper_id uuid NOT NULL,
  title text NOT NULL,
  delivered_at timestamptz NOT NULL,
  CONSTRAINT delivered_lines_whole UNIQUE (line_id, shopper_id, product_id, variant_id, vendor_id)
);
CREATE INDEX delivered_lines_shopper ON delivered_lines (shopper_id, delivered_at DESC, line_id DESC);
SELECT mkt.isolate('delivered_lines');

CREATE TABLE reviews (
  review_id uuid PRIMARY KEY,
  line_id uuid NOT NULL CONSTRAINT reviews_one_per_line UNIQUE,
  product_id uuid NOT NULL,
  variant_id uuid NOT NULL,
  vendor_id uuid NOT NULL,
  shopper_id uuid NOT NULL,
  -- removed: taken back by its author while hidden. Its words are gone; the line stays used up, so
  -- that nobody gets round a moderator by writing the same again.
  status text NOT NULL CHECK (status IN ('pending', 'published', 'hidden', 'removed')),
  rating smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
  title text NOT NULL,
  body text NOT NULL,
  display_name text,
  hidden_reason text,
  reply text,
  replied_at timestamptz,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  edited_at timestamptz,
  CONSTRAINT reviews_of_a_delivered_line
    FOREIGN KEY (line_id, shopper_id, product_id, variant_id, vendor_id)
    REFERENCES delivered_lines (line_id, shopper_id, product_id, variant_id, vendor_id)
);
CREATE INDEX reviews_of_product ON reviews (product_id, created_at DESC, review_id DESC)
  WHERE status = 'published';
CREATE INDEX reviews_of_vendor ON reviews (vendor_id, created_at DESC, review_id DESC)
  WHERE status = 'published';
CREATE INDEX reviews_of_shopper ON reviews (shopper_id, created_at DESC, review_id DESC);
CREATE INDEX reviews_by_status ON reviews (status, created_at DESC, review_id DESC)
  WHERE status IN ('pending', 'hidden');
SELECT mkt.isolate('reviews');

-- For the moderators alone: the vendor's role has no right to it.
CREATE TABLE review_reports (
  review_id uuid NOT NULL REFERENCES reviews ON DELETE CASCADE,
  reporter_id uuid NOT NULL,
  reason text NOT NULL,
  reported_at timestamptz NOT NULL,
  PRIMARY KEY (review_id, reporter_id)
);

-- One row per product: its lock puts changes of a product's rating in order.
CREATE TABLE product_ratings (
  product_id uuid PRIMARY KEY,
  vendor_id uuid NOT NULL,
  ones int NOT NULL CHECK (ones >= 0),
  twos int NOT NULL CHECK (twos >= 0),
  threes int NOT NULL CHECK (threes >= 0),
  fours int NOT NULL CHECK (fours >= 0),
  fives int NOT NULL CHECK (fives >= 0),
  version int NOT NULL
);
SELECT mkt.isolate('product_ratings');

-- A vendor answers reviews; it neither writes nor weighs them.
REVOKE INSERT, UPDATE, DELETE ON bought_lines, delivered_lines, reviews, product_ratings
  FROM mkt_review_vendor;
GRANT UPDATE (reply, replied_at, version) ON reviews TO mkt_review_vendor;
