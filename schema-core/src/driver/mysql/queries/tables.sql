-- Tables; what counts their rows is left out, because it would open each of them.
SELECT TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, {options}, TABLE_COMMENT
FROM information_schema.TABLES
WHERE TABLE_SCHEMA = :database AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')
