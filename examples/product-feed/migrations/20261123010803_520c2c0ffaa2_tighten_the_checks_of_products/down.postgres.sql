-- drop the CHECK `products_sku_check` of `products`
ALTER TABLE products DROP CONSTRAINT products_sku_check;

-- drop the CHECK `products_price_cents_check` of `products`
ALTER TABLE products DROP CONSTRAINT products_price_cents_check;

-- add the CHECK `products_sku_check` of `products`
-- BLOCKS READS: all rows of `products` are checked; reads and writes wait until this is done
-- MAY FAIL: rows of `products` may violate `(sku <> ''::text)`
ALTER TABLE products ADD CONSTRAINT products_sku_check CHECK (sku <> ''::text);

-- add the CHECK `products_price_cents_check` of `products`
-- BLOCKS READS: all rows of `products` are checked; reads and writes wait until this is done
-- MAY FAIL: rows of `products` may violate `(price_cents >= 0)`
ALTER TABLE products ADD CONSTRAINT products_price_cents_check CHECK (price_cents >= 0);
