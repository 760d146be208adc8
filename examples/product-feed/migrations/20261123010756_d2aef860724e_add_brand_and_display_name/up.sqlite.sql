-- add the column `products`.`brand`
ALTER TABLE products ADD COLUMN brand TEXT;

-- add the column `users`.`display_name`
ALTER TABLE users ADD COLUMN display_name TEXT;
