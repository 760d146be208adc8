-- create the table `prices`
CREATE TABLE prices (
    feed_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    cents INTEGER NOT NULL,
    currency char(3) NOT NULL,
    PRIMARY KEY (feed_id, sku, valid_from),
    CONSTRAINT prices_cents_check CHECK (cents > 0),
    CONSTRAINT prices_feed_id_sku_fkey FOREIGN KEY (feed_id, sku) REFERENCES products (feed_id, sku) ON DELETE CASCADE
);
