-- Where a guest's cart went at log-in: an order that was placed from it is taken out of there.
ALTER TABLE carts ADD COLUMN merged_into uuid REFERENCES carts (id);
