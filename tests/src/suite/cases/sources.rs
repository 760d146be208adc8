//! What models say in SQL beside their structs.

use super::{items, items_table};
use crate::models::{ColumnExt as _, document, integer, text, with_source, with_view};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::Document;

fn noted() -> Document {
    items([text("note"), integer("changes").default_sql("0")])
}

/// The document with SQL on top.
fn with(document: Document, sources: &[&str]) -> Document {
    sources.iter().fold(document, |document, sql| with_source(document, sql))
}

const COUNT_SQLITE: &str = "CREATE TRIGGER items_count AFTER UPDATE OF note ON items BEGIN \
     UPDATE items SET changes = changes + 1 WHERE id = NEW.id; END";

const COUNT_MYSQL: &str =
    "CREATE TRIGGER items_count BEFORE UPDATE ON items FOR EACH ROW SET NEW.changes = NEW.changes + 1";

const COUNT_POSTGRES: &str = "CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.changes := NEW.changes + 1;\n  RETURN NEW;\nEND $$;\n\
     CREATE TRIGGER items_count BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION count_change();\n\
     COMMENT ON FUNCTION count_change() IS 'counts what was changed'";

pub(super) fn cases() -> Vec<Case> {
    let case = |name, capability, before, after| {
        Case::new(name, before, after)
            .only_with(capability)
            .row("items", row! { id: 3, note: "x", changes: 2 })
    };
    let by_two = |sql: &str| sql.replace("+ 1", "+ 2");
    let wider = || {
        document([items_table([text("note"), integer("changes").default_sql("1"), text("more").nullable()])])
    };
    let mut cases = Vec::new();
    for (engine, capability, sql) in [
        ("sqlite", Capability::SqliteTables, COUNT_SQLITE),
        ("postgres", Capability::Namespaces, COUNT_POSTGRES),
        ("mysql", Capability::MysqlTables, COUNT_MYSQL),
    ] {
        // SQLite fires the one that was created last first.
        let other = sql
            .replace("items_count", "items_more")
            .replace("count_change", "count_more")
            .replace("changed", "more");
        let name = |what: &str| -> &'static str { format!("{what}_in_{engine}").leak() };
        cases.extend([
            case(name("say_a_trigger"), capability, noted(), with(noted(), &[sql])),
            case(
                name("say_another_trigger"),
                capability,
                with(noted(), &[sql]),
                with(noted(), &[&by_two(sql)]),
            ),
            case(
                name("say_a_trigger_on_a_table_that_changes"),
                capability,
                with(noted(), &[sql]),
                with(wider(), &[sql]),
            ),
            case(
                name("say_a_trigger_that_is_created_before_another"),
                capability,
                with(noted(), &[sql]),
                with(noted(), &[&other, sql]),
            ),
            Case::new(name("say_the_same_trigger"), with(noted(), &[sql]), with(noted(), &[sql]))
                .only_with(capability)
                .row("items", row! { id: 3, note: "x", changes: 2 })
                .is_no_change(),
        ]);
    }
    let routines = "CREATE FUNCTION shorten(given varchar(200)) RETURNS varchar(200) DETERMINISTIC NO SQL RETURN left(given, 3);\n\
         CREATE PROCEDURE tidy_up() DELETE FROM items WHERE changes > 3";
    let under = |mode: &str| {
        let more = COUNT_MYSQL.replace("items_count", "items_more");
        let set = format!("SET sql_mode = '{mode}', collation_connection = 'utf8mb4_unicode_ci'");
        format!("{set};\n{COUNT_MYSQL};\nSET sql_mode = 'ANSI_QUOTES';\n{more}")
    };
    let (strict, loose) = (under("STRICT_ALL_TABLES"), under(""));
    let event = "CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY STARTS '2031-01-01 00:00:00' ON COMPLETION PRESERVE \
         DO DELETE FROM items WHERE changes > 100";
    let package = "SET sql_mode = 'ORACLE';\n\
         CREATE PACKAGE notes AS FUNCTION next_one(given int) RETURN int; END;\n\
         CREATE PACKAGE BODY notes AS\n    step int := 1;\n    FUNCTION next_one(given int) RETURN int AS\n    \
         more int;\n    BEGIN more := step; RETURN given + more; END;\nEND;\n\
         CREATE TRIGGER items_next BEFORE UPDATE ON items FOR EACH ROW SET NEW.changes = notes.next_one(OLD.changes)";
    let search = "CREATE VIRTUAL TABLE search USING fts5(note, content='items', content_rowid='id');\n\
         CREATE TRIGGER search_new AFTER INSERT ON items BEGIN\n  INSERT INTO search (rowid, note) VALUES (NEW.id, NEW.note);\nEND";
    let function =
        "CREATE FUNCTION short(note text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left(note, 3) $$";
    let other_function = function.replace("3", "4");
    let shortened = || {
        document([items_table([
            text("note").default_sql("short('newcomer')"),
            integer("changes").default_sql("0"),
        ])])
    };
    let shorts = || with_view(noted(), "shorts", "SELECT id, short(note) AS note FROM items");
    let policy = "ALTER TABLE items ENABLE ROW LEVEL SECURITY;\n\
         CREATE POLICY own ON items USING (note = current_user)";
    let types =
        "CREATE DOMAIN short_text AS text CHECK (length(VALUE) < 10);\nCREATE SEQUENCE numbers START 5";
    let totals = "CREATE MATERIALIZED VIEW totals AS SELECT note, sum(changes) AS changes FROM items GROUP BY note;\n\
         CREATE UNIQUE INDEX totals_note ON totals (note)";
    cases.extend([
        case(
            "say_routines_in_mysql",
            Capability::MysqlTables,
            noted(),
            with(with_view(noted(), "shorts", "SELECT id, shorten(note) AS note FROM items"), &[routines]),
        ),
        case(
            "say_another_routine_in_mysql",
            Capability::MysqlTables,
            with(with_view(noted(), "shorts", "SELECT id, shorten(note) AS note FROM items"), &[routines]),
            with(
                with_view(noted(), "shorts", "SELECT id, shorten(note) AS note FROM items"),
                &[&routines.replace("3", "4")],
            ),
        ),
        case(
            "say_triggers_under_settings_in_mysql",
            Capability::MysqlTables,
            noted(),
            with(noted(), &[&strict]),
        ),
        case(
            "say_triggers_under_other_settings_in_mysql",
            Capability::MysqlTables,
            with(noted(), &[&strict]),
            with(noted(), &[&loose]),
        ),
        case("say_an_event", Capability::MysqlTables, noted(), with(noted(), &[event])),
        case(
            "say_another_event",
            Capability::MysqlTables,
            with(noted(), &[event]),
            with(noted(), &[&event.replace("1 DAY", "2 DAY")]),
        ),
        case("say_a_package", Capability::Packages, noted(), with(noted(), &[package])),
        case(
            "say_another_package",
            Capability::Packages,
            with(noted(), &[package]),
            with(
                noted(),
                &[&package.replace("AS FUNCTION", "COMMENT 'steps' AS FUNCTION").replace(":= 1", ":= 2")],
            ),
        ),
        case("say_a_virtual_table", Capability::SqliteTables, noted(), with(noted(), &[search])),
        case(
            "say_a_function_and_a_default_that_calls_it",
            Capability::Namespaces,
            noted(),
            with(shortened(), &[function]),
        ),
        case(
            "say_another_function_that_a_default_calls",
            Capability::Namespaces,
            with(shortened(), &[function]),
            with(shortened(), &[&other_function]),
        ),
        case(
            "say_a_view_that_calls_a_function",
            Capability::Namespaces,
            noted(),
            with(shorts(), &[function]),
        ),
        case("say_a_policy", Capability::Namespaces, noted(), with(noted(), &[policy])),
        case("say_types_and_sequences", Capability::Namespaces, noted(), with(noted(), &[types])),
        case("say_a_materialized_view", Capability::Namespaces, noted(), with(noted(), &[totals])),
    ]);
    cases
}
