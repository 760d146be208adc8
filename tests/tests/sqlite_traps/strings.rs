//! Strings in double quotes, which SQLite takes for names first.

use super::odd::Odd;

pub(crate) const STRINGS: &[Odd] = &[
    Odd {
        what: "dqs default",
        before: r#"CREATE TABLE t (a TEXT DEFAULT "abc", b TEXT CHECK (b <> "nope"));
             INSERT INTO t VALUES ('x','y');
             CREATE VIEW v AS SELECT "str" AS s FROM t;"#,
        after: r#"CREATE TABLE t (a TEXT DEFAULT "abc", b TEXT NOT NULL CHECK (b <> "nope"));
             CREATE VIEW v AS SELECT "str" AS s FROM t;"#,
        renames: &[],
    },
    Odd {
        what: "dqs everywhere",
        before: r#"CREATE TABLE t (s TEXT CHECK (s IN ("open", "closed")), g AS (s || "-x"), "q" TEXT);
             INSERT INTO t (s) VALUES ('open');
             CREATE TRIGGER g AFTER INSERT ON t WHEN NEW.s = "open" BEGIN UPDATE t SET q = "set"; END;
             CREATE VIEW v AS SELECT s, "lit" AS l FROM t WHERE s <> "no";"#,
        after: r#"CREATE TABLE t (s TEXT NOT NULL CHECK (s IN ("open", "closed", "new")), g AS (s || "-x"), "q" TEXT, e TEXT);
             CREATE TRIGGER g AFTER INSERT ON t WHEN NEW.s = "open" BEGIN UPDATE t SET q = "set"; END;
             CREATE VIEW v AS SELECT s, e, "lit" AS l FROM t WHERE s <> "no";"#,
        renames: &[],
    },
    Odd {
        what: "dqs native",
        before: r#"CREATE TABLE t (s TEXT CHECK (s IN ("open", "closed")), x TEXT);
             INSERT INTO t VALUES ('open', 'y');
             CREATE VIEW v AS SELECT "lit" AS l FROM t;
             CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET s = "open"; END;"#,
        after: r#"CREATE TABLE t (s TEXT CHECK (s IN ("open", "closed")), y TEXT);
             CREATE VIEW v AS SELECT "lit" AS l FROM t;
             CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET s = "open"; END;"#,
        renames: &[],
    },
    Odd {
        what: "dqs rename",
        before: r#"CREATE TABLE t (s TEXT CHECK (s IN ("open", "closed")), x TEXT);
             INSERT INTO t VALUES ('open', 'y');
             CREATE VIEW v AS SELECT "lit" AS l FROM t;"#,
        after: r#"CREATE TABLE t (z TEXT CHECK (z IN ("open", "closed")), x TEXT);
             CREATE VIEW v AS SELECT "lit" AS l FROM t;"#,
        renames: &[("t.s", "z")],
    },
    Odd {
        what: "dqs new column of that name",
        before: r#"CREATE TABLE t (s TEXT CHECK (s <> "open"));
             INSERT INTO t VALUES ('x');"#,
        after: r#"CREATE TABLE t (s TEXT CHECK (s <> "open"), open TEXT);"#,
        renames: &[],
    },
];
