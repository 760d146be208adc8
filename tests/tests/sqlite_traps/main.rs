//! What goes wrong with changes of SQLite tables where nobody thought of it: each test is a way in which rows, triggers or numbers
//! were lost somewhere.

#![allow(clippy::unwrap_used, clippy::panic)]

mod firing;
mod odd;
mod strings;
mod virtual_tables;

use schema_core::autogenerate::Scripts;
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::diff::{RenameRequest, RenameSubject};
use schema_core::model::Engine;
use schema_tests::sqlite::schema;
use schema_tests::trap::Trap;

const PARENT: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);";
const PARENT_CHECKED: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT CHECK (name <> ''));";

#[test]
fn a_rebuild_of_a_parent_neither_deletes_nor_changes_its_children() {
    let children = "
        CREATE TABLE cascading (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE);
        CREATE TABLE nulling (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE SET NULL);
        CREATE TABLE resetting (id INTEGER PRIMARY KEY, parent INTEGER DEFAULT 2 REFERENCES parent ON DELETE SET DEFAULT);
        CREATE TABLE restricting (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE RESTRICT);
        CREATE TABLE deferred (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);";
    let rows = "
        INSERT INTO parent VALUES (1, 'a'), (2, 'b');
        INSERT INTO cascading VALUES (1, 1), (2, 2);
        INSERT INTO nulling VALUES (1, 1);
        INSERT INTO resetting VALUES (1, 1);
        INSERT INTO restricting VALUES (1, 1);
        INSERT INTO deferred VALUES (1, 1);";
    let mut trap =
        Trap::of_models(&format!("{PARENT}{children}{rows}"), &format!("{PARENT_CHECKED}{children}"));
    assert!(trap.rebuilds());
    trap.up();
    for (table, parents) in
        [("cascading", "1,2"), ("nulling", "1"), ("resetting", "1"), ("restricting", "1"), ("deferred", "1")]
    {
        assert_eq!(trap.ask(&format!("SELECT CAST(parent AS TEXT) FROM {table}")), parents, "{table}");
    }
    assert_eq!(trap.ask("SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys"), "1");
    trap.execute("DELETE FROM restricting; DELETE FROM deferred; DELETE FROM parent WHERE id = 1");
    assert_eq!(trap.ask("SELECT CAST(parent AS TEXT) FROM cascading"), "2", "the references still work");
    trap.execute("DROP TABLE restricting");
}

#[test]
fn the_way_back_keeps_children_too() {
    let child = "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE);";
    let rows = "INSERT INTO parent VALUES (1, 'a'); INSERT INTO child VALUES (1, 1);";
    let mut trap = Trap::of_models(&format!("{PARENT}{child}{rows}"), &format!("{PARENT_CHECKED}{child}"));
    trap.up();
    trap.down();
}

#[test]
fn triggers_of_and_about_a_table_survive_its_rebuild() {
    let others = "
        CREATE TABLE log (what TEXT);
        CREATE TABLE other (id INTEGER PRIMARY KEY);
        CREATE VIEW names AS SELECT name FROM parent;";
    let triggers = "
        CREATE TRIGGER own AFTER INSERT ON \"PARENT\" BEGIN INSERT INTO log VALUES ('own ' || NEW.name); END;
        CREATE TRIGGER of_name BEFORE UPDATE OF name ON parent WHEN NEW.name = 'x' BEGIN SELECT RAISE(ABORT, 'no'); END;
        CREATE TRIGGER about AFTER INSERT ON other BEGIN INSERT INTO parent (name) VALUES ('from other'); END;
        CREATE TRIGGER instead INSTEAD OF INSERT ON names BEGIN INSERT INTO parent (name) VALUES (NEW.name); END;";
    let mut trap = Trap::of_models(
        &format!("{PARENT}{others}{triggers} INSERT INTO parent VALUES (1, 'a'); DELETE FROM log;"),
        &format!("{PARENT_CHECKED}{others}"),
    );
    assert!(trap.rebuilds());
    trap.up();
    assert_eq!(trap.ask("SELECT what FROM log"), "", "no trigger fires while the rows are copied");
    trap.execute("INSERT INTO other VALUES (1); INSERT INTO names VALUES ('from the view')");
    assert_eq!(trap.ask("SELECT what FROM log"), "own from other,own from the view");
    assert!(trap.connection().execute_batch("UPDATE parent SET name = 'x'").is_err());
    trap.execute("DELETE FROM log; DELETE FROM other; DELETE FROM parent WHERE id > 1");
    trap.down();
}

