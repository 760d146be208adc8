-- rename the column `products`.`title` to `name`
ALTER TABLE `products`
    RENAME COLUMN `title` TO `name`,
    ALGORITHM=INSTANT;
