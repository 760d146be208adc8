//! What the server takes for the same is no difference, however it tells it.

use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::diff::Rename;
use schema_tests::mysql::Scratch;
use schema_tests::server::Server;

fn table(columns: &str, check: &str, index: &str, action: &str) -> String {
    format!(
        "CREATE TABLE p (id int PRIMARY KEY);
         CREATE TABLE t ({columns}, INDEX {index} (b), CONSTRAINT {check} CHECK (b > 0),
             CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id) ON DELETE {action} ON UPDATE {action});"
    )
}

#[test]
fn letter_case_and_the_two_words_for_refusing_are_no_difference() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
    one.load(&table("a int, b int", "positive", "i", "RESTRICT")).unwrap();
    other.load(&table("A int, B int", "Positive", "i", "NO ACTION")).unwrap();
    let engine = one.driver().engine();
    for scope in [Scope::Models, Scope::Database] {
        let comparison = compare(engine, one.introspect(), other.introspect(), scope, &[]).unwrap();
        assert!(comparison.is_empty(), "{scope:?}: {:?}", comparison.changes());
    }
}

#[test]
fn the_letter_case_of_an_index_is_changed_between_two_databases_alone() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut one, mut other) = (Scratch::create(&server), Scratch::create(&server));
    one.load(&table("a int, b int", "c", "i", "RESTRICT")).unwrap();
    other.load(&table("a int, b int", "c", "I", "RESTRICT")).unwrap();
    let engine = one.driver().engine();
    let compared = |scope, one: &mut Scratch, other: &mut Scratch| {
        compare(engine, one.introspect(), other.introspect(), scope, &[]).unwrap()
    };
    assert!(compared(Scope::Models, &mut one, &mut other).is_empty());
    let comparison = compared(Scope::Database, &mut one, &mut other);
    assert!(matches!(comparison.renames(), [Rename::Index { from, to, .. }] if from == "i" && to == "I"));
    one.load(&comparison.up().unwrap().to_script()).unwrap();
    assert!(compared(Scope::Database, &mut one, &mut other).is_empty());
}
