//! Names that must be quoted, that differ in case only, that mean something else, that change.

use super::Odd;

pub(super) const NAMES: &[Odd] = &[
    Odd {
        what: "quoted names",
        before: r#"CREATE TABLE "we""ird [t`a'b] ;--x" ("a;b" TEXT, "/*c*/" INTEGER, "--" TEXT, "[" TEXT, "`" TEXT, "'" TEXT, "a.b" TEXT, " " TEXT, "
             " TEXT, "%" TEXT, "?" TEXT, ":x" TEXT, "\" TEXT);
             INSERT INTO "we""ird [t`a'b] ;--x" VALUES ('1',2,'3','4','5','6','7','8','9','10','11','12','13');
             CREATE INDEX "i;""x" ON "we""ird [t`a'b] ;--x" ("a;b","[" DESC);
             CREATE VIEW "v.""v" AS SELECT "a;b", "/*c*/" FROM "we""ird [t`a'b] ;--x";
             CREATE TRIGGER "tr;""g" AFTER INSERT ON "we""ird [t`a'b] ;--x" BEGIN UPDATE "we""ird [t`a'b] ;--x" SET "'" = 'x;' WHERE "--" = NEW."--"; END;"#,
        after: r#"CREATE TABLE "we""ird [t`a'b] ;--x" ("a;b" TEXT NOT NULL DEFAULT 'x', "/*c*/" INTEGER, "--" TEXT, "[" TEXT, "`" TEXT CHECK ("`" <> 'END;'), "'" TEXT, "a.b" TEXT, " " TEXT, "
             " TEXT, "%" TEXT, "?" TEXT, ":x" TEXT, "\" TEXT, "new""c" TEXT);
             CREATE INDEX "i;""x" ON "we""ird [t`a'b] ;--x" ("a;b","[" DESC);
             CREATE VIEW "v.""v" AS SELECT "a;b", "/*c*/" FROM "we""ird [t`a'b] ;--x";
             CREATE TRIGGER "tr;""g" AFTER INSERT ON "we""ird [t`a'b] ;--x" BEGIN UPDATE "we""ird [t`a'b] ;--x" SET "'" = 'x;' WHERE "--" = NEW."--"; END;"#,
        renames: &[],
    },
    Odd {
        what: "keywords",
        before: r#"CREATE TABLE "select" ("from" TEXT, "where" INTEGER PRIMARY KEY, "group" TEXT UNIQUE, "order" TEXT REFERENCES "select"("group"));
             INSERT INTO "select" VALUES ('a',1,'g','g'),('b',2,'h',NULL);
             CREATE INDEX "index" ON "select" ("from");
             CREATE VIEW "view" AS SELECT "from" AS "table" FROM "select";"#,
        after: r#"CREATE TABLE "select" ("from" TEXT CHECK ("from" IN ('a','b','where')), "where" INTEGER PRIMARY KEY, "group" TEXT UNIQUE, "order" TEXT REFERENCES "select"("group") ON DELETE SET NULL);
             CREATE INDEX "index" ON "select" ("from" DESC);
             CREATE VIEW "view" AS SELECT "from" AS "table", "where" FROM "select";"#,
        renames: &[],
    },
    Odd {
        what: "unicode",
        before: r#"CREATE TABLE "größe" ("日本" TEXT, é INTEGER, Ä TEXT);
             INSERT INTO größe VALUES ('漢字', 1, '🦀');
             CREATE INDEX ñ ON größe (é);"#,
        after: r#"CREATE TABLE "größe" ("日本" TEXT NOT NULL, é INTEGER, Ä TEXT CHECK (Ä <> 'ä'), ä TEXT);
             CREATE INDEX ñ ON größe (é, 日本);"#,
        renames: &[],
    },
    Odd {
        what: "case only with more",
        before: "CREATE TABLE Users (Id INTEGER PRIMARY KEY, Name TEXT);
             INSERT INTO users VALUES (1,'x');
             CREATE VIEW V AS SELECT NAME FROM USERS;
             CREATE INDEX IX ON USERS (NAME);
             CREATE TABLE c (u INTEGER REFERENCES USERS(ID));
             INSERT INTO c VALUES (1);",
        after: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, more TEXT UNIQUE);
             CREATE VIEW v AS SELECT name FROM users;
             CREATE INDEX ix ON users (name);
             CREATE TABLE C (U INTEGER REFERENCES users(id) ON DELETE CASCADE);",
        renames: &[],
    },
    Odd {
        what: "rowid named",
        before: "CREATE TABLE t (rowid TEXT, oid INT);
             INSERT INTO t (_rowid_, rowid, oid) VALUES (9,'a',1),(4,'b',2);",
        after: "CREATE TABLE t (rowid TEXT NOT NULL, oid INT, _rowid_ TEXT);",
        renames: &[],
    },
    Odd {
        what: "rowid pk",
        before: "CREATE TABLE t (rowid INTEGER PRIMARY KEY, x);
             INSERT INTO t VALUES (9,'a'),(4,'b');",
        after: "CREATE TABLE t (rowid INTEGER PRIMARY KEY, x NOT NULL);",
        renames: &[],
    },
    Odd {
        what: "oid text pk",
        before: "CREATE TABLE t (oid TEXT PRIMARY KEY, x);
             INSERT INTO t VALUES ('9','a'),('4','b');",
        after: "CREATE TABLE t (oid TEXT PRIMARY KEY, x UNIQUE);",
        renames: &[],
    },
    Odd {
        what: "empty name",
        before: r#"CREATE TABLE "" ("" TEXT, a INT);
             INSERT INTO "" VALUES ('x',1);"#,
        after: r#"CREATE TABLE "" ("" TEXT NOT NULL, a INT);"#,
        renames: &[],
    },
    Odd {
        what: "names like schema_new",
        before: r#"CREATE TABLE t (a TEXT);
             INSERT INTO t VALUES ('y');
             CREATE VIEW __schema_new_t AS SELECT 1;
             CREATE TABLE "__SCHEMA_NEW_t_" (x);"#,
        after: r#"CREATE TABLE t (a TEXT NOT NULL);
             CREATE VIEW __schema_new_t AS SELECT 1;
             CREATE TABLE "__SCHEMA_NEW_t_" (x);"#,
        renames: &[],
    },
    Odd {
        what: "sqlitex names",
        before: "CREATE TABLE sqlitex (a TEXT);
             INSERT INTO sqlitex VALUES ('y');
             CREATE TABLE Sqlite1 (b);",
        after: "CREATE TABLE sqlitex (a TEXT NOT NULL);
             CREATE TABLE Sqlite1 (b UNIQUE);",
        renames: &[],
    },
    Odd {
        what: "string names",
        before: "CREATE TABLE 't' ('a' TEXT, 'b' INTEGER, PRIMARY KEY ('b'));
             INSERT INTO t VALUES ('x',1);
             CREATE INDEX 'i' ON 't' ('a');",
        after: "CREATE TABLE t (a TEXT NOT NULL, b INTEGER PRIMARY KEY);
             CREATE INDEX i ON t (a);",
        renames: &[],
    },
    Odd {
        what: "begin commit in names",
        before: r#"CREATE TABLE "BEGIN" ("COMMIT" TEXT, "ROLLBACK" TEXT);
             INSERT INTO "BEGIN" VALUES (1,2);
             CREATE VIEW ".tables" AS SELECT * FROM "BEGIN";
             CREATE TRIGGER "END" AFTER INSERT ON "BEGIN" BEGIN SELECT 'COMMIT;'; END;"#,
        after: r#"CREATE TABLE "BEGIN" ("COMMIT" TEXT NOT NULL, "ROLLBACK" TEXT);
             CREATE VIEW ".tables" AS SELECT * FROM "BEGIN";
             CREATE TRIGGER "END" AFTER INSERT ON "BEGIN" BEGIN SELECT 'COMMIT;'; END;"#,
        renames: &[],
    },
    Odd {
        what: "dollar and at params in names",
        before: r##"CREATE TABLE "$x" ("@a" TEXT, "?1" TEXT, "#b" INT, a$b INT);
             INSERT INTO "$x" VALUES (1,2,3,4);"##,
        after: r##"CREATE TABLE "$x" ("@a" TEXT NOT NULL, "?1" TEXT UNIQUE, "#b" INT, a$b INT CHECK (a$b > 0));"##,
        renames: &[],
    },
    Odd {
        what: "emoji rename",
        before: r#"CREATE TABLE "🦀" ("é" TEXT, "É" TEXT);
             INSERT INTO "🦀" VALUES (1,2);"#,
        after: r#"CREATE TABLE "🦀🦀" ("é" TEXT, "ÉÉ" TEXT NOT NULL);"#,
        renames: &[("🦀", "🦀🦀"), ("🦀.É", "ÉÉ")],
    },
    Odd {
        what: "main qualified",
        before: "CREATE TABLE main.p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p VALUES (1,'a');
             CREATE VIEW main.v AS SELECT * FROM main.p;
             CREATE INDEX main.i ON p (n);
             CREATE TABLE c (a REFERENCES p);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             CREATE VIEW v AS SELECT * FROM main.p WHERE p.id > 0;
             CREATE INDEX i ON p (n DESC);
             CREATE TABLE c (a REFERENCES p ON DELETE CASCADE);",
        renames: &[],
    },
    Odd {
        what: "fk quoted name case",
        before: r#"CREATE TABLE "Par" ("Id" INTEGER PRIMARY KEY);
             INSERT INTO par VALUES (1);
             CREATE TABLE c (a INT REFERENCES pAR(iD));
             INSERT INTO c VALUES (1);"#,
        after: r#"CREATE TABLE "Par" ("Id" INTEGER PRIMARY KEY, x TEXT UNIQUE);
             CREATE TABLE c (a INT NOT NULL REFERENCES PAR(ID));"#,
        renames: &[],
    },
    Odd {
        what: "column swap rename",
        before: "CREATE TABLE t (a TEXT, b TEXT);
             INSERT INTO t VALUES ('a','b');",
        after: "CREATE TABLE t (b TEXT, c TEXT);",
        renames: &[("t.a", "c")],
    },
    Odd {
        what: "generated over renamed",
        before: r#"CREATE TABLE t (id INTEGER PRIMARY KEY, old TEXT, up TEXT AS (upper(old)) STORED, lo TEXT GENERATED ALWAYS AS (lower("old")) VIRTUAL, CHECK (old <> 'old'));
             INSERT INTO t (old) VALUES ('Aa'),('Bb');
             CREATE INDEX i ON t (up, lower(old)) WHERE old IS NOT NULL;
             CREATE VIEW v AS SELECT old, up FROM t;
             CREATE TRIGGER g AFTER UPDATE OF old ON t WHEN NEW.old <> OLD.old BEGIN SELECT NEW.old; END;"#,
        after: r#"CREATE TABLE t (id INTEGER PRIMARY KEY, new TEXT, up TEXT AS (upper(new)) STORED, lo TEXT GENERATED ALWAYS AS (lower("new")) VIRTUAL, CHECK (new <> 'old'));
             CREATE INDEX i ON t (up, lower(new)) WHERE new IS NOT NULL;
             CREATE VIEW v AS SELECT new, up FROM t;
             CREATE TRIGGER g AFTER UPDATE OF new ON t WHEN NEW.new <> OLD.new BEGIN SELECT NEW.new; END;"#,
        renames: &[("t.old", "new")],
    },
    Odd {
        what: "self reference rename table",
        before: "CREATE TABLE n (id INTEGER PRIMARY KEY, up INTEGER REFERENCES n ON DELETE CASCADE, x TEXT);
             INSERT INTO n VALUES (1,NULL,'r'),(2,1,'c'),(3,2,'d');
             CREATE TABLE c (n INTEGER REFERENCES n(id));
             INSERT INTO c VALUES (3);",
        after: "CREATE TABLE nodes (id INTEGER PRIMARY KEY, up INTEGER REFERENCES nodes ON DELETE CASCADE, x TEXT UNIQUE);
             CREATE TABLE c (n INTEGER REFERENCES nodes(id));",
        renames: &[("n", "nodes")],
    },
    Odd {
        what: "expression index rename",
        before: "CREATE TABLE t (a TEXT, b TEXT);
             INSERT INTO t VALUES ('a','b');
             CREATE INDEX i ON t ((a || b) COLLATE NOCASE DESC, a COLLATE NOCASE) WHERE (a IS NOT NULL);",
        after: "CREATE TABLE t (a2 TEXT, b TEXT);
             CREATE INDEX i ON t ((a2 || b) COLLATE NOCASE DESC, a2 COLLATE NOCASE) WHERE (a2 IS NOT NULL);",
        renames: &[("t.a", "a2")],
    },
    Odd {
        what: "parent key renamed",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, k TEXT UNIQUE);
             INSERT INTO p VALUES (1,'a');
             CREATE TABLE c (p INT REFERENCES p(id), k TEXT REFERENCES p(k));
             INSERT INTO c VALUES (1,'a');",
        after: "CREATE TABLE p (pid INTEGER PRIMARY KEY, kk TEXT UNIQUE NOT NULL);
             CREATE TABLE c (p INT REFERENCES p(pid), k TEXT REFERENCES p(kk));",
        renames: &[("p.id", "pid"), ("p.k", "kk")],
    },
    Odd {
        what: "table and column renamed together",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, k TEXT);
             INSERT INTO p VALUES (1,'a');
             CREATE TABLE c (p INT REFERENCES p(id));
             INSERT INTO c VALUES (1);
             CREATE VIEW v AS SELECT k FROM p;
             CREATE INDEX i ON p(k);",
        after: "CREATE TABLE pp (id INTEGER PRIMARY KEY, kk TEXT CHECK (kk <> ''));
             CREATE TABLE c (p INT REFERENCES pp(id));
             CREATE VIEW v AS SELECT kk FROM pp;
             CREATE INDEX i ON pp(kk);",
        renames: &[("p", "pp"), ("p.k", "kk")],
    },
    Odd {
        what: "index expr table renamed",
        before: "CREATE TABLE t (a INT);
             INSERT INTO t VALUES (1);
             CREATE INDEX i ON t (a) WHERE t.a > 0;",
        after: "CREATE TABLE u (a INT NOT NULL);
             CREATE INDEX i ON u (a) WHERE u.a > 0;",
        renames: &[("t", "u")],
    },
    Odd {
        what: "check table renamed",
        before: "CREATE TABLE t (a INT, CHECK (t.a > 0));
             INSERT INTO t VALUES (1);",
        after: "CREATE TABLE u (a INT NOT NULL, CHECK (u.a > 0));",
        renames: &[("t", "u")],
    },
    Odd {
        what: "rename to string's word",
        before: "CREATE TABLE t (s TEXT, CHECK (s <> 's'));
             INSERT INTO t VALUES ('x');",
        after: "CREATE TABLE t (open TEXT NOT NULL, CHECK (open <> 's'));",
        renames: &[("t.s", "open")],
    },
    Odd {
        what: "schema_history lookalike",
        before: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE schema_histories (x);
             INSERT INTO schema_histories VALUES (1);",
        after: "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL);
             INSERT INTO p (id, n) VALUES (1,'a'),(2,'b');CREATE TABLE schema_histories (x NOT NULL);",
        renames: &[],
    },
    Odd {
        what: "table check mentions table name",
        before: r#"CREATE TABLE t (a INT, CHECK (t.a > 0), CHECK ("t"."a" < 100));
             INSERT INTO t VALUES (1);"#,
        after: r#"CREATE TABLE t (a INT NOT NULL, CHECK (t.a > 0), CHECK ("t"."a" < 100));"#,
        renames: &[],
    },
    Odd {
        what: "column named like table",
        before: "CREATE TABLE t (t INT, CHECK (t.t > 0));
             INSERT INTO t VALUES (1);",
        after: "CREATE TABLE t (t INT NOT NULL, CHECK (t.t > 0));",
        renames: &[],
    },
    Odd {
        what: "index expr mentions table",
        before: "CREATE TABLE t (a INT);
             INSERT INTO t VALUES (1);
             CREATE INDEX i ON t (a) WHERE t.a > 0;",
        after: "CREATE TABLE t (a INT NOT NULL);
             CREATE INDEX i ON t (a) WHERE t.a > 0;",
        renames: &[],
    },
];
