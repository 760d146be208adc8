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
