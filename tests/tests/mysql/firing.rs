//! The order in which triggers of one table fire at the same time on the same event.

use schema_core::apply::apply;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::diff::describe;
use schema_core::driver::Value;
use schema_tests::mysql::{Scratch, differences};
use schema_tests::server::Server;

/// A table with triggers that fire in this order, each of which adds its name.
fn database(server: &str, names: &[&str]) -> Scratch {
    let mut database = Scratch::create(server);
    let mut script = "CREATE TABLE t (id int NOT NULL PRIMARY KEY, a varchar(99) NOT NULL);".to_owned();
    // The last first, so that it is no order of creation.
    let mut next = None;
    for name in names.iter().rev() {
        let place = next.map(|next| format!("PRECEDES `{next}` ")).unwrap_or_default();
        script.push_str(&trigger(name, &place, name));
        next = Some(name);
    }
    script.push_str("CREATE TRIGGER after_all AFTER INSERT ON t FOR EACH ROW SET @fired = 1;");
    database.load(&script).unwrap();
    database
}

fn trigger(name: &str, place: &str, adds: &str) -> String {
    format!(
        "CREATE TRIGGER `{name}` BEFORE INSERT ON t FOR EACH ROW {place}SET NEW.a = concat(NEW.a, '{adds} ');"
    )
}

fn fired(database: &mut Scratch) -> String {
    database.load("INSERT INTO t VALUES (1, '');").unwrap();
    let text = database.driver().query("SELECT trim(a) FROM t", &[]).unwrap().remove(0).remove(0);
    database.load("DELETE FROM t;").unwrap();
    let Value::Text(text) = text else { panic!("{text:?}") };
    text
}

fn compared(from: &mut Scratch, to: &mut Scratch) -> Comparison {
    let engine = from.driver().engine();
    compare(engine, from.introspect(), to.introspect(), Scope::Database, &[]).unwrap()
}

/// Turns the first database into the second and back.
fn turned_and_back(from: &mut Scratch, to: &mut Scratch) -> String {
    let (before, after) = (from.dump(), to.dump());
    let comparison = compared(from, to);
    let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
    let orders = [fired(from), fired(to)];
    apply(from.driver(), &up, &[]).unwrap_or_else(|error| panic!("{error}\n{}", up.to_script()));
    assert_eq!(differences(&after, &from.dump()), "");
    assert_eq!(fired(from), orders[1]);
    assert!(compared(from, to).is_empty());
    apply(from.driver(), &down, &[]).unwrap_or_else(|error| panic!("{error}\n{}", down.to_script()));
    assert_eq!(differences(&before, &from.dump()), "");
    assert_eq!(fired(from), orders[0]);
    up.to_script()
}

#[test]
fn another_firing_order_is_a_difference_and_is_restored() {
    let Some(server) = Server::Mysql.url() else { return };
    for (before, after, recreated) in [
        (&["a", "b", "c"][..], &["c", "a", "b"][..], 1),
        (&["a", "b", "c"], &["b", "c", "a"], 1),
        (&["c", "b", "a"], &["a", "b", "c"], 2),
        (&["a", "c"], &["a", "x y", "z", "c"], 2),
        (&["b", "d", "a", "c"], &["c", "d", "b"], 2),
    ] {
        let (mut from, mut to) = (database(&server, before), database(&server, after));
        assert_eq!(fired(&mut from), before.join(" "));
        let script = turned_and_back(&mut from, &mut to);
        assert_eq!(script.matches("CREATE TRIGGER").count(), recreated, "{script}");
    }
    let comparison = compared(&mut database(&server, &["a", "b"]), &mut database(&server, &["b", "a"]));
    let described = describe(comparison.changes());
    assert!(
        described.iter().any(|text| text.ends_with("another place in the firing order")),
        "{described:?}"
    );
}

#[test]
fn a_trigger_that_changes_keeps_its_place() {
    let Some(server) = Server::Mysql.url() else { return };
    for changed in ["a", "m", "z"] {
        let (mut from, mut to) = (database(&server, &["z", "m", "a"]), database(&server, &["z", "m", "a"]));
        let place = match changed {
            "z" => "PRECEDES `m` ",
            "m" => "FOLLOWS `z` ",
            _ => "",
        };
        to.load(&format!("DROP TRIGGER `{changed}`; {}", trigger(changed, place, "new"))).unwrap();
        let script = turned_and_back(&mut from, &mut to);
        assert_eq!(script.matches("CREATE TRIGGER").count(), 1, "{script}");
    }
}

#[test]
fn triggers_that_come_and_go_leave_the_others_alone() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut all, mut some) = (database(&server, &["d", "b", "a", "c"]), database(&server, &["b", "c"]));
    let script = turned_and_back(&mut all, &mut some);
    assert!(!script.contains("CREATE TRIGGER"), "{script}");
    let script = turned_and_back(&mut some, &mut all);
    assert_eq!(script.matches("CREATE TRIGGER").count(), 2, "{script}");
}
