CREATE TABLE "orders" (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  total NUMERIC DEFAULT (1 + 2) CHECK (total >= 0), state TEXT NOT NULL DEFAULT 'open' COLLATE NOCASE CHECK (state IN ('open', 'it''s')),
  low TEXT GENERATED ALWAYS AS (lower(state)) STORED, [odd name] BLOB, UNIQUE (user_id, state) ON CONFLICT IGNORE, CONSTRAINT c CHECK (total <> 7)) STRICT;
CREATE UNIQUE INDEX orders_low ON orders (lower(state) COLLATE NOCASE DESC, total) WHERE state <> ';';
CREATE VIEW open_orders (a, "b") AS SELECT id, total FROM orders WHERE state T (1 + 2) CHECK (total >= 0), state TEXT NOT NULL DEFAULT 'open' COLLATE NOCASE CHECK (state IN (' UPDATE orders SET total = 1 WHERE id = new.id; END
