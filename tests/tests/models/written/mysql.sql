CREATE TABLE users (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(255) NOT NULL,
    nick VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_bin COMMENT 'What "others" say',
    mood ENUM('sad', 'so so', 'happy') NOT NULL DEFAULT 'happy',
    flags SET('a', 'b'),
    tiny TINYINT NOT NULL DEFAULT 0,
    small SMALLINT UNSIGNED,
    number INT NOT NULL DEFAULT -1,
    active TINYINT(1) NOT NULL DEFAULT 1,
    ratio FLOAT,
    weight DOUBLE NOT NULL DEFAULT 1.5,
    price DECIMAL(12,2) NOT NULL DEFAULT 9.90,
    token BINARY(16),
    salt BINARY(4) DEFAULT 'a\0b',
    seed VARBINARY(9) DEFAULT x'0061FF00',
    mark BINARY(3) DEFAULT 'abc',
    picture LONGBLOB,
    body TEXT,
    born DATE,
    seen DATETIME(6),
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    twice INT GENERATED ALWAYS AS (number * 2) STORED,
    CONSTRAINT email_not_empty CHECK (email <> ''),
    UNIQUE KEY users_email (email),
    KEY nick_and_body (nick DESC, body(20)),
    FULLTEXT KEY body_words (body)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = 'People who can sign in.';
CREATE TABLE `order lines` (
    `order id` BIGINT UNSIGNED NOT NULL,
    line INT NOT NULL,
    `type` VARCHAR(20) NOT NULL DEFAULT 'plain',
    PRIMARY KEY (`order id`, line),
    CONSTRAINT of_user FOREIGN KEY (`order id`) REFERENCES users (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE shipments (
    id INT NOT NULL PRIMARY KEY,
    order_id BIGINT UNSIGNED,
    line INT,
    FOREIGN KEY (order_id, line) REFERENCES `order lines` (`order id`, line)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE VIEW active_users AS SELECT id, email, upper(nick) AS `the nick` FROM users WHERE active = 1;
CREATE TABLE readings (id INT NOT NULL, at DATE NOT NULL, PRIMARY KEY (id, at)) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
    PARTITION BY RANGE COLUMNS (at) (PARTITION old VALUES LESS THAN ('2024-01-01'), PARTITION rest VALUES LESS THAN (MAXVALUE));
CREATE TABLE hashed (id INT NOT NULL PRIMARY KEY) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
    PARTITION BY HASH (id) PARTITIONS 4;
CREATE TABLE listed (id INT NOT NULL) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
    PARTITION BY LIST (id % 3) (PARTITION a VALUES IN (0, 1), PARTITION b VALUES IN (2));
INSERT INTO users (email) VALUES ('a@b.c');
INSERT INTO readings VALUES (1, '2024-05-05');

-- Two that fire at the same time, in this order, under settings of their own.
SET sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', collation_connection = 'utf8mb4_unicode_ci';
CREATE TRIGGER users_second BEFORE UPDATE ON users FOR EACH ROW SET NEW.tiny = OLD.tiny + 1;
SET sql_mode = '';
CREATE TRIGGER users_first BEFORE UPDATE ON users FOR EACH ROW
BEGIN
    IF NEW.email = '' THEN
        SET NEW.email = 'say "hi"';
    END IF;
END;
CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC COMMENT 'Twice.' RETURN a * 2;
CREATE PROCEDURE tidy() BEGIN DELETE FROM users WHERE tiny > 10; END;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2035-01-01 00:00:00' DO DELETE FROM users WHERE tiny > 100;
CREATE VIEW checked_users AS SELECT id, email FROM users WHERE tiny < 5 WITH CHECK OPTION;
