-- change the type of `products`.`title` from `character varying(500)` to `character varying(200)`
-- REWRITES TABLE: all rows of `products` are written anew, nobody else can read or write meanwhile
-- MAY FAIL: values of `products`.`title` that are no `character varying(200)` are refused
ALTER TABLE products ALTER COLUMN title TYPE character varying(200);
