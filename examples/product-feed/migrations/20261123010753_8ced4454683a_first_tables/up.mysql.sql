-- create the table `feeds`
CREATE TABLE `feeds` (
    `id` bigint NOT NULL AUTO_INCREMENT COMMENT 'Key.',
    `name` varchar(255) NOT NULL COMMENT 'The part of the file names before the date.',
    PRIMARY KEY (`id`),
    UNIQUE KEY `feeds_name_key` (`name`)
) DEFAULT CHARACTER SET=utf8mb4 COMMENT='Where products come from: a supplier''s stream of files.';

-- create the table `import_jobs`
CREATE TABLE `import_jobs` (
    `id` bigint NOT NULL AUTO_INCREMENT COMMENT 'Key.',
    `feed_id` bigint NOT NULL COMMENT 'The feed that the file belongs to.',
    `file` varchar(255) NOT NULL COMMENT 'The file''s name.',
    `status` enum('running','succeeded','failed') NOT NULL DEFAULT 'running' COMMENT 'How it ended.',
    `imported` bigint NOT NULL DEFAULT 0 COMMENT 'Rows that were written.',
    `errors` json NOT NULL DEFAULT ('[]') COMMENT 'Rows that were not, as `[{"row": 1, "message": ".."}]`.',
    `started_at` datetime(6) NOT NULL COMMENT 'When it began.',
    `finished_at` datetime(6) COMMENT 'When it ended.',
    PRIMARY KEY (`id`),
    KEY `import_jobs_feed_id_fkey` (`feed_id`),
    CONSTRAINT `import_jobs_feed_id_fkey` FOREIGN KEY (`feed_id`) REFERENCES `feeds` (`id`) ON DELETE CASCADE
) DEFAULT CHARACTER SET=utf8mb4 COMMENT='One run of an import, and what went wrong in it.';

-- create the table `products`
CREATE TABLE `products` (
    `feed_id` bigint NOT NULL COMMENT 'Who delivers it.',
    `sku` varchar(255) NOT NULL COMMENT 'The supplier''s article number.',
    `gtin` varchar(14) COMMENT 'The article number that is the same everywhere.',
    `name` varchar(200) NOT NULL COMMENT 'What the shop shows.',
    `price_cents` bigint NOT NULL COMMENT 'In the currency''s smallest unit.',
    `currency` char(3) NOT NULL COMMENT 'ISO 4217.',
    PRIMARY KEY (`feed_id`, `sku`),
    CONSTRAINT `products_price_cents_check` CHECK (`price_cents` >= 0),
    CONSTRAINT `products_sku_check` CHECK (`sku` <> ''),
    CONSTRAINT `products_feed_id_fkey` FOREIGN KEY (`feed_id`) REFERENCES `feeds` (`id`) ON DELETE CASCADE
) DEFAULT CHARACTER SET=utf8mb4 COMMENT='What a supplier sells.';

-- create the table `users`
CREATE TABLE `users` (
    `id` bigint NOT NULL AUTO_INCREMENT COMMENT 'Key.',
    `email` varchar(320) NOT NULL COMMENT 'Login e-mail; upper and lower case are the same person.',
    `password_hash` varchar(255) NOT NULL COMMENT 'Argon2, in the PHC string format.',
    `is_admin` tinyint(1) NOT NULL DEFAULT 0 COMMENT 'May change everything.',
    `created_at` datetime(6) NOT NULL COMMENT 'When the account was made.',
    PRIMARY KEY (`id`),
    UNIQUE KEY `users_email_key` (`email`)
) DEFAULT CHARACTER SET=utf8mb4 COMMENT='People who can sign in.';
