CREATE DEFINER="root"@"localhost" FUNCTION "f"(a varchar(10), b decimal(10,2)) RETURNS varchar(20) CHARSET utf8mb4 COLLATE utf8mb4_bin
    READS SQL DATA
    DETERMINISTIC
    SQL SECURITY INVOKER
    COMMENT 'it''s'
RETURN concat(a, b)

CREATE DEFINER=`root`@`localhost` FUNCTION `f`(a varchar(10), b decimal(10,2)) RETURNS varchar(20) CHARSET utf8mb4 COLLATE utf8mb4_bin
    NO SQL
    DETERMINISTIC
RETURN concat(a, b)