#[test]
fn a_renamed_column_is_followed_in_triggers_and_another_of_its_name_is_not() {
    let audit = "CREATE TABLE audit (name TEXT);";
    let rename = RenameRequest {
        subject: RenameSubject::Column("parent".into(), "name".to_owned()),
        to: "title".to_owned(),
    };
    let mut trap = Trap::of_models_with(
        &format!(
            "{PARENT}{audit} CREATE TRIGGER note AFTER INSERT ON parent BEGIN INSERT INTO audit (name) VALUES (NEW.name); END;
             INSERT INTO parent VALUES (1, 'a');"
        ),
        &format!("CREATE TABLE parent (id INTEGER PRIMARY KEY, title TEXT CHECK (title <> ''));{audit}"),
        &[rename],
    );
    trap.up();
    trap.execute("INSERT INTO parent (title) VALUES ('b')");
    assert_eq!(trap.ask("SELECT name FROM audit"), "a,b");
    trap.execute("DELETE FROM audit WHERE name = 'b'; DELETE FROM parent WHERE title = 'b'");
    trap.down();
}

#[test]
fn dropping_the_old_form_fires_no_trigger() {
    let log = "CREATE TABLE log (what TEXT);";
    let mut trap = Trap::of_models(
        &format!(
            "{PARENT}{log} INSERT INTO parent VALUES (1, 'a');
             CREATE TRIGGER gone AFTER DELETE ON parent BEGIN INSERT INTO log VALUES ('deleted'); END;"
        ),
        &format!("{PARENT_CHECKED}{log}"),
    );
    trap.up();
    assert_eq!(trap.ask("SELECT what FROM log"), "");
    trap.down();
}

#[test]
fn indexes_come_back_as_they_were() {
    let indexes = "
        CREATE UNIQUE INDEX by_name ON parent (name COLLATE NOCASE DESC);
        CREATE INDEX lower_name ON parent (lower(name), id DESC) WHERE name IS NOT NULL;
        CREATE INDEX \"odd \"\"one\"\"\" ON parent (length(name) % 2);";
    let mut trap = Trap::of_models(
        &format!("{PARENT}{indexes} INSERT INTO parent VALUES (1, 'a'), (2, 'B');"),
        &format!("{PARENT_CHECKED}{indexes}"),
    );
    let indexes = "SELECT sql FROM sqlite_schema WHERE tbl_name = 'parent' AND type = 'index' ORDER BY name";
    let before = trap.ask(indexes);
    trap.up();
    assert_eq!(trap.ask(indexes), before);
    assert!(trap.connection().execute_batch("INSERT INTO parent (name) VALUES ('b')").is_err());
    trap.down();
}

#[test]
fn collations_survive() {
    let columns =
        "code TEXT COLLATE NOCASE UNIQUE, note TEXT COLLATE RTRIM, PRIMARY KEY (note COLLATE NOCASE DESC)";
    let mut trap = Trap::of_models(
        &format!("CREATE TABLE t ({columns}); INSERT INTO t VALUES ('a', 'x'), ('B', 'y');"),
        &format!("CREATE TABLE t ({columns}, CHECK (code <> ''))"),
    );
    trap.up();
    for row in ["('A', 'z')", "('c', 'X')"] {
        let insert = format!("INSERT INTO t VALUES {row}");
        assert!(trap.connection().execute_batch(&insert).is_err(), "{row}");
    }
    trap.down();
}

#[test]
fn the_counter_of_autoincrement_goes_on() {
    let table = |more: &str| format!("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT{more});");
    let mut trap = Trap::of_models(
        &format!("{} INSERT INTO t VALUES (1, 'a'), (100, 'b'); DELETE FROM t WHERE id = 100;", table("")),
        &table(" CHECK (x <> '')"),
    );
    trap.up();
    trap.execute("INSERT INTO t (x) VALUES ('c')");
    assert_eq!(trap.ask("SELECT CAST(id AS TEXT) FROM t"), "1,101");
    trap.execute("DELETE FROM t WHERE id = 101");
    trap.down();
    trap.execute("INSERT INTO t (x) VALUES ('c')");
    assert_eq!(trap.ask("SELECT CAST(id AS TEXT) FROM t"), "1,102");
}

#[test]
fn the_counter_of_autoincrement_goes_on_in_an_empty_table() {
    let table = |more: &str| format!("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT{more});");
    let mut trap = Trap::of_models(
        &format!("{} INSERT INTO t VALUES (100, 'b'); DELETE FROM t;", table("")),
        &table(" CHECK (x <> '')"),
    );
    trap.up();
    trap.execute("INSERT INTO t (x) VALUES ('c')");
    assert_eq!(trap.ask("SELECT CAST(id AS TEXT) FROM t"), "101");
}

