CREATE TABLE `parent` (`id` int NOT NULL, `tenant` int NOT NULL, PRIMARY KEY (`tenant`, `id`)) COMMENT = 'it''s the parent';
CREATE TABLE `everything` (
    `id` int unsigned NOT NULL AUTO_INCREMENT,
    `filled` int(5) zerofill DEFAULT 5,
    `latin` varchar(20) CHARACTER SET latin1 DEFAULT 'it''s',
    `exact` varchar(20) COLLATE utf8mb4_bin NOT NULL COMMENT 'compared by bytes',
    `changed` datetime(6) DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
    `made` timestamp NOT NULL DEFAULT now(),
    `uuid` char(36) DEFAULT (uuid()),
    `one` enum('a', 'it''s'),
    `many` set('x', 'y') DEFAULT 'x',
    `sum` int GENERATED ALWAYS AS (`filled` + 1) VIRTUAL INVISIBLE COMMENT 'computed',
    `product` int AS (`filled` * 2) STORED,
    `document` json NOT NULL DEFAULT '{}',
    `place` point NOT NULL,
    `positive` int CHECK (`positive` > 0),
    `price` decimal(5, 2) DEFAULT -1.5,
    `hidden` int INVISIBLE DEFAULT 3,
    `bits` bit(3) DEFAULT b'101',
    `body` text,
    `tenant` int DEFAULT (1 + 2),
    `parent` int,
    `yes` bool DEFAULT true,
    `nothing` int DEFAULT NULL,
    PRIMARY KEY (`id`),
    UNIQUE KEY `mixed` (`filled` DESC, `latin`(5)) COMMENT 'mixed',
    KEY `ignored` (`made`) IGNORED,
    FULLTEXT KEY `words` (`body`),
    SPATIAL KEY `places` (`place`),
    CONSTRAINT `quoted` CHECK (`filled` > 0 AND `latin` <> 'it\'s'),
    CONSTRAINT `family` FOREIGN KEY (`tenant`, `parent`) REFERENCES `parent` (`tenant`, `id`) ON DELETE SET NULL ON UPDATE CASCADE
) ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 8 COMMENT = 'all that there is';
CREATE TABLE `versioned` (`a` int) WITH SYSTEM VERSIONING;
CREATE TABLE `parted` (`a` int, `b` date) PARTITION BY RANGE (`a`) (PARTITION `low` VALUES LESS THAN (10), PARTITION `high` VALUES LESS THAN MAXVALUE);
CREATE TABLE `schema_history` (`a` int);
CREATE SEQUENCE `numbers` START WITH 5;
CREATE SQL SECURITY INVOKER VIEW `seen` (`number`, `more`) AS SELECT `id`, `filled` + 1 FROM `everything` WHERE `latin` = 'x' WITH CASCADED CHECK OPTION;
CREATE ALGORITHM = MERGE VIEW `again` AS SELECT * FROM `seen`;
CREATE DEFINER = `somebody else`@`%` VIEW `theirs` AS SELECT 1 AS `one`;
CREATE PROCEDURE `act`(IN `x` int) SELECT `x`;
CREATE FUNCTION `same`(`x` int) RETURNS int DETERMINISTIC RETURN `x`;
CREATE EVENT `daily` ON SCHEDULE EVERY 1 DAY STARTS '2025-01-01 00:00:00' DO SELECT 1;
CREATE TRIGGER `second` BEFORE INSERT ON `parted` FOR EACH ROW SET NEW.`a` = 1;
CREATE TRIGGER `first` BEFORE INSERT ON `parted` FOR EACH ROW PRECEDES `second` SET NEW.`b` = '2025-01-01';
