//! The order in which triggers of one table fire at the same time on the same event: the one that was created last fires first.

use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::dialect::sqlite::fingerprint;
use schema_core::model::Engine;
use schema_tests::sqlite::{load, schema};
use schema_tests::trap::Trap;

const LOG: &str = "CREATE TABLE log (what TEXT);";
const PLAIN: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); CREATE VIEW v AS SELECT n FROM t;";
const CHECKED: &str =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT CHECK (n <> '')); CREATE VIEW v AS SELECT n FROM t;";
const VIEWED: &str =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); CREATE VIEW v AS SELECT n FROM t WHERE id > 0;";

/// A trigger that logs what it is called.
fn logs(name: &str, when: &str) -> String {
    format!("CREATE TRIGGER {name} {when} BEGIN INSERT INTO log VALUES ('{name}'); END;")
}

/// Triggers that are created in this order, each on its event.
fn triggers(names: &[&str], when: &str) -> String {
    names.iter().map(|name| logs(name, when)).collect()
}

fn fired(trap: &Trap, statement: &str) -> String {
    trap.execute(&format!("DELETE FROM log; {statement}"));
    let fired = trap.ask("SELECT what FROM log");
    trap.execute("DELETE FROM log; DELETE FROM t");
    fired
}

const INSERT: &str = "INSERT INTO t (n) VALUES ('x')";
const THROUGH_VIEW: &str = "INSERT INTO v (n) VALUES ('x')";

#[test]
fn triggers_fire_in_their_order_after_a_rebuild_of_their_table_and_after_a_change_of_their_view() {
    let own = format!(
        "{LOG}{}{}",
        triggers(&["m", "z", "a"], "AFTER INSERT ON t"),
        triggers(&["n", "c", "y"], "INSTEAD OF INSERT ON v")
    );
    for after in [CHECKED, VIEWED] {
        let mut trap = Trap::of_models(&format!("{PLAIN}{own}"), &format!("{after}{LOG}"));
        let of = |trap: &Trap| (fired(trap, INSERT), fired(trap, THROUGH_VIEW));
        let expected = ("a,z,m".to_owned(), "y,c,n".to_owned());
        assert_eq!(of(&trap), expected);
        trap.up();
        assert_eq!(of(&trap), expected, "{after}");
        trap.undo();
        assert_eq!(of(&trap), expected, "back from {after}");
    }
}

#[test]
fn another_firing_order_is_a_difference_and_is_restored() {
    let other_events = logs("other", "AFTER DELETE ON t");
    let database = |names: &[&str]| {
        let (first, rest) = names.split_at(1);
        let when = "AFTER INSERT ON t";
        format!("{PLAIN}{LOG}{}{other_events}{}", triggers(first, when), triggers(rest, when))
    };
    for (before, after) in [
        (&["a", "b", "c"][..], &["c", "a", "b"][..]),
        (&["a", "b", "c"], &["b", "c", "a"]),
        (&["c", "b", "a"], &["a", "b", "c"]),
        (&["a", "b", "c"], &["a", "d", "b", "c"]),
        (&["b", "d", "a", "c"], &["c", "d", "b"]),
    ] {
        let mut trap = Trap::of_databases(&database(before), &database(after));
        let expected = |names: &[&str]| names.iter().rev().copied().collect::<Vec<_>>().join(",");
        assert_eq!(fired(&trap, INSERT), expected(before));
        trap.up();
        assert_eq!(fired(&trap, INSERT), expected(after), "{before:?} {after:?}");
        trap.undo();
        assert_eq!(fired(&trap, INSERT), expected(before), "{after:?} {before:?}");
    }
}

#[test]
fn a_trigger_that_changes_keeps_its_place() {
    let when = "BEFORE UPDATE ON t";
    let database = |middle: &str| format!("{PLAIN}{LOG}{}{middle}{}", logs("z", when), logs("a", when));
    let changed = logs("m", when).replace("'m'", "'changed'");
    let mut trap = Trap::of_databases(&database(&logs("m", when)), &database(&changed));
    let update = format!("{INSERT}; UPDATE t SET n = 'y'");
    assert_eq!(fired(&trap, &update), "a,m,z");
    trap.up();
    assert_eq!(fired(&trap, &update), "a,changed,z");
    trap.undo();
    assert_eq!(fired(&trap, &update), "a,m,z");
}

#[test]
fn triggers_that_do_not_fire_together_have_no_order() {
    let two =
        [logs("a", "AFTER INSERT ON t"), logs("b", "AFTER UPDATE ON t"), logs("c", "BEFORE INSERT ON t")];
    let database = |order: [usize; 3]| {
        let triggers: String = order.iter().map(|place| two[*place].as_str()).collect();
        schema(load(&format!("{PLAIN}{LOG}{triggers}")).unwrap().connection())
    };
    let compared =
        compare(Engine::Sqlite, database([0, 1, 2]), database([2, 1, 0]), Scope::Database, &[]).unwrap();
    assert!(compared.is_empty(), "{:?}", compared.changes());
}

#[test]
fn a_rebuild_knows_the_order_in_which_the_triggers_of_its_table_fire() {
    let hash = |names: &[&str]| {
        let script = format!("{PLAIN}{LOG}{}", triggers(names, "AFTER INSERT ON T"));
        fingerprint(&schema(load(&script).unwrap().connection()), &"t".into()).unwrap()
    };
    assert_ne!(hash(&["a", "b"]), hash(&["b", "a"]));
    assert_ne!(hash(&["b", "c", "a"]), hash(&["b", "a", "c"]));
}
