//! Details of tables that no model has a place for: named where they differ, and told as lost where models are written.

use super::objects::{compared, database};
use schema_core::apply::apply;
use schema_core::driver::Value;
use schema_core::model::Engine;
use schema_core::write_models::{ViewColumns, write};
use schema_tests::server::Server;

#[test]
fn details_are_named_and_told_as_lost() {
    let Some(server) = Server::Mysql.url() else { return };
    let engine = database(&server, "").driver().engine();
    let merged = "CREATE TABLE one (a int) ENGINE=MyISAM; CREATE TABLE two (a int) ENGINE=MyISAM; CREATE TABLE more (a int) ENGINE=MERGE";
    let union = format!("{merged} UNION=(one, two) INSERT_METHOD=LAST");
    let stay = "CREATE TABLE stays (id int, s date NOT NULL, e date NOT NULL";
    let period = format!("{stay}, PERIOD FOR app (s, e), UNIQUE (id, app WITHOUT OVERLAPS))");
    let plain = format!("{stay}, UNIQUE `id` (id, e, s))");
    let versioned = |more: &str| format!("CREATE TABLE kept (a int, b int{more}) WITH SYSTEM VERSIONING");
    let mut changes =
        vec![(merged.to_owned(), union, vec!["the list of tables of table `more UNION=(`one`,`two`)`"])];
    if engine == Engine::Mariadb {
        changes.push((
            plain,
            period,
            vec![
                "the period of table `stays PERIOD FOR `app` (`s`, `e`)`",
                "the key of table `stays UNIQUE KEY `id` (`id`,`app` WITHOUT OVERLAPS)`",
            ],
        ));
        let packed =
            |more: &str| format!("CREATE TABLE packed (id int COMMENT 'a COMPRESSED*/', body text{more})");
        let named = vec!["the column of table `packed body COMPRESSED`"];
        changes.push((packed(""), packed(" COMPRESSED"), named));
        let named = vec!["the column of table `kept b WITHOUT SYSTEM VERSIONING`"];
        changes.push((versioned(""), versioned(" WITHOUT SYSTEM VERSIONING"), named));
    }
    for (before, after, names) in changes {
        let (mut from, mut to) = (database(&server, &before), database(&server, &after));
        let labels = compared(&mut from, &mut to);
        let labels: Vec<String> = labels.changes().object_changes().map(|change| change.label()).collect();
        assert_eq!(labels, names, "{after}");
        let lost = write(engine, &to.introspect(), &ViewColumns::new());
        let lost: Vec<&str> = lost.losses().iter().map(|loss| loss.object.as_str()).collect();
        assert_eq!(lost, names, "{after}");
        // What goes takes them along.
        let mut gone = database(&server, "");
        let comparison = compared(&mut to, &mut gone);
        assert_eq!(comparison.changes().object_changes().count(), 0, "{after}");
        apply(to.driver(), &comparison.up().unwrap(), &[]).unwrap();
        assert!(compared(&mut to, &mut gone).is_empty(), "{after}");
    }
}

#[test]
fn keys_that_a_server_has_made_up_are_told_as_lost() {
    let Some(server) = Server::Mysql.url() else { return };
    let mut made = database(&server, "");
    if made.driver().engine() == Engine::Mysql {
        made.load("SET SESSION sql_generate_invisible_primary_key = 1; CREATE TABLE keyless (a int); CREATE TABLE own (my_row_id int PRIMARY KEY)").unwrap();
        made.driver().reset_session(&[]).unwrap();
    }
    let lost: Vec<String> =
        made.driver().beside_schema().unwrap().into_iter().map(|(what, _)| what).collect();
    let expected = match made.driver().engine() {
        Engine::Mysql => vec!["the invisible primary key `my_row_id` of `keyless`"],
        Engine::Mariadb | Engine::Postgres | Engine::Sqlite => Vec::new(),
    };
    assert_eq!(lost, expected);
}

/// The catalogue of MySQL cuts them at the first zero.
#[test]
fn defaults_of_bytes_are_read_whole() {
    let Some(server) = Server::Mysql.url() else { return };
    let of = |table: &str| {
        format!(
            "CREATE TABLE {table} (id int NOT NULL PRIMARY KEY, a binary(4) DEFAULT 'a\\0b', b varbinary(9) DEFAULT x'0061FF00', c binary(2) DEFAULT x'0000', d varbinary(3) DEFAULT x'00')"
        )
    };
    let (mut from, mut to) = (database(&server, ""), database(&server, &of("bytes")));
    let comparison = compared(&mut from, &mut to);
    apply(from.driver(), &comparison.up().unwrap(), &[]).unwrap();
    assert!(compared(&mut from, &mut to).is_empty());
    from.driver().execute("INSERT INTO bytes (id) VALUES (1)").unwrap();
    let row =
        from.driver().query("SELECT CONCAT_WS(' ', HEX(a), HEX(b), HEX(c), HEX(d)) FROM bytes", &[]).unwrap();
    assert_eq!(row, [[Value::from("61006200 0061FF00 0000 00")]]);
}
