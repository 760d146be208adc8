-- add the column `products`.`deleted_at`
ALTER TABLE `products`
    ADD COLUMN `deleted_at` datetime(6) COMMENT 'When the supplier stopped delivering it.',
    ALGORITHM=INSTANT;

-- create the index `products_on_sale_idx` on `products`
ALTER TABLE `products`
    ADD KEY `products_on_sale_idx` (`feed_id`, `deleted_at`, `title`),
    ALGORITHM=INPLACE, LOCK=NONE;