#[test]
fn rowids_that_nobody_declared_are_kept() {
    let mut trap = Trap::of_models(
        "CREATE TABLE t (x TEXT); INSERT INTO t (rowid, x) VALUES (7, 'a'), (100, 'b');",
        "CREATE TABLE t (x TEXT CHECK (x <> ''))",
    );
    trap.up();
    assert_eq!(trap.ask("SELECT CAST(rowid AS TEXT) FROM t"), "7,100");
    trap.down();
    assert_eq!(trap.ask("SELECT CAST(rowid AS TEXT) FROM t"), "7,100");
}

#[test]
fn rowids_are_kept_where_a_column_has_their_name() {
    let mut trap = Trap::of_models(
        "CREATE TABLE t (rowid TEXT, \"OID\" TEXT); INSERT INTO t (_rowid_, rowid) VALUES (7, 'a'), (100, 'b');",
        "CREATE TABLE t (rowid TEXT CHECK (rowid <> ''), \"OID\" TEXT)",
    );
    trap.up();
    assert_eq!(trap.ask("SELECT _rowid_ || rowid FROM t"), "7a,100b");
    trap.down();
    assert_eq!(trap.ask("SELECT _rowid_ || rowid FROM t"), "7a,100b");
}

#[test]
fn rows_are_kept_where_columns_have_all_names_of_the_rowid() {
    let mut trap = Trap::of_models(
        "CREATE TABLE t (rowid TEXT, oid TEXT, _rowid_ TEXT); INSERT INTO t VALUES ('a', 'b', 'c');",
        "CREATE TABLE t (rowid TEXT CHECK (rowid <> ''), oid TEXT, _rowid_ TEXT)",
    );
    trap.up();
    trap.down();
}

#[test]
fn a_full_text_index_still_finds_its_rows() {
    let table = |more: &str| format!("CREATE TABLE t (x TEXT{more});");
    let mut trap = Trap::of_models(
        &format!(
            "{} INSERT INTO t (rowid, x) VALUES (7, 'tent'), (100, 'stove');
             CREATE VIRTUAL TABLE found USING fts5 (x, content = 't');
             INSERT INTO found (found) VALUES ('rebuild');",
            table("")
        ),
        &table(" CHECK (x <> '')"),
    );
    trap.up();
    assert_eq!(trap.ask("SELECT x FROM found WHERE found MATCH 'stove'"), "stove");
    trap.execute("INSERT INTO found (found) VALUES ('integrity-check')");
    trap.down();
}

#[test]
fn generated_columns_survive() {
    let columns = "a INTEGER, b INTEGER AS (a + 1), c INTEGER GENERATED ALWAYS AS (a * 2) STORED";
    let mut trap = Trap::of_models(
        &format!("CREATE TABLE t ({columns}, d TEXT); INSERT INTO t (a, d) VALUES (1, 'x'), (NULL, 'y');"),
        &format!("CREATE TABLE t ({columns}, d TEXT CHECK (d <> ''))"),
    );
    assert!(trap.rebuilds());
    trap.up();
    assert_eq!(trap.ask("SELECT b || ' ' || c FROM t"), "2 2,NULL");
    trap.down();
}

#[test]
fn views_on_a_table_survive_its_rebuild() {
    let views = "
        CREATE VIEW names (n) AS SELECT name FROM Parent;
        CREATE VIEW on_view AS SELECT n FROM names JOIN other;
        CREATE TABLE other (id INTEGER PRIMARY KEY);";
    let mut trap = Trap::of_models(
        &format!("{PARENT}{views} INSERT INTO parent VALUES (1, 'a'); INSERT INTO other VALUES (1);"),
        &format!("{PARENT_CHECKED}{views}"),
    );
    trap.up();
    assert_eq!(trap.ask("SELECT n FROM on_view"), "a");
    trap.down();
    assert_eq!(trap.ask("SELECT n FROM on_view"), "a");
}

