-- create the table `prices`
CREATE TABLE `prices` (
    `feed_id` bigint NOT NULL COMMENT 'With `sku`: the product.',
    `sku` varchar(255) NOT NULL COMMENT 'With `feed_id`: the product.',
    `valid_from` date NOT NULL COMMENT 'The first day.',
    `cents` bigint NOT NULL COMMENT 'In the currency''s smallest unit.',
    `currency` char(3) NOT NULL COMMENT 'ISO 4217.',
    PRIMARY KEY (`feed_id`, `sku`, `valid_from`),
    CONSTRAINT `prices_cents_check` CHECK (`cents` > 0),
    CONSTRAINT `prices_feed_id_sku_fkey` FOREIGN KEY (`feed_id`, `sku`) REFERENCES `products` (`feed_id`, `sku`) ON DELETE CASCADE
) DEFAULT CHARACTER SET=utf8mb4 COMMENT='What a product costs from a day on: the latest row is today''s price.';
