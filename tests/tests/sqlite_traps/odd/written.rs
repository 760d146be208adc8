//! Definitions as people write them: comments at odd places, words that are names elsewhere, texts without quotes.

use super::Odd;

pub(crate) const WRITTEN: &[Odd] = &[
    Odd {
        what: "a comment at the end of a view and an index",
        before: "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x');",
        after: "CREATE TABLE t (a TEXT, b TEXT NOT NULL DEFAULT 'y');
            CREATE VIEW v AS SELECT a FROM t -- tail
            ; CREATE INDEX i ON t (a) WHERE a <> 'q' -- index; END
            ; CREATE VIEW w AS SELECT 1 AS one;
            CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;",
        renames: &[],
    },
    Odd {
        what: "a comment at the end of a table with options",
        before: "CREATE TABLE u (x INT PRIMARY KEY) STRICT -- tail
            ; INSERT INTO u VALUES (1);",
        after: "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID -- tail
            ; CREATE TABLE u (x INT PRIMARY KEY, y TEXT CHECK (y <> '')) STRICT -- tail
            ;",
        renames: &[],
    },
    Odd {
        what: "a comment without an end",
        before: "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x');",
        after: "CREATE TABLE t (a TEXT NOT NULL); CREATE VIEW v AS SELECT a FROM t /* and so on",
        renames: &[],
    },
    Odd {
        what: "comments at the ends of expressions",
        before: "CREATE TABLE t (a INT DEFAULT 1 CHECK (a > 0 -- positive
            )); INSERT INTO t VALUES (3);",
        after: "CREATE TABLE t (a INT DEFAULT 1 CHECK (a > 0 -- positive
            ), b INT DEFAULT 1 CHECK (b > 0 -- positive
            ), c AS (a + 1 -- next
            ), d INT DEFAULT (1 -- one
            ));",
        renames: &[],
    },
    Odd {
        what: "a comment at the end of a check of a table that is renamed",
        before: "CREATE TABLE t (a INT CHECK (a > 0 -- positive
            ), b INT); INSERT INTO t VALUES (3, 4);",
        after: "CREATE TABLE n (a INT CHECK (a > 0 -- positive
            ), b INT NOT NULL);",
        renames: &[("t", "n")],
    },
    Odd {
        what: "columns called asc and desc",
        before: "CREATE TABLE t (desc TEXT, asc INT, a INT); CREATE INDEX i ON t (desc); CREATE INDEX j ON t (asc DESC, desc || 'x' ASC);
            INSERT INTO t VALUES ('x', 1, 2);",
        after: "CREATE TABLE t (desc TEXT, asc INT, a INT NOT NULL, PRIMARY KEY (asc, desc DESC)); CREATE INDEX i ON t (desc DESC);
            CREATE INDEX j ON t (asc DESC, desc || 'x' ASC); CREATE INDEX k ON t (a + desc);",
        renames: &[],
    },
    Odd {
        what: "a default that is a word",
        before: "CREATE TABLE t (a TEXT DEFAULT Hello, b TEXT DEFAULT \"Hello\"); INSERT INTO t DEFAULT VALUES;",
        after: "CREATE TABLE t (a TEXT DEFAULT hello, b TEXT DEFAULT \"hello\");",
        renames: &[],
    },
    Odd {
        what: "a default that is a word of a table without rowids",
        before: "CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID;",
        after: "CREATE TABLE t (c TEXT DEFAULT hello, d TEXT DEFAULT \"active\");",
        renames: &[],
    },
    Odd {
        what: "the case of a text in double quotes in an index",
        before: "CREATE TABLE t (a TEXT, b INT); CREATE INDEX i ON t (b) WHERE a <> \"Hello\"; INSERT INTO t VALUES ('x', 1);",
        after: "CREATE TABLE t (a TEXT, b INT); CREATE INDEX i ON t (b) WHERE a <> \"hello\";",
        renames: &[],
    },
    Odd {
        what: "the case of a text in double quotes in a view",
        before: "CREATE TABLE t (a TEXT); CREATE VIEW v AS SELECT a || \"Hello\" AS s FROM t; INSERT INTO t VALUES ('x');",
        after: "CREATE TABLE t (a TEXT); CREATE VIEW v AS SELECT a || \"hello\" AS s FROM t;",
        renames: &[],
    },
    Odd {
        what: "a text in double quotes in an index of a table that is recreated",
        before: "CREATE TABLE t (a TEXT, b INT); CREATE INDEX i ON t (b) WHERE a <> \"Hello\"; INSERT INTO t VALUES ('x', 1);",
        after: "CREATE TABLE t (a TEXT, b INT NOT NULL); CREATE INDEX i ON t (b) WHERE a <> \"Hello\"; CREATE INDEX j ON t (a || \"x\");",
        renames: &[],
    },
    Odd {
        what: "a text in double quotes in an index of another table",
        before: "CREATE TABLE t (a TEXT, b INT); CREATE INDEX i ON t (b) WHERE a <> \"Hello\"; CREATE TABLE u (x INT, y INT); CREATE TABLE w (c INT, d INT);
            INSERT INTO t VALUES ('x', 1); INSERT INTO u VALUES (1, 2); INSERT INTO w VALUES (1, 2);",
        after: "CREATE TABLE t (a TEXT, b INT); CREATE INDEX i ON t (b) WHERE a <> \"Hello\"; CREATE TABLE uu (z INT NOT NULL, y INT); CREATE TABLE w (c INT);",
        renames: &[("u", "uu"), ("u.x", "z")],
    },
    Odd {
        what: "a table with a column of its own name",
        before: "CREATE TABLE t (t INT CHECK (t > 0 AND t.t < 9), b INT); INSERT INTO t VALUES (3, 4);",
        after: "CREATE TABLE n (t INT CHECK (t > 0 AND n.t < 9), b INT NOT NULL);",
        renames: &[("t", "n")],
    },
    Odd {
        what: "a column that is called like its type, its collation and an operator",
        before: "CREATE TABLE t (text TEXT, nocase TEXT, glob TEXT, x INT CHECK (CAST(x AS text) <> 'q' AND x COLLATE nocase <> 'r' AND x GLOB '*'));
            INSERT INTO t VALUES ('a', 'b', 'c', 1);",
        after: "CREATE TABLE t (body TEXT, folded TEXT, star TEXT, x INT NOT NULL CHECK (CAST(x AS text) <> 'q' AND x COLLATE nocase <> 'r' AND x GLOB '*'));",
        renames: &[("t.text", "body"), ("t.nocase", "folded"), ("t.glob", "star")],
    },
    Odd {
        what: "a table's name as a text and behind a schema",
        before: "CREATE TABLE t (a INT CHECK ('t'.a > 0), b INT CHECK (main.t.b > 0)); INSERT INTO t VALUES (3, 4);",
        after: "CREATE TABLE t (a INT NOT NULL CHECK ('t'.a > 0), b INT NOT NULL CHECK (main.t.b > 0));",
        renames: &[],
    },
    Odd {
        what: "any value of a strict table",
        before: "CREATE TABLE t (x ANY, y INT) STRICT; INSERT INTO t VALUES (7, 1);",
        after: "CREATE TABLE t (x ANY, y INT);",
        renames: &[],
    },
    Odd {
        what: "a virtual table that is written otherwise",
        before: "CREATE VIRTUAL TABLE f USING fts5(a,b); CREATE TABLE t (a INT); INSERT INTO t VALUES (1);",
        after: "CREATE VIRTUAL TABLE F using FTS5 ( a, b ); CREATE TABLE t (a INT NOT NULL);",
        renames: &[],
    },
    Odd {
        what: "views that a rename cannot be followed in",
        before: "CREATE TABLE t (k INT, a TEXT); CREATE TABLE u (k INT, c TEXT); CREATE VIEW v AS SELECT * FROM t JOIN u USING (k);
            INSERT INTO t VALUES (1, 'x'); INSERT INTO u VALUES (1, 'y');",
        after: "CREATE TABLE t (kk INT, a TEXT); CREATE TABLE u (kk INT, c TEXT); CREATE VIEW v AS SELECT * FROM t JOIN u USING (kk);",
        renames: &[("t.k", "kk"), ("u.k", "kk")],
    },
    Odd {
        what: "a trigger on a view that a rename cannot be followed in",
        before: "CREATE TABLE t (a INT, x TEXT); CREATE VIEW v AS SELECT a FROM t;
            CREATE TRIGGER g INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE a = OLD.a; END; INSERT INTO t VALUES (1, 'x');",
        after: "CREATE TABLE t (b INT NOT NULL, x TEXT); CREATE VIEW v AS SELECT b FROM t;
            CREATE TRIGGER g INSTEAD OF DELETE ON v BEGIN DELETE FROM t WHERE b = OLD.b; END;",
        renames: &[("t.a", "b")],
    },
    Odd {
        what: "a view on a view that a rename cannot be followed in",
        before: "CREATE TABLE t (id INT, a INT); CREATE VIEW v AS SELECT id, a FROM t; CREATE VIEW w AS SELECT v.a, t.id FROM v JOIN t USING (id);
            INSERT INTO t VALUES (1, 2);",
        after: "CREATE TABLE t (id INT, b INT); CREATE VIEW v AS SELECT id, b FROM t; CREATE VIEW w AS SELECT v.b, t.id FROM v JOIN t USING (id);",
        renames: &[("t.a", "b")],
    },
    Odd {
        what: "a broken view beside columns that come and go",
        before: "CREATE TABLE t (a INT, c INT); CREATE VIEW bad AS SELECT * FROM missing; INSERT INTO t VALUES (1, 2);",
        after: "CREATE TABLE t (a INT, b INT); CREATE VIEW bad AS SELECT * FROM missing; CREATE INDEX i ON t (a);",
        renames: &[],
    },
    Odd {
        what: "a view of all columns of two tables that both lose one",
        before: "CREATE TABLE t (a, b, c); CREATE TABLE u (x, y, z); CREATE VIEW v AS SELECT * FROM t UNION ALL SELECT * FROM u;
            INSERT INTO t VALUES (1, 2, 3); INSERT INTO u VALUES (4, 5, 6);",
        after: "CREATE TABLE t (a, b); CREATE TABLE u (x, y); CREATE VIEW v AS SELECT * FROM t UNION ALL SELECT * FROM u;",
        renames: &[],
    },
    Odd {
        what: "references to what is no key, of and to tables that are renamed",
        before: "CREATE TABLE b (x INT, z INT); CREATE TABLE c (y INT REFERENCES b (x), n INT); INSERT INTO b VALUES (1, 1); INSERT INTO c VALUES (1, 2);",
        after: "CREATE TABLE b1 (x INT, z INT NOT NULL); CREATE TABLE c1 (y INT REFERENCES b1 (x), n INT NOT NULL);",
        renames: &[("b", "b1"), ("c", "c1")],
    },
];
