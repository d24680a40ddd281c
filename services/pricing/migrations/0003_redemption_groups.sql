-- contract after 0003_redemption_groups
-- One row per checkout that counted coupons or gave them back. A redemption and a release of the
-- same checkout meet at its key, so that neither overlooks the other.
CREATE TABLE redemption_groups (
  group_id uuid PRIMARY KEY,
  released boolean NOT NULL DEFAULT false
);
INSERT INTO redemption_groups (group_id, released)
SELECT group_id, bool_or(released) FROM (
  SELECT group_id, released FROM coupon_redemptions
  UNION ALL SELECT group_id, true FROM released_groups) AS known
GROUP BY group_id;
DROP TABLE released_groups;
ALTER TABLE coupon_redemptions DROP COLUMN released;

-- The limit stands beside the count that it limits, so that the table itself refuses one too many.
ALTER TABLE coupon_shoppers ADD COLUMN usage_limit int;
ALTER TABLE coupon_shoppers ADD CONSTRAINT coupon_shoppers_limit
  CHECK (usage_limit IS NULL OR used <= usage_limit);
ALTER TABLE coupons ADD CONSTRAINT coupons_limit
  CHECK (usage_limit IS NULL OR used <= usage_limit);
