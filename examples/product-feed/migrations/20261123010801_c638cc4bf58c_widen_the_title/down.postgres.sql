-- change the type of `products`.`title` from `character varying(500)` to `character varying(200)`
-- REWRITES TABLE: all rows of `products` are rewritten; reads and writes wait until this is done
-- MAY FAIL: values of `products`.`title` that are no `character varying(200)` are refused
ALTER TABLE products ALTER COLUMN title TYPE character varying(200);
