-- drop the check `products_sku_check` of `products`; drop the check `products_price_cents_check` of `products`
ALTER TABLE `products`
    DROP CONSTRAINT `products_sku_check`,
    DROP CONSTRAINT `products_price_cents_check`,
    ALGORITHM=INSTANT, LOCK=NONE;

-- add the check `products_sku_check` to `products`; add the check `products_price_cents_check` to `products`
-- REWRITES TABLE: all rows of `products` are copied
-- BLOCKS WRITES: writes to `products` wait until this is done
-- MAY FAIL: rows of `products` may violate ``price_cents` >= 0`
-- MAY FAIL: rows of `products` may violate ``sku` <> ''`
ALTER TABLE `products`
    ADD CONSTRAINT `products_sku_check` CHECK (`sku` <> ''),
    ADD CONSTRAINT `products_price_cents_check` CHECK (`price_cents` >= 0),
    ALGORITHM=COPY, LOCK=SHARED;
