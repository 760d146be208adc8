-- drop the index `products_on_sale_idx` of `products`
DROP INDEX products_on_sale_idx;

-- drop the index `users_email_key` of `users`
DROP INDEX users_email_key;

-- drop the column `products`.`deleted_at`
-- DESTROYS DATA: the values of `products`.`deleted_at` are gone
ALTER TABLE products DROP COLUMN deleted_at;

-- add the unique constraint `users_email_key` of `users`
-- BLOCKS READS: an index of all rows of `users` is built; reads and writes wait until this is done
-- MAY FAIL: rows of `users` may have equal keys in `email`
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
