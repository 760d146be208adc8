-- create the table `prices`
CREATE TABLE prices (
    feed_id bigint NOT NULL,
    sku text NOT NULL,
    valid_from date NOT NULL,
    cents bigint NOT NULL,
    currency character(3) NOT NULL,
    CONSTRAINT prices_pkey PRIMARY KEY (feed_id, sku, valid_from),
    CONSTRAINT prices_cents_check CHECK (cents > 0),
    CONSTRAINT prices_feed_id_sku_fkey FOREIGN KEY (feed_id, sku) REFERENCES products (feed_id, sku) ON DELETE CASCADE
);

-- comment on the table `prices`
COMMENT ON TABLE prices IS 'What a product costs from a day on: the latest row is today''s price.';

-- comment on the column `prices`.`feed_id`
COMMENT ON COLUMN prices.feed_id IS 'With `sku`: the product.';

-- comment on the column `prices`.`sku`
COMMENT ON COLUMN prices.sku IS 'With `feed_id`: the product.';

-- comment on the column `prices`.`valid_from`
COMMENT ON COLUMN prices.valid_from IS 'The first day.';

-- comment on the column `prices`.`cents`
COMMENT ON COLUMN prices.cents IS 'In the currency''s smallest unit.';

-- comment on the column `prices`.`currency`
COMMENT ON COLUMN prices.currency IS 'ISO 4217.';