#[test]
fn keys_that_sqlite_cannot_rename_are_renamed() {
    let rest = |key: &str| {
        format!(
            "CREATE TABLE log (what TEXT);
             CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES t ({key}) ON DELETE CASCADE);
             CREATE INDEX t_by_size ON t (size DESC, {key});
             CREATE VIEW sizes AS SELECT {key} AS id, size FROM t;"
        )
    };
    for (columns, options) in [
        ("a INTEGER NOT NULL, size TEXT, CHECK (a > 0), PRIMARY KEY (a), UNIQUE (size, a)", "WITHOUT ROWID"),
        ("a INTEGER, size TEXT, CHECK (a > 0), UNIQUE (size, a), PRIMARY KEY (a)", ""),
    ] {
        let rename =
            RenameRequest { subject: RenameSubject::Column("t".into(), "a".to_owned()), to: "id".to_owned() };
        let mut trap = Trap::of_models_with(
            &format!(
                "CREATE TABLE t ({columns}) {options};
                 {}
                 CREATE TRIGGER grown AFTER UPDATE OF a ON t BEGIN INSERT INTO log VALUES (OLD.a); END;
                 INSERT INTO t VALUES (1, 'x'), (2, 'y'); INSERT INTO child VALUES (7, 1), (8, 2);",
                rest("a")
            ),
            &format!(
                "CREATE TABLE t (id INTEGER PRIMARY KEY, size TEXT, UNIQUE (size, id), CHECK (id > 0)) {options};
                 {}",
                rest("id")
            ),
            &[rename],
        );
        let start = schema(trap.connection());
        trap.up();
        assert_eq!(trap.ask("SELECT CAST(p AS TEXT) FROM child"), "1,2");
        trap.execute("UPDATE t SET id = id WHERE id = 2");
        assert_eq!(trap.ask("SELECT what FROM log"), "2");
        trap.undo();
        let back = schema(trap.connection());
        assert!(compare(Engine::Sqlite, start, back, Scope::Database, &[]).unwrap().is_empty());
        assert_eq!(trap.ask("SELECT size FROM t ORDER BY a"), "x,y");
    }
}

#[test]
fn tables_without_rowid_stay_so() {
    let table = |more: &str| {
        format!("CREATE TABLE t (a TEXT, b INTEGER{more}, PRIMARY KEY (b DESC, a)) WITHOUT ROWID;")
    };
    let mut trap = Trap::of_models(
        &format!("{} INSERT INTO t VALUES ('x', 1), ('y', 2);", table("")),
        &table(" CHECK (b > 0)"),
    );
    trap.up();
    assert!(trap.connection().prepare("SELECT rowid FROM t").is_err());
    assert_eq!(trap.ask("SELECT a FROM t"), "y,x");
    trap.down();
}

#[test]
fn violations_that_were_there_before_do_not_stop_a_rebuild() {
    let child = |more: &str| format!("CREATE TABLE child (parent INTEGER REFERENCES parent (id){more});");
    let mut trap = Trap::of_models(
        &format!("{PARENT}{} INSERT INTO child VALUES (5), (NULL);", child("")),
        &format!("{PARENT}{}", child(" CHECK (parent > 0)")),
    );
    trap.up();
    trap.down();
}

#[test]
fn violations_that_a_script_brings_stop_it() {
    let mut trap = Trap::of_models(
        &format!(
            "{PARENT} CREATE TABLE child (parent INTEGER); INSERT INTO parent VALUES (1, 'a'); INSERT INTO child VALUES (1), (5);"
        ),
        &format!("{PARENT} CREATE TABLE child (parent INTEGER REFERENCES parent (id));"),
    );
    assert!(trap.try_up().is_err());
    trap.is_as_at_the_start();
    trap.execute("DELETE FROM child WHERE parent = 5");
    trap.up();
}

#[test]
fn rows_are_numbered_where_a_new_key_is_all_they_have() {
    let mut trap = Trap::of_databases(
        "CREATE TABLE t (id INTEGER PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES (7), (9);",
        "CREATE TABLE t (a INTEGER DEFAULT 0 PRIMARY KEY);",
    );
    trap.up();
    assert_eq!(trap.ask("SELECT CAST(a AS TEXT) FROM t"), "1,2");
}

#[test]
fn conflict_clauses_of_the_new_form_lose_no_rows() {
    let rows = "INSERT INTO t VALUES ('a', 1), ('a', NULL);";
    for constraint in [
        "UNIQUE (x) ON CONFLICT REPLACE",
        "UNIQUE (x) ON CONFLICT IGNORE",
        "PRIMARY KEY (x) ON CONFLICT IGNORE",
    ] {
        let mut trap = Trap::of_databases(
            &format!("CREATE TABLE t (x TEXT, y INTEGER); {rows}"),
            &format!("CREATE TABLE t (x TEXT, y INTEGER, {constraint});"),
        );
        assert!(trap.try_up().is_err(), "{constraint}");
        trap.is_as_at_the_start();
    }
    for constraint in [
        "NOT NULL ON CONFLICT IGNORE",
        "NOT NULL ON CONFLICT REPLACE DEFAULT 5",
        "NOT NULL ON CONFLICT ROLLBACK",
    ] {
        let mut trap = Trap::of_databases(
            &format!("CREATE TABLE t (x TEXT, y INTEGER); {rows}"),
            &format!("CREATE TABLE t (x TEXT, y INTEGER {constraint});"),
        );
        assert!(trap.try_up().is_err(), "{constraint}");
        trap.is_as_at_the_start();
    }
}

