-- drop the check `products_price_cents_check` of `products`
ALTER TABLE `products`
    DROP CHECK `products_price_cents_check`,
    ALGORITHM=INSTANT;

-- drop the column `products`.`price_cents`; drop the column `products`.`currency`
-- DESTROYS DATA: the values of `products`.`currency` are gone
-- DESTROYS DATA: the values of `products`.`price_cents` are gone
ALTER TABLE `products`
    DROP COLUMN `price_cents`,
    DROP COLUMN `currency`,
    ALGORITHM=INSTANT;
