//! Views and triggers on what changes.

use super::Odd;

pub(super) const VIEWS_AND_TRIGGERS: &[Odd] = &[
    Odd {
        what: "instead of",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT id, n FROM p;
             CREATE VIEW vv AS SELECT * FROM v;
             CREATE TRIGGER ti INSTEAD OF INSERT ON v BEGIN INSERT INTO p (n) VALUES (NEW.n); END;
             CREATE TRIGGER tu INSTEAD OF UPDATE OF n ON vv BEGIN UPDATE p SET n = NEW.n WHERE id = OLD.id; END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL, m INT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT id, n, m FROM p;
             CREATE VIEW vv AS SELECT * FROM v;
             CREATE TRIGGER ti INSTEAD OF INSERT ON v BEGIN INSERT INTO p (n) VALUES (NEW.n); END;
             CREATE TRIGGER tu INSTEAD OF UPDATE OF n ON vv BEGIN UPDATE p SET n = NEW.n WHERE id = OLD.id; END;",
        renames: &[],
    },
    Odd {
        what: "views on views order",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW z AS SELECT * FROM p;
             CREATE VIEW a AS SELECT * FROM z;
             CREATE VIEW m AS SELECT * FROM a JOIN z USING (id);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT, k TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW z AS SELECT id, n FROM p WHERE k IS NULL;
             CREATE VIEW a AS SELECT id FROM m;
             CREATE VIEW m AS SELECT z.id FROM z;",
        renames: &[],
    },
    Odd {
        what: "recursive cte trigger",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE log (x INT);
             CREATE TRIGGER g AFTER INSERT ON p BEGIN INSERT INTO log WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 3) SELECT x FROM c; DELETE FROM log WHERE x = CASE WHEN NEW.id = 1 THEN 1 ELSE 2 END; END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE log (x INT NOT NULL);
             CREATE TRIGGER g AFTER INSERT ON p BEGIN INSERT INTO log SELECT x FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 3) SELECT x FROM c); DELETE FROM log WHERE x = CASE WHEN NEW.id = 1 THEN 1 ELSE 3 END; END;",
        renames: &[],
    },
    Odd {
        what: "trigger moves table",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE o (n TEXT);
             INSERT INTO o VALUES ('x');
             CREATE TRIGGER i AFTER INSERT ON p BEGIN SELECT 1; END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE o (n TEXT);
             CREATE TRIGGER i AFTER INSERT ON o BEGIN SELECT 1; END;",
        renames: &[],
    },
    Odd {
        what: "view becomes table",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW x AS SELECT * FROM p;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE x (id INTEGER, n TEXT);",
        renames: &[],
    },
    Odd {
        what: "table becomes view",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE x (id INTEGER, n TEXT);
             INSERT INTO x VALUES (1,'a');",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW x AS SELECT * FROM p;",
        renames: &[],
    },
    Odd {
        what: "rename table with views triggers",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT p.n, x.id FROM p x JOIN p ON p.id = x.id;
             CREATE TRIGGER g AFTER INSERT ON p BEGIN UPDATE p SET n = p.n || 'x' WHERE p.id = NEW.id; END;
             CREATE TABLE c (i INT REFERENCES p ON DELETE CASCADE);
             INSERT INTO c VALUES (1);",
        after: r#"CREATE TABLE "P 2" (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO "P 2" (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT "P 2".n, x.id FROM "P 2" x JOIN "P 2" ON "P 2".id = x.id;
             CREATE TRIGGER g AFTER INSERT ON "P 2" BEGIN UPDATE "P 2" SET n = "P 2".n || 'x' WHERE "P 2".id = NEW.id; END;
             CREATE TABLE c (i INT REFERENCES "P 2" ON DELETE CASCADE);"#,
        renames: &[("p", "P 2")],
    },
    Odd {
        what: "broken trigger",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER bad AFTER INSERT ON p BEGIN INSERT INTO nowhere VALUES (1); END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL, m TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER bad AFTER INSERT ON p BEGIN INSERT INTO nowhere VALUES (1); END;",
        renames: &[],
    },
    Odd {
        what: "ctes and windows in views",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v(a,b) AS WITH x AS (SELECT id, n FROM p) SELECT id, row_number() OVER (PARTITION BY n ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM x WHERE id IN (VALUES (1),(2)) UNION ALL SELECT 1, 2 ORDER BY 1 LIMIT 5;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT COLLATE NOCASE);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v(a,b) AS WITH x AS (SELECT id, n FROM p) SELECT id, row_number() OVER (PARTITION BY n ORDER BY id DESC) FROM x;",
        renames: &[],
    },
    Odd {
        what: "view columns change",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v(a) AS SELECT n FROM p;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v(b) AS SELECT n FROM p;",
        renames: &[],
    },
    Odd {
        what: "raise in trigger",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER g BEFORE DELETE ON p FOR EACH ROW WHEN OLD.id < 5 BEGIN SELECT RAISE(ABORT, 'no; END;') WHERE OLD.n = 'a'; END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER g BEFORE DELETE ON p FOR EACH ROW WHEN OLD.id < 5 BEGIN SELECT RAISE(ABORT, 'no; END;') WHERE OLD.n = 'a'; END;",
        renames: &[],
    },
    Odd {
        what: "upsert returning trigger",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER g AFTER UPDATE OF n, id ON p BEGIN INSERT INTO p (id, n) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET n = excluded.n WHERE p.id > 0; REPLACE INTO p VALUES (3,'c'); END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER g AFTER UPDATE OF n, id ON p BEGIN INSERT INTO p (id, n) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET n = excluded.n WHERE p.id > 0; REPLACE INTO p VALUES (3,'c'); END;",
        renames: &[],
    },
    Odd {
        what: "drop column in view star",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT, z TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT * FROM p;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT * FROM p;",
        renames: &[],
    },
    Odd {
        what: "drop column in view alias",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT, z TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT x.z FROM p AS x;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT x.n FROM p AS x;",
        renames: &[],
    },
    Odd {
        what: "trigger on view of dropped",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE x (a);
             CREATE VIEW v AS SELECT a FROM x;
             CREATE TRIGGER g INSTEAD OF DELETE ON v BEGIN DELETE FROM x; END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');",
        renames: &[],
    },
    Odd {
        what: "many triggers order",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER g3 AFTER INSERT ON p BEGIN UPDATE p SET n = n || 3 WHERE id = NEW.id; END;CREATE TRIGGER g1 AFTER INSERT ON p BEGIN UPDATE p SET n = n || 1 WHERE id = NEW.id; END;CREATE TRIGGER g2 AFTER INSERT ON p BEGIN UPDATE p SET n = n || 2 WHERE id = NEW.id; END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER g3 AFTER INSERT ON p BEGIN UPDATE p SET n = n || 3 WHERE id = NEW.id; END;CREATE TRIGGER g1 AFTER INSERT ON p BEGIN UPDATE p SET n = n || 1 WHERE id = NEW.id; END;CREATE TRIGGER g2 AFTER INSERT ON p BEGIN UPDATE p SET n = n || 2 WHERE id = NEW.id; END;",
        renames: &[],
    },
    Odd {
        what: "trigger names quoted keywords",
        before: r#"CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER "after" AFTER INSERT ON p BEGIN SELECT 1; END;
             CREATE TRIGGER IF NOT EXISTS [update of] BEFORE UPDATE OF "n", id ON "p" FOR EACH ROW BEGIN SELECT CASE WHEN 1 THEN 2 END; END;"#,
        after: r#"CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER "after" AFTER INSERT ON p BEGIN SELECT 1; END;
             CREATE TRIGGER [update of] BEFORE UPDATE OF "n", id ON "p" FOR EACH ROW BEGIN SELECT CASE WHEN 1 THEN 3 END; END;"#,
        renames: &[],
    },
    Odd {
        what: "trigger unnamed time",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER before INSERT ON p BEGIN SELECT 1; END;
             CREATE TRIGGER x DELETE ON main.p BEGIN SELECT 1; END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TRIGGER before INSERT ON p BEGIN SELECT 1; END;
             CREATE TRIGGER x DELETE ON main.p BEGIN SELECT 2; END;",
        renames: &[],
    },
    Odd {
        what: "view named like table prefix",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW p2 AS SELECT n FROM p;
             CREATE TABLE p3 AS SELECT * FROM p2;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW p2 AS SELECT n FROM p;
             CREATE TABLE p3 (n TEXT UNIQUE);",
        renames: &[],
    },
    Odd {
        what: "view with values",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS VALUES (1,2),(3,4);
             CREATE VIEW w(a,b) AS VALUES (1,2);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS VALUES (1,2),(3,5);
             CREATE VIEW w(a,b) AS VALUES (1,2);",
        renames: &[],
    },
    Odd {
        what: "view semi and comment end",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT 1 AS a /* end ; */;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT 1 AS a -- end ;
             ;",
        renames: &[],
    },
    Odd {
        what: "view with keyword cols",
        before: r#"CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT id AS "order", n AS [group by], 1 AS `x y`, 2 "as" FROM p;"#,
        after: r#"CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT id AS "order", n AS [group by], 1 AS `x y`, 3 "as" FROM p;"#,
        renames: &[],
    },
    Odd {
        what: "view uses rowid",
        before: "CREATE TABLE t (a TEXT);
             INSERT INTO t VALUES ('x');
             CREATE VIEW v AS SELECT rowid, a FROM t;",
        after: "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID;
             CREATE VIEW v AS SELECT a FROM t;",
        renames: &[],
    },
    Odd {
        what: "trigger uses generated",
        before: "CREATE TABLE t (a INT, b AS (a+1));
             INSERT INTO t VALUES (1);
             CREATE TRIGGER g AFTER UPDATE ON t WHEN NEW.b > OLD.b BEGIN SELECT NEW.b; END;",
        after: "CREATE TABLE t (a INT NOT NULL, b AS (a+2));
             CREATE TRIGGER g AFTER UPDATE ON t WHEN NEW.b > OLD.b BEGIN SELECT NEW.b; END;",
        renames: &[],
    },
    Odd {
        what: "update from trigger",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE o (id INT, n TEXT);
             CREATE TRIGGER g AFTER INSERT ON o BEGIN UPDATE p SET n = o2.n FROM o AS o2 WHERE o2.id = p.id; DELETE FROM o WHERE id NOT IN (SELECT id FROM p);
             INSERT INTO o SELECT * FROM o WHERE 0; END;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE o (id INT UNIQUE, n TEXT);
             CREATE TRIGGER g AFTER INSERT ON o BEGIN UPDATE p SET n = o2.n FROM o AS o2 WHERE o2.id = p.id; DELETE FROM o WHERE id NOT IN (SELECT id FROM p);
             INSERT INTO o SELECT * FROM o WHERE 0; END;",
        renames: &[],
    },
    Odd {
        what: "col renamed used in other tables trigger",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE o (id INT);
             CREATE TRIGGER g AFTER INSERT ON o BEGIN UPDATE p SET n = 'x' WHERE n = (SELECT max(n) FROM p WHERE p.n > ''); END;
             CREATE VIEW v AS SELECT (SELECT n FROM p LIMIT 1) AS n FROM o;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, m TEXT);
             INSERT INTO p (id, m) VALUES (1,'a'),(2,'b');CREATE TABLE o (id INT);
             CREATE TRIGGER g AFTER INSERT ON o BEGIN UPDATE p SET m = 'x' WHERE m = (SELECT max(m) FROM p WHERE p.m > ''); END;
             CREATE VIEW v AS SELECT (SELECT m FROM p LIMIT 1) AS n FROM o;",
        renames: &[("p.n", "m")],
    },
    Odd {
        what: "add column clash view star join",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE q (id INT, m TEXT);
             CREATE VIEW v AS SELECT * FROM p NATURAL JOIN q;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT, m TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE q (id INT, m TEXT);
             CREATE VIEW v AS SELECT * FROM p NATURAL JOIN q;",
        renames: &[],
    },
    Odd {
        what: "drop all",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT * FROM p;
             CREATE INDEX i ON p(n);",
        after: "",
        renames: &[],
    },
    Odd {
        what: "from nothing",
        before: "",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE VIEW v AS SELECT * FROM p;
             CREATE INDEX i ON p(n);
             CREATE TRIGGER g AFTER INSERT ON p BEGIN SELECT 1; END;",
        renames: &[],
    },
];
