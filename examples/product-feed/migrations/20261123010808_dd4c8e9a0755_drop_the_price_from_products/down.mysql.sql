-- add the columns `products`.`price_cents` and `currency`, which rows have no values for yet
ALTER TABLE `products`
    ADD COLUMN `price_cents` bigint COMMENT 'In the currency''s smallest unit.',
    ADD COLUMN `currency` char(3) COMMENT 'ISO 4217.',
    ALGORITHM=INSTANT;

-- give each product the latest price of its history
UPDATE products
SET price_cents = (
        SELECT cents
        FROM prices
        WHERE prices.feed_id = products.feed_id AND prices.sku = products.sku
        ORDER BY valid_from DESC
        LIMIT 1
    ),
    currency = (
        SELECT currency
        FROM prices
        WHERE prices.feed_id = products.feed_id AND prices.sku = products.sku
        ORDER BY valid_from DESC
        LIMIT 1
    );

-- refuse NULL in both
-- REWRITES TABLE: all rows of `products` are rewritten
-- MAY FAIL: a product without a price in the history has none here either
ALTER TABLE `products`
    MODIFY COLUMN `price_cents` bigint NOT NULL COMMENT 'In the currency''s smallest unit.',
    MODIFY COLUMN `currency` char(3) NOT NULL COMMENT 'ISO 4217.',
    ALGORITHM=INPLACE, LOCK=NONE;

-- add the check `products_price_cents_check` to `products`
-- REWRITES TABLE: all rows of `products` are copied
-- BLOCKS WRITES: writes to `products` wait until this is done
ALTER TABLE `products`
    ADD CONSTRAINT `products_price_cents_check` CHECK (`price_cents` > 0),
    ALGORITHM=COPY, LOCK=SHARED;
