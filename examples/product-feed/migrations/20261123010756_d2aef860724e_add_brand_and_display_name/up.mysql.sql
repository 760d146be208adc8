-- add the column `products`.`brand`
ALTER TABLE `products`
    ADD COLUMN `brand` varchar(255) COMMENT 'Who makes it.',
    ALGORITHM=INSTANT;

-- add the column `users`.`display_name`
ALTER TABLE `users`
    ADD COLUMN `display_name` varchar(255) COMMENT 'What others see instead of the e-mail.',
    ALGORITHM=INSTANT;
