-- drop the CHECK `products_price_cents_check` of `products`
ALTER TABLE products DROP CONSTRAINT products_price_cents_check;

-- drop the column `products`.`price_cents`
-- DESTROYS DATA: the values of `products`.`price_cents` are gone
ALTER TABLE products DROP COLUMN price_cents;

-- drop the column `products`.`currency`
-- DESTROYS DATA: the values of `products`.`currency` are gone
ALTER TABLE products DROP COLUMN currency;
