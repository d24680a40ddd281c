-- Value added tax as a start, to be kept by the operator (PUT /v1/tax-rates). Shipping is taxed at
-- the standard rate; a category that a country does not list counts as its standard one.
INSERT INTO tax_rates (country, category, rate_ppm)
SELECT r.country, c.category,
       CASE c.category WHEN 'reduced' THEN r.reduced WHEN 'zero' THEN 0 ELSE r.standard END
FROM (VALUES
  ('AT', 200000, 100000), ('BE', 210000, 60000), ('BG', 200000, 90000), ('HR', 250000, 130000),
  ('CY', 190000, 90000), ('CZ', 210000, 120000), ('DK', 250000, 250000), ('EE', 240000, 90000),
  ('FI', 255000, 140000), ('FR', 200000, 55000), ('DE', 190000, 70000), ('GR', 240000, 130000),
  ('HU', 270000, 180000), ('IE', 230000, 135000), ('IT', 220000, 100000), ('LV', 210000, 120000),
  ('LT', 210000, 90000), ('LU', 170000, 80000), ('MT', 180000, 70000), ('NL', 210000, 90000),
  ('PL', 230000, 80000), ('PT', 230000, 130000), ('RO', 210000, 110000), ('SK', 230000, 190000),
  ('SI', 220000, 95000), ('ES', 210000, 100000), ('SE', 250000, 120000), ('GB', 200000, 50000),
  ('NO', 250000, 150000), ('CH', 81000, 26000)
) AS r(country, standard, reduced)
CROSS JOIN (VALUES ('standard'), ('reduced'), ('zero'), ('shipping')) AS c(category);
