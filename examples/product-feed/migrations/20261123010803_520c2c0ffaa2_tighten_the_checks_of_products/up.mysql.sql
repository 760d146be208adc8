-- drop the check `products_price_cents_check` of `products`; drop the check `products_sku_check` of `products`
ALTER TABLE `products`
    DROP CHECK `products_price_cents_check`,
    DROP CHECK `products_sku_check`,
    ALGORITHM=INSTANT;

-- add the check `products_price_cents_check` to `products`; add the check `products_sku_check` to `products`
-- REWRITES TABLE: all rows of `products` are copied
-- BLOCKS WRITES: writes to `products` wait until this is done
-- MAY FAIL: rows of `products` may violate ``price_cents` > 0`
-- MAY FAIL: rows of `products` may violate ``sku` <> '' and `sku` = trim(`sku`)`
ALTER TABLE `products`
    ADD CONSTRAINT `products_price_cents_check` CHECK (`price_cents` > 0),
    ADD CONSTRAINT `products_sku_check` CHECK (`sku` <> '' and `sku` = trim(`sku`)),
    ALGORITHM=COPY, LOCK=SHARED;
