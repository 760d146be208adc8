CREATE TABLE `t` (
  `a` varchar(30) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL DEFAULT 0xF09F9880 COMMENT 'c',
  `b` int unsigned GENERATED ALWAYS AS (concat(`a`,_utf8mb4'it\'s,\\')) STORED,
  `c` enum('x,(DEFAULT','y''z') DEFAULT NULL,
  `schema_answer_0` char(36) DEFAULT (uuid()),
  PRIMARY KEY (`a`(10),`b` DESC),
  KEY `i` ((concat(`a`,_utf8mb4'x'))),
  FULLTEXT KEY `f` (`a`) /*!50100 WITH PARSER `ngram` */ ,
  CONSTRAINT `c` CHECK (((`a` <> _utf8mb4')') and (`b` in (1,2)))),
  CONSTRAINT `k` FOREIGN KEY (`b`) REFERENCES `u` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB AUTO_INCREMENT=12 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='it\'s'
/*!50100 PARTITION BY RANGE (`b`)
(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB) */
