-- schema: foreign_keys=off
-- schema: expects users 55b2a319da452f2655c8b1efcb3a4701

-- add the column `products`.`deleted_at`
ALTER TABLE products ADD COLUMN deleted_at TEXT;

-- rebuild `users`: create the new table
CREATE TABLE __schema_new_users (
    id INTEGER NOT NULL PRIMARY KEY,
    email varchar(320) NOT NULL,
    password_hash TEXT NOT NULL,
    is_admin INTEGER NOT NULL DEFAULT 0,
    display_name TEXT,
    created_at TEXT NOT NULL
);

-- rebuild `users`: copy its rows
-- REWRITES TABLE: all rows of `users` are copied; writes wait until this is done
INSERT INTO __schema_new_users (id, email, password_hash, is_admin, display_name, created_at)
SELECT id, email, password_hash, is_admin, display_name, created_at
FROM users;

-- rebuild `users`: drop the old table, whose rows are copied
DROP TABLE users;

-- rebuild `users`: keep views and triggers on it unchanged during the swap
PRAGMA legacy_alter_table = ON;

-- rebuild `users`: rename the new table
ALTER TABLE __schema_new_users RENAME TO users;

-- rebuild `users`: done
PRAGMA legacy_alter_table = OFF;

-- create the index `products_on_sale_idx` on `products`
CREATE INDEX products_on_sale_idx ON products (feed_id, title) WHERE deleted_at IS NULL;

-- create the index `users_email_key` on `users`
-- MAY FAIL: rows of `users` may have equal keys
CREATE UNIQUE INDEX users_email_key ON users (lower(email));
