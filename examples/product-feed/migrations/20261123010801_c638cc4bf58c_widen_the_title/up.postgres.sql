-- change the type of `products`.`title` from `character varying(200)` to `character varying(500)`
ALTER TABLE products ALTER COLUMN title TYPE character varying(500);