#[test]
fn conflict_clauses_lose_no_rows_where_no_column_stays() {
    let mut trap = Trap::of_databases(
        "CREATE TABLE t (x TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('a'), ('b');",
        "CREATE TABLE t (y INTEGER NOT NULL ON CONFLICT IGNORE, z TEXT);",
    );
    assert!(trap.try_up().is_err());
    trap.is_as_at_the_start();
}

#[test]
fn conflict_clauses_that_models_cannot_say_stay() {
    let columns = "x TEXT UNIQUE ON CONFLICT REPLACE, y INTEGER NOT NULL ON CONFLICT IGNORE";
    let mut trap = Trap::of_models(
        &format!("CREATE TABLE t ({columns}); INSERT INTO t VALUES ('a', 1);"),
        "CREATE TABLE t (x TEXT UNIQUE, y INTEGER NOT NULL, CHECK (y > 0))",
    );
    trap.up();
    trap.execute("INSERT INTO t VALUES ('a', 2); INSERT INTO t VALUES ('b', NULL)");
    assert_eq!(trap.ask("SELECT x || y FROM t"), "a2");
}

/// SQLite takes these by ADD COLUMN as long as there is no row; then a migration that was green in CI fails in production.
#[test]
fn statements_that_only_an_empty_table_takes_are_not_used() {
    for column in [
        "at TEXT DEFAULT CURRENT_TIMESTAMP",
        "at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP",
        "at TEXT NOT NULL DEFAULT (datetime('now'))",
        "n INTEGER DEFAULT (1 + 2)",
        "n INTEGER GENERATED ALWAYS AS (x || 'y') STORED",
        "n INTEGER DEFAULT 1 REFERENCES other (id)",
    ] {
        let other = "CREATE TABLE other (id INTEGER PRIMARY KEY); INSERT INTO other VALUES (1);";
        let after = format!("{other} CREATE TABLE t (x TEXT, {column});");
        let empty = Trap::of_models(&format!("{other} CREATE TABLE t (x TEXT);"), &after);
        let mut full =
            Trap::of_models(&format!("{other} CREATE TABLE t (x TEXT); INSERT INTO t VALUES ('a');"), &after);
        assert_eq!(empty.scripts(), full.scripts(), "{column}: what is in the table changes nothing");
        full.up();
        full.down();
    }
}

#[test]
fn values_of_any_kind_are_copied_as_they_are() {
    let mut trap = Trap::of_models(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, y TEXT, z);
         INSERT INTO t (x, y, z) VALUES
             ('no number', x'00ff', 9223372036854775807), (1.5, 'a' || char(0) || 'b', -9223372036854775808),
             (NULL, '', 1e308), (x'', 'né', 0.1), (-0.0, '🦀', '1');",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, y TEXT, z, CHECK (id > 0))",
    );
    let all = "SELECT typeof(x) || quote(x) || typeof(y) || hex(y) || typeof(z) || quote(z) FROM t";
    let before = trap.ask(all);
    trap.up();
    assert_eq!(trap.ask(all), before);
    trap.down();
    assert_eq!(trap.ask(all), before);
}

#[test]
fn many_changes_of_one_table_are_one_rebuild() {
    let trap = Trap::of_models(
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT, d TEXT); CREATE INDEX i ON t (b);",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT 'x', c INTEGER UNIQUE, e TEXT, CHECK (c > 0));
         CREATE INDEX i ON t (c);",
    );
    let Scripts { up, down, unproven: _, not_judged: _, plain_because: _ } = trap.scripts();
    for plan in [up, down] {
        let rebuilds =
            plan.statements.iter().filter(|statement| statement.sql.starts_with("CREATE TABLE")).count();
        assert_eq!(rebuilds, 1, "{}", plan.to_script());
    }
}

#[test]
fn a_table_that_has_the_name_of_the_new_form_is_left_alone() {
    let other = "CREATE TABLE __schema_new_parent (x TEXT);";
    let mut trap = Trap::of_models(
        &format!(
            "{PARENT}{other} INSERT INTO parent VALUES (1, 'a'); INSERT INTO __schema_new_parent VALUES ('mine');"
        ),
        &format!("{PARENT_CHECKED}{other}"),
    );
    trap.up();
    assert_eq!(trap.ask("SELECT x FROM __schema_new_parent"), "mine");
    trap.down();
}
