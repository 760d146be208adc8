//! MariaDB's sequences: created, changed and dropped, with the tables that take numbers of them.

use super::objects::{changed_and_back, compared, database};
use schema_core::apply::apply;
use schema_core::driver::Value;
use schema_core::model::Engine;
use schema_tests::server::Server;

const CHANGES: [(&str, &str, &str); 4] = [
    (
        "one that a new table takes numbers of",
        "",
        "CREATE SEQUENCE z START WITH 100 INCREMENT BY 5 CACHE 20; CREATE TABLE a (id bigint NOT NULL DEFAULT (NEXT VALUE FOR z) PRIMARY KEY)",
    ),
    (
        "all options",
        "CREATE SEQUENCE s",
        "CREATE SEQUENCE s START WITH 10 INCREMENT BY 2 MINVALUE -5 MAXVALUE 1000 NOCACHE CYCLE COMMENT 'it''s'",
    ),
    (
        "a column that takes numbers of another one",
        "CREATE SEQUENCE s; CREATE TABLE t (id bigint NOT NULL DEFAULT nextval(s) PRIMARY KEY)",
        "CREATE SEQUENCE r; CREATE TABLE t (id bigint NOT NULL DEFAULT nextval(r) PRIMARY KEY)",
    ),
    (
        "downwards",
        "CREATE SEQUENCE s START WITH 5 MINVALUE 1 MAXVALUE 9",
        "CREATE SEQUENCE s START WITH 5 INCREMENT BY -1 MINVALUE 1 MAXVALUE 9",
    ),
];

fn is_mariadb() -> bool {
    let Some(server) = Server::Mysql.url() else { return false };
    database(&server, "").driver().engine() == Engine::Mariadb
}

#[test]
fn sequences_are_created_changed_and_dropped_and_come_back() {
    if is_mariadb() {
        changed_and_back("sequences", &CHANGES);
    }
}

#[test]
fn a_sequence_that_changes_keeps_the_number_that_it_has_reached() {
    let Some(server) = Server::Mysql.url().filter(|_| is_mariadb()) else { return };
    let (mut from, mut to) = (
        database(&server, "CREATE SEQUENCE s NOCACHE"),
        database(&server, "CREATE SEQUENCE s START WITH 3 INCREMENT BY 10 MINVALUE -9 MAXVALUE 5000 NOCACHE"),
    );
    let next = "SELECT nextval(s)";
    for _ in 0..41 {
        from.driver().query(next, &[]).unwrap();
    }
    let comparison = compared(&mut from, &mut to);
    apply(from.driver(), &comparison.up().unwrap(), &[]).unwrap();
    assert_eq!(from.driver().query(next, &[]).unwrap(), [[Value::Integer(42)]]);
    assert!(compared(&mut from, &mut to).is_empty());
    // What has been given out is not given out again.
    let mut narrow =
        database(&server, "CREATE SEQUENCE s START WITH 3 INCREMENT BY 10 MINVALUE -9 MAXVALUE 40 NOCACHE");
    let script = compared(&mut from, &mut narrow).up().unwrap();
    assert!(script.to_script().contains("which has run out where it has passed the new bounds"));
    apply(from.driver(), &script, &[]).unwrap();
    assert!(from.driver().query(next, &[]).is_err());
}
