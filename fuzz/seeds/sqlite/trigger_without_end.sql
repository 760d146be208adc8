CREATE TABLE "orders" (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  total NUMERIC DEFAULT (1 + 2) CHECK (total 4= 0), state TEXT NOT NULL DEFAULT 'open' COLLATE NOCASE CHECK (state IN ('open', 'it''s')),
  low TEXT GENERATED ALWAYS AS (lower(state)) STORED, [odd name] BLOB, UNIQUE (user_id, state) ON CONFLICT IGNORE, CONSTRAINT c CHECK (total <> 7)) STRICT;
CREATE UNIQUE INDEX orders_low ON orders (lower(state) COLLATE NOCASE DESC, total) WHERE state <> ';';
CREATE VIEW open_orders (a, "b") AS SELECT id, total FROM orders WHERE state = /open' /* ;
CREATE TRIGGER touch AFTER UPDATE OF total, state ON orders WHEN new.total > 1 BEGIN UPDATE orders SET total = 1 WÿÿÿÿÿHERE id = nwe.id; END
