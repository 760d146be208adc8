//! Triggers, routines and events run under the settings of the session that created them.

use schema_core::apply::apply;
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::driver::{Driver, Value};
use schema_tests::mysql::{Scratch, differences};
use schema_tests::server::Server;

const TABLE: &str = "CREATE TABLE t (id int NOT NULL PRIMARY KEY, a varchar(20), b varchar(20));";

/// Two triggers that do something else, or nothing at all, under the usual settings.
const TRIGGERS: &str = r#"
    SET sql_mode = 'PIPES_AS_CONCAT,ANSI_QUOTES', character_set_client = 'utf8mb3', collation_connection = 'latin1_bin';
    CREATE TRIGGER joins BEFORE INSERT ON t FOR EACH ROW SET NEW."a" = 'x' || 'y';
    SET sql_mode = '', character_set_client = 'latin1', collation_connection = 'utf8mb4_bin';
    CREATE TRIGGER shortens BEFORE UPDATE ON t FOR EACH ROW SET NEW.b = repeat('z', 30);
    SET NAMES utf8mb4;"#;

fn compared(from: &mut Scratch, to: &mut Scratch) -> Comparison {
    let engine = from.driver().engine();
    compare(engine, from.introspect(), to.introspect(), Scope::Database, &[]).unwrap()
}

fn text(driver: &mut dyn Driver, query: &str) -> String {
    match driver.query(query, &[]).unwrap().remove(0).remove(0) {
        Value::Text(text) => text,
        value @ (Value::Integer(_) | Value::Null) => panic!("{value:?}"),
    }
}

const SETTINGS: &str = "SELECT CONCAT_WS(' ', @@sql_mode, @@character_set_client, @@collation_connection)";

#[test]
fn triggers_are_created_under_the_settings_that_they_remember() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut original, mut copy) = (Scratch::create(&server), Scratch::create(&server));
    original.load(&format!("{TABLE}{TRIGGERS}")).unwrap();
    let before = text(copy.driver(), SETTINGS);
    let comparison = compared(&mut copy, &mut original);
    let (up, down) = (comparison.up().unwrap(), comparison.down().unwrap());
    apply(copy.driver(), &up, &[]).unwrap_or_else(|error| panic!("{error}\n{}", up.to_script()));
    assert_eq!(text(copy.driver(), SETTINGS), before);
    let different = differences(&original.dump(), &copy.dump());
    assert!(different.is_empty(), "{different:?}\n{}", up.to_script());
    let again = compared(&mut copy, &mut original);
    assert!(again.is_empty(), "{:?}", again.changes());

    copy.load("INSERT INTO t (id) VALUES (1);").unwrap();
    assert_eq!(text(copy.driver(), "SELECT a FROM t"), "xy");
    // Cut off under this mode, and an error under the strict one.
    copy.load("UPDATE t SET a = 'q';").unwrap();
    assert_eq!(text(copy.driver(), "SELECT b FROM t"), "z".repeat(20));

    apply(copy.driver(), &down, &[]).unwrap();
    assert!(copy.introspect().triggers.is_empty());
}

#[test]
fn a_trigger_that_differs_in_its_settings_alone_is_a_difference_and_comes_back_with_them() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut original, mut other) = (Scratch::create(&server), Scratch::create(&server));
    let trigger = "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'x';";
    // A dump is written under the mode of its session.
    let back = "SET sql_mode = DEFAULT;";
    original.load(&format!("{TABLE}SET sql_mode = 'NO_ZERO_DATE';{trigger}{back}")).unwrap();
    other.load(&format!("{TABLE}SET sql_mode = 'ANSI_QUOTES';{trigger}{back}")).unwrap();
    let comparison = compared(&mut other, &mut original);
    assert_eq!(comparison.changes().objects.len(), 1);
    let (first, second) = (other.dump(), original.dump());
    apply(other.driver(), &comparison.up().unwrap(), &[]).unwrap();
    assert_eq!(differences(&second, &other.dump()), "");
    assert!(compared(&mut other, &mut original).is_empty());
    apply(other.driver(), &comparison.down().unwrap(), &[]).unwrap();
    assert_eq!(differences(&first, &other.dump()), "");
}

#[test]
fn routines_and_events_that_differ_in_their_settings_are_named() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
    let objects = "CREATE PROCEDURE p() SELECT 1; CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1; \
                   CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DISABLE DO SELECT 1;";
    one.load(objects).unwrap();
    let mut named = |settings: &str| -> Vec<String> {
        other.load(&format!("{settings}{objects}")).unwrap();
        let (current, desired) = (one.introspect(), other.introspect());
        let engine = one.driver().engine();
        let comparison = compare(engine, current, desired, Scope::Database, &[]).unwrap();
        let found = comparison.changes().object_changes().map(ToString::to_string).collect();
        other.load("DROP PROCEDURE p; DROP FUNCTION f; DROP EVENT e;").unwrap();
        found
    };
    assert!(named("").is_empty());
    let all = ["change the function `f`", "change the procedure `p`", "change the event `e`"];
    let mut found = named("SET sql_mode = '';");
    found.sort_by_key(|text| all.iter().position(|known| known == text));
    assert_eq!(found, all);
}
