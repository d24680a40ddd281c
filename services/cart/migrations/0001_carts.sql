-- Carts hold what a shopper picked, and nothing of any vendor's: prices, names and stock are asked
-- for when a cart is shown, so a cart is never out of date.
CREATE TABLE carts (
  id uuid PRIMARY KEY,
  owner_id uuid NOT NULL,
  currency text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'ordered', 'merged')),
  version int NOT NULL DEFAULT 1,
  -- [{ lineId, variantId, quantity }] in the order in which they were added.
  lines jsonb NOT NULL DEFAULT '[]',
  coupon_codes jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX carts_one_open ON carts (owner_id) WHERE status = 'open';
