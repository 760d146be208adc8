-- change `products`.`title`
-- REWRITES TABLE: all rows of `products` are copied
-- BLOCKS WRITES: writes to `products` wait until this is done
-- MAY FAIL: values of `products`.`title` that `varchar(200)` cannot hold are refused
ALTER TABLE `products`
    MODIFY COLUMN `title` varchar(200) NOT NULL COMMENT 'What the shop shows.',
    ALGORITHM=COPY, LOCK=SHARED;
