-- change `products`.`title`
ALTER TABLE `products`
    MODIFY COLUMN `title` varchar(500) NOT NULL COMMENT 'What the shop shows.',
    ALGORITHM=INPLACE, LOCK=NONE;
