-- schema: foreign_keys=off
-- schema: expects "my users" 0af1
CREATE TABLE new_users (id INTEGER PRIMARY KEY, [a b] TEXT DEFAULT 'it''s' CHECK (price >= 1_000.5e-3 OR x'00ff' IS NULL));
/* copies */ INSERT INTO new_users SELECT id, `c``d` FROM "my users" WHERE a = ?1 AND b = :b;
CREATE TEMP TRIGGER t AFTER UPDATE ON a BEGIN UPDATE b SET x = CASE WHEN 1 THEN 2 END; END;
-- schema: autocommit
VACUUM;
