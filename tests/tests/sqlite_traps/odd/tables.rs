//! Columns, constraints and options as nobody writes them.

use super::Odd;

pub(super) const TABLES: &[Odd] = &[
    Odd {
        what: "check with keywords",
        before: r#"CREATE TABLE t (a TEXT CHECK (a NOT IN ('PRIMARY KEY', 'CHECK (', ')', ',', 'REFERENCES x', '--', '/*')), b TEXT CONSTRAINT "my ck" CHECK (b LIKE '%''%' OR (b) IS NULL));
             INSERT INTO t VALUES ('x', NULL);"#,
        after: r#"CREATE TABLE t (a TEXT, b TEXT CONSTRAINT "my ck" CHECK (b LIKE '%''%' OR (b) IS NULL), CHECK (a NOT IN ('PRIMARY KEY', 'CHECK (', ')', ',', 'REFERENCES x', '--', '/*')), CHECK (CASE WHEN a = 'END' THEN 0 ELSE 1 END));"#,
        renames: &[],
    },
    Odd {
        what: "comments",
        before: "CREATE TABLE /* c */ t -- hi (
              ( -- first, (
               a /* , b */ TEXT -- PRIMARY KEY
               , b INTEGER /* NOT NULL */ DEFAULT /* x */ 5 -- trailing )
               /* ) */ );
             INSERT INTO t VALUES ('x', 1);
             CREATE INDEX i /*x*/ ON t -- y
              (a /* DESC */, b);
             CREATE VIEW v -- AS
              AS /* SELECT */ SELECT a -- , b
              FROM t;
             CREATE TRIGGER g /* BEFORE */ AFTER INSERT ON t BEGIN -- END;
              SELECT 1 /* ; */; END;",
        after: "CREATE TABLE t (a TEXT, b INTEGER DEFAULT 5, c TEXT DEFAULT 'c -- no', CHECK (b > 0 /* really */));
             CREATE INDEX i ON t (a, b);
             CREATE VIEW v AS SELECT a FROM t;
             CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;",
        renames: &[],
    },
    Odd {
        what: "create table as",
        before: r#"CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE t AS SELECT id, n AS "a b", id + 1 AS s, 'x' AS "q""q", CAST(id AS REAL) r FROM p;"#,
        after: r#"CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE t (id INT, "a b" TEXT NOT NULL, s, "q""q", r REAL, z);"#,
        renames: &[],
    },
    Odd {
        what: "columns without type",
        before: "CREATE TABLE t (a, b, c PRIMARY KEY);
             INSERT INTO t VALUES (1,'x',x'00'),(NULL,2.5,'k');",
        after: "CREATE TABLE t (a, b NOT NULL DEFAULT 0, c PRIMARY KEY, d);",
        renames: &[],
    },
    Odd {
        what: "default expr",
        before: "CREATE TABLE t (a TEXT DEFAULT (lower('X') || ')'), b TEXT DEFAULT CURRENT_TIMESTAMP, c INT DEFAULT -1, d REAL DEFAULT +1.5e3, e BLOB DEFAULT x'ab', f DEFAULT NULL, g DEFAULT TRUE, h DEFAULT 'it''s');
             INSERT INTO t (a) VALUES ('x');",
        after: "CREATE TABLE t (a TEXT DEFAULT (lower('Y') || ')'), b TEXT DEFAULT CURRENT_DATE, c INT DEFAULT (-1), d REAL DEFAULT 1.5e3, e BLOB DEFAULT X'AB', f, g DEFAULT 1, h DEFAULT 'its', j DEFAULT (random()), k TEXT DEFAULT (datetime('now','+1 day')));",
        renames: &[],
    },
    Odd {
        what: "strict any",
        before: "CREATE TABLE t (a ANY, b INT, c TEXT) STRICT;
             INSERT INTO t VALUES ('007',1,'x'),(1.5,NULL,'y'),(x'00',2,NULL);",
        after: "CREATE TABLE t (a ANY NOT NULL, b INTEGER, c TEXT CHECK (c <> ''), d BLOB) STRICT;",
        renames: &[],
    },
    Odd {
        what: "any to strict",
        before: "CREATE TABLE t (a ANY, b INT) STRICT;
             INSERT INTO t VALUES ('007',1),('1e3',NULL);",
        after: "CREATE TABLE t (a ANY, b INT, c TEXT);",
        renames: &[],
    },
    Odd {
        what: "strict toggles",
        before: "CREATE TABLE a (x INTEGER, y TEXT, z BLOB, w REAL) STRICT;
             INSERT INTO a VALUES (1,'2',x'33',4.5);",
        after: "CREATE TABLE a (x INTEGER, y TEXT, z BLOB, w REAL);",
        renames: &[],
    },
    Odd {
        what: "strict wo",
        before: "CREATE TABLE a (x INTEGER NOT NULL PRIMARY KEY, y TEXT);
             INSERT INTO a VALUES (1,'2');",
        after: "CREATE TABLE a (x INTEGER NOT NULL PRIMARY KEY, y TEXT) STRICT, WITHOUT ROWID;",
        renames: &[],
    },
    Odd {
        what: "options case",
        before: "CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT) without   rowid , Strict;
             INSERT INTO a VALUES (1,'2');",
        after: "CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT NOT NULL) STRICT,WITHOUT ROWID;",
        renames: &[],
    },
    Odd {
        what: "stored to virtual",
        before: "CREATE TABLE t (a INT, b INT AS (a+1) STORED, c INT AS (a*2));
             INSERT INTO t (a) VALUES (1),(2);",
        after: "CREATE TABLE t (a INT, b INT AS (a+1), c INT AS (a*2) STORED);",
        renames: &[],
    },
    Odd {
        what: "generated to plain",
        before: "CREATE TABLE t (a INT, b INT AS (a+1) STORED);
             INSERT INTO t (a) VALUES (1),(2);",
        after: "CREATE TABLE t (a INT, b INT);",
        renames: &[],
    },
    Odd {
        what: "generated chain",
        before: "CREATE TABLE t (a INT);
             INSERT INTO t VALUES (1);",
        after: "CREATE TABLE t (a INT, d INT AS (c+1), c INT AS (b+1), b INT AS (a+1) STORED);",
        renames: &[],
    },
    Odd {
        what: "generated with type tricks",
        before: r#"CREATE TABLE t (a INT, b GENERATED ALWAYS AS (a), "generated" TEXT, always TEXT);
             INSERT INTO t (a, "generated") VALUES (1, 1);"#,
        after: r#"CREATE TABLE t (a INT, b GENERATED ALWAYS AS (a), "generated" TEXT NOT NULL DEFAULT '', always TEXT);"#,
        renames: &[],
    },
    Odd {
        what: "weird types",
        before: r#"CREATE TABLE t (a UNSIGNED BIG INT, b VARCHAR ( 10 , 2 ), c "my type", d 'str type' , e DOUBLE PRECISION(10), f [odd ty], g decimal(10,-2), h INTEGER(5));
             INSERT INTO t (a) VALUES (1);"#,
        after: r#"CREATE TABLE t (a UNSIGNED BIG INT NOT NULL, b VARCHAR(10,2), c "my type", d 'str type', e DOUBLE PRECISION(10), f [odd ty], g decimal(10,-2), h INTEGER(5), i foo bar baz(1));"#,
        renames: &[],
    },
    Odd {
        what: "multiple constraints",
        before: "CREATE TABLE t (a TEXT NOT NULL UNIQUE CHECK (a<>'') CHECK (length(a)<9) DEFAULT 'q' COLLATE NOCASE REFERENCES t(a), CONSTRAINT x CONSTRAINT y CHECK (1) CONSTRAINT z UNIQUE (a));
             INSERT INTO t VALUES ('a');",
        after: "CREATE TABLE t (a TEXT NOT NULL UNIQUE CHECK (length(a)<9) DEFAULT 'q' COLLATE NOCASE REFERENCES t(a), CONSTRAINT z CHECK (1));",
        renames: &[],
    },
    Odd {
        what: "no comma constraints",
        before: "CREATE TABLE t (a TEXT, b TEXT, UNIQUE (a) CHECK (b <> a) FOREIGN KEY (b) REFERENCES t(a));
             INSERT INTO t VALUES ('a','A');",
        after: "CREATE TABLE t (a TEXT, b TEXT, UNIQUE (a), FOREIGN KEY (b) REFERENCES t(a) ON DELETE CASCADE);",
        renames: &[],
    },
    Odd {
        what: "duplicate unique",
        before: "CREATE TABLE t (a TEXT UNIQUE, UNIQUE (a), CHECK (a<>''), CHECK (a<>''));
             INSERT INTO t VALUES ('x');",
        after: "CREATE TABLE t (a TEXT UNIQUE, CHECK (a<>''));",
        renames: &[],
    },
    Odd {
        what: "default id",
        before: "CREATE TABLE a (x TEXT DEFAULT foo, y TEXT DEFAULT [br], z TEXT DEFAULT `bt`, w INT DEFAULT 0x1F, q REAL DEFAULT .5, r DEFAULT 1e3);
             INSERT INTO a (x) VALUES ('1');",
        after: "CREATE TABLE a (x TEXT DEFAULT foo, y TEXT DEFAULT 'br', z TEXT DEFAULT bt, w INT DEFAULT 31, q REAL DEFAULT 0.5, r DEFAULT 1e3, s TEXT UNIQUE);",
        renames: &[],
    },
    Odd {
        what: "hex underscore",
        before: "CREATE TABLE a (x INT DEFAULT 0xFF CHECK (x < 0xFFFF));
             INSERT INTO a VALUES (1);",
        after: "CREATE TABLE a (x INT DEFAULT 0xff CHECK (x < 0xffff) NOT NULL);",
        renames: &[],
    },
    Odd {
        what: "constraint trailing name",
        before: "CREATE TABLE a (x TEXT CONSTRAINT foo, y TEXT);
             INSERT INTO a VALUES ('1','2');",
        after: "CREATE TABLE a (x TEXT CONSTRAINT foo, y TEXT NOT NULL);",
        renames: &[],
    },
    Odd {
        what: "null constraint",
        before: "CREATE TABLE a (x TEXT NULL, y TEXT CONSTRAINT q NULL ON CONFLICT IGNORE);
             INSERT INTO a VALUES ('1','2');",
        after: "CREATE TABLE a (x TEXT, y TEXT NOT NULL);",
        renames: &[],
    },
    Odd {
        what: "autoindex named",
        before: "CREATE TABLE a (x TEXT, y TEXT, CONSTRAINT u1 UNIQUE (x), CONSTRAINT u2 UNIQUE (y));
             INSERT INTO a VALUES ('1','2');",
        after: "CREATE TABLE a (x TEXT, y TEXT, CONSTRAINT u2 UNIQUE (x), CONSTRAINT u1 UNIQUE (y));",
        renames: &[],
    },
    Odd {
        what: "strings with newlines and nul-like",
        before: "CREATE TABLE t (a TEXT DEFAULT 'line1\nline2;\r\n--x', b TEXT CHECK (b <> '\t''\\n'));\nINSERT INTO t VALUES ('x\ny','z');",
        after: "CREATE TABLE t (a TEXT NOT NULL DEFAULT 'line1\nline2;\r\n--x', b TEXT CHECK (b <> '\t''\\n'));",
        renames: &[],
    },
    Odd {
        what: "crlf ddl",
        before: "CREATE TABLE t (\n  a TEXT,\r\n  b TEXT -- c\r\n);\nINSERT INTO t VALUES ('1','2');\nCREATE TRIGGER g AFTER INSERT ON t\r\nBEGIN\r\n SELECT 1;\r\nEND;",
        after: "CREATE TABLE t (a TEXT NOT NULL, b TEXT);
             CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;",
        renames: &[],
    },
    Odd {
        what: "directive lookalikes",
        before: "CREATE TABLE t (a TEXT -- schema: autocommit
             , b TEXT /* schema: foreign_keys=off */);
             INSERT INTO t VALUES ('1','2');
             CREATE VIEW v AS SELECT a -- schema: autocommit
              FROM t;
             CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; -- schema: expects x y
              END;",
        after: "CREATE TABLE t (a TEXT NOT NULL -- schema: autocommit
             , b TEXT);
             CREATE VIEW v AS SELECT b -- schema: autocommit
              FROM t;
             CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 2; -- schema: expects x y
              END;",
        renames: &[],
    },
    Odd {
        what: "json operators",
        before: r#"CREATE TABLE a (j TEXT, g AS (j ->> '$.a'), h AS (j -> '$.b') STORED, CHECK (json_valid(j)));
             INSERT INTO a VALUES ('{"a":1,"b":2}');
             CREATE INDEX i ON a (j ->> '$.a');
             CREATE INDEX k ON a (json_extract(j, '$.b')) WHERE j ->> '$.a' IS NOT NULL;"#,
        after: "CREATE TABLE a (j TEXT NOT NULL, g AS (j ->> '$.a'), h AS (j -> '$.c') STORED, CHECK (json_valid(j)));
             CREATE INDEX i ON a (j ->> '$.a' DESC);
             CREATE INDEX k ON a (json_extract(j, '$.b')) WHERE j ->> '$.a' IS NOT NULL;",
        renames: &[],
    },
    Odd {
        what: "native add generated virtual",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT, g TEXT AS (n || 'x') VIRTUAL, h INT AS (length(g)) CHECK (h < 100));
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');",
        renames: &[],
    },
    Odd {
        what: "drop column used in check of other via or",
        before: "CREATE TABLE t (a INT, b INT, c INT, CHECK (a > 0 OR b > 0));
             INSERT INTO t VALUES (1,2,3);",
        after: "CREATE TABLE t (a INT, c INT, CHECK (a > 0));",
        renames: &[],
    },
    Odd {
        what: "on conflict everywhere",
        before: "CREATE TABLE t (a INTEGER PRIMARY KEY ON CONFLICT REPLACE, b TEXT UNIQUE ON CONFLICT IGNORE NOT NULL ON CONFLICT FAIL, c TEXT CONSTRAINT nn NOT NULL ON CONFLICT ROLLBACK DEFAULT 'x', UNIQUE (b, c) ON CONFLICT FAIL);
             INSERT INTO t VALUES (1,'a','b'),(2,'b','b');",
        after: "CREATE TABLE t (a INTEGER PRIMARY KEY ON CONFLICT IGNORE, b TEXT UNIQUE ON CONFLICT REPLACE NOT NULL, c TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'x', UNIQUE (b, c));",
        renames: &[],
    },
    Odd {
        what: "big ints reals blobs",
        before: "CREATE TABLE t (a INTEGER, b REAL, c BLOB, d NUMERIC, e TEXT);
             INSERT INTO t VALUES (9223372036854775807, 1e308, x'00ff00', 12345678901234567890, 'a' || char(0) || 'b'), (NULL, -0.0, zeroblob(100000), '1e400', '');",
        after: "CREATE TABLE t (a INTEGER, b REAL, c BLOB, d NUMERIC, e TEXT, f TEXT UNIQUE);",
        renames: &[],
    },
    Odd {
        what: "empty table rowid max",
        before: "CREATE TABLE t (a TEXT);
             INSERT INTO t (rowid, a) VALUES (9223372036854775807,'m'), (-5,'n');",
        after: "CREATE TABLE t (a TEXT NOT NULL);",
        renames: &[],
    },
    Odd {
        what: "sqlite_stat",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE INDEX pi ON p (n); ANALYZE;",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE INDEX pi ON p (n);",
        renames: &[],
    },
];
