-- add the columns `products`.`price_cents` and `currency`, which rows have no values for yet
ALTER TABLE products ADD COLUMN price_cents bigint, ADD COLUMN currency character(3);

-- give each product the latest price of its history
UPDATE products
SET (price_cents, currency) = (
    SELECT cents, currency
    FROM prices
    WHERE prices.feed_id = products.feed_id AND prices.sku = products.sku
    ORDER BY valid_from DESC
    LIMIT 1
);

-- refuse NULL in both
-- BLOCKS READS: all rows of `products` are read; reads and writes wait until this is done
-- MAY FAIL: a product without a price in the history has none here either
ALTER TABLE products ALTER COLUMN price_cents SET NOT NULL, ALTER COLUMN currency SET NOT NULL;

-- add the CHECK `products_price_cents_check` of `products`
-- BLOCKS READS: all rows of `products` are checked; reads and writes wait until this is done
ALTER TABLE products ADD CONSTRAINT products_price_cents_check CHECK (price_cents > 0);

-- comment on the column `products`.`price_cents`
COMMENT ON COLUMN products.price_cents IS 'In the currency''s smallest unit.';

-- comment on the column `products`.`currency`
COMMENT ON COLUMN products.currency IS 'ISO 4217.';
