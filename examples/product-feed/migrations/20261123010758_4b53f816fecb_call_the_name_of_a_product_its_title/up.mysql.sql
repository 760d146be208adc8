-- rename the column `products`.`name` to `title`
ALTER TABLE `products`
    RENAME COLUMN `name` TO `title`,
    ALGORITHM=INSTANT;
