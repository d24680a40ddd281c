-- Old carts are deleted: the reference to each is looked for.
CREATE INDEX carts_merged_into ON carts (merged_into) WHERE merged_into IS NOT NULL;
