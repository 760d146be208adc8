-- drop the unique constraint `users_email_key` of `users`
ALTER TABLE users DROP CONSTRAINT users_email_key;

-- add the column `products`.`deleted_at`
ALTER TABLE products ADD COLUMN deleted_at timestamp with time zone;

-- create the index `products_on_sale_idx` on `products`
-- BLOCKS WRITES: an index of the rows of `products` is built; writes wait until this is done
CREATE INDEX products_on_sale_idx ON products (feed_id, title) WHERE deleted_at IS NULL;

-- create the index `users_email_key` on `users`
-- BLOCKS WRITES: an index of the rows of `users` is built; writes wait until this is done
-- MAY FAIL: rows of `users` may have equal keys
CREATE UNIQUE INDEX users_email_key ON users ((lower((email)::text)));

-- comment on the column `products`.`deleted_at`
COMMENT ON COLUMN products.deleted_at IS 'When the supplier stopped delivering it.';
