-- add the column `products`.`brand`
ALTER TABLE products ADD COLUMN brand text;

-- add the column `users`.`display_name`
ALTER TABLE users ADD COLUMN display_name text;

-- comment on the column `products`.`brand`
COMMENT ON COLUMN products.brand IS 'Who makes it.';

-- comment on the column `users`.`display_name`
COMMENT ON COLUMN users.display_name IS 'What others see instead of the e-mail.';
