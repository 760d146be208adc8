-- drop the index `products_on_sale_idx` of `products`
ALTER TABLE `products`
    DROP INDEX `products_on_sale_idx`,
    ALGORITHM=INPLACE, LOCK=NONE;

-- drop the column `products`.`deleted_at`
-- DESTROYS DATA: the values of `products`.`deleted_at` are gone
ALTER TABLE `products`
    DROP COLUMN `deleted_at`,
    ALGORITHM=INSTANT;
