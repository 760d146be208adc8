-- schema: foreign_keys=off
-- schema: expects products 24a835d468b5f78ee2ffe5361388e148

-- rebuild `products`: create the new table
CREATE TABLE __schema_new_products (
    feed_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    gtin varchar(14),
    title varchar(500) NOT NULL,
    brand TEXT,
    price_cents INTEGER NOT NULL,
    currency char(3) NOT NULL,
    PRIMARY KEY (feed_id, sku),
    CONSTRAINT products_price_cents_check CHECK (price_cents >= 0),
    CONSTRAINT products_sku_check CHECK (sku <> ''),
    CONSTRAINT products_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES feeds (id) ON DELETE CASCADE
);

-- rebuild `products`: copy its rows
-- REWRITES TABLE: all rows of `products` are copied; writes wait until this is done
INSERT INTO __schema_new_products (rowid, feed_id, sku, gtin, title, brand, price_cents, currency)
SELECT rowid, feed_id, sku, gtin, title, brand, price_cents, currency
FROM products;

-- rebuild `products`: drop the old table, whose rows are copied
DROP TABLE products;

-- rebuild `products`: keep views and triggers on it unchanged during the swap
PRAGMA legacy_alter_table = ON;

-- rebuild `products`: rename the new table
ALTER TABLE __schema_new_products RENAME TO products;

-- rebuild `products`: done
PRAGMA legacy_alter_table = OFF;
