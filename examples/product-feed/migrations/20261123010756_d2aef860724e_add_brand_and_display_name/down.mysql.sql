-- drop the column `products`.`brand`
-- DESTROYS DATA: the values of `products`.`brand` are gone
ALTER TABLE `products`
    DROP COLUMN `brand`,
    ALGORITHM=INSTANT;

-- drop the column `users`.`display_name`
-- DESTROYS DATA: the values of `users`.`display_name` are gone
ALTER TABLE `users`
    DROP COLUMN `display_name`,
    ALGORITHM=INSTANT;
