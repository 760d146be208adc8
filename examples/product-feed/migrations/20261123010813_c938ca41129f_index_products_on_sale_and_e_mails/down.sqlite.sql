-- schema: foreign_keys=off
-- schema: expects users 484349df30edcf44210bdc0cd411d90a

-- drop the index `products_on_sale_idx` of `products`
DROP INDEX products_on_sale_idx;

-- drop the index `users_email_key` of `users`
DROP INDEX users_email_key;

-- drop the column `products`.`deleted_at`
-- DESTROYS DATA: the values of `products`.`deleted_at` are gone
ALTER TABLE products DROP COLUMN deleted_at;

-- rebuild `users`: create the new table
CREATE TABLE __schema_new_users (
    id INTEGER NOT NULL PRIMARY KEY,
    email varchar(320) NOT NULL,
    password_hash TEXT NOT NULL,
    is_admin INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL, display_name TEXT,
    CONSTRAINT users_email_key UNIQUE (email)
);

-- rebuild `users`: copy its rows
-- MAY FAIL: rows of `users` may have equal keys in `email`
-- REWRITES TABLE: all rows of `users` are copied; writes wait until this is done
INSERT INTO __schema_new_users (id, email, password_hash, is_admin, created_at, display_name)
SELECT id, email, password_hash, is_admin, created_at, display_name
FROM users;

-- rebuild `users`: drop the old table, whose rows are copied
DROP TABLE users;

-- rebuild `users`: keep views and triggers on it unchanged during the swap
PRAGMA legacy_alter_table = ON;

-- rebuild `users`: rename the new table
ALTER TABLE __schema_new_users RENAME TO users;

-- rebuild `users`: done
PRAGMA legacy_alter_table = OFF;
