//! Events: created, changed and dropped, and what the server does by itself.

use super::objects::{changed_and_back, compared, database};
use schema_core::apply::apply;
use schema_core::driver::Value;
use schema_tests::mysql::differences;
use schema_tests::server::Server;

/// An event, and what becomes of it.
const CHANGES: [(&str, &str, &str); 12] = [
    (
        "a new one",
        "",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs",
    ),
    (
        "another schedule",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' COMMENT 'it''s' DO DELETE FROM logs",
        "CREATE EVENT e ON SCHEDULE EVERY '1 4' DAY_HOUR STARTS '2024-01-01 04:00:00' ENDS '2037-01-01 00:00:00' COMMENT 'it''s' DO DELETE FROM logs",
    ),
    (
        "a comment",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' COMMENT 'it''s \\\\ new' DO DELETE FROM logs",
    ),
    (
        "another body, no longer enabled, and kept",
        "CREATE EVENT e ON SCHEDULE EVERY 1 HOUR STARTS '2024-01-01 03:00:00' DO DELETE FROM logs",
        "CREATE EVENT e ON SCHEDULE EVERY 1 HOUR STARTS '2024-01-01 03:00:00' ON COMPLETION PRESERVE DISABLE DO BEGIN DELETE FROM logs WHERE a = 'é'; DO 1; END",
    ),
    (
        "once instead of often",
        "CREATE EVENT e ON SCHEDULE EVERY 1 HOUR STARTS '2024-01-01 03:00:00' DO DELETE FROM logs",
        "CREATE EVENT e ON SCHEDULE AT '2037-01-01 00:00:00' DO DELETE FROM logs",
    ),
    (
        "one that has run",
        "CREATE EVENT e ON SCHEDULE AT '2037-01-01 00:00:00' ON COMPLETION PRESERVE DO DELETE FROM logs",
        "CREATE EVENT e ON SCHEDULE AT '2007-01-01 00:00:00' ON COMPLETION PRESERVE DO DELETE FROM logs",
    ),
    (
        "another definer",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs",
        "CREATE DEFINER=`nobody`@`localhost` EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs",
    ),
    (
        "a comment on one of another definer",
        "CREATE DEFINER=`nobody`@`localhost` EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' COMMENT 'x' DO DELETE FROM logs",
        "CREATE DEFINER=`nobody`@`localhost` EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs",
    ),
    (
        "other settings",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs WHERE a = 'x'",
        "SET sql_mode = 'ANSI_QUOTES', time_zone = '+02:00', collation_connection = utf8mb4_bin; \
         CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs WHERE \"a\" = 'x'",
    ),
    (
        "backslashes that escape nothing",
        "",
        r"SET sql_mode = 'NO_BACKSLASH_ESCAPES'; CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' COMMENT 'it''s \n, a;\'
          DO DELETE FROM logs WHERE a = '\'",
    ),
    (
        "another letter case",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs",
        "CREATE EVENT `E` ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs",
    ),
    (
        "one that reads a table of the same revision",
        "CREATE EVENT gone ON SCHEDULE AT '2037-01-01 00:00:00' DO DELETE FROM logs",
        "CREATE TABLE news (id int NOT NULL PRIMARY KEY); \
         CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM news",
    ),
];

#[test]
fn events_are_created_changed_and_dropped_and_come_back() {
    changed_and_back("events", &CHANGES);
}

#[test]
fn events_that_start_with_their_creation_do_not_differ_by_it() {
    let Some(server) = Server::Mysql.url() else { return };
    let event = "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM logs WHERE a = 'y';";
    let at = |time: u32| format!("SET timestamp = {time}; {event} SET timestamp = DEFAULT;");
    let (mut one, mut other) = (database(&server, &at(1_700_000_000)), database(&server, &at(1_700_000_777)));
    assert!(compared(&mut one, &mut other).is_empty());
    // One that was told when to start is another one; what was copied from it, with its moment, is not.
    let told = "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2024-01-01 03:00:00' DO DELETE FROM logs WHERE a = 'y'";
    assert!(!compared(&mut one, &mut database(&server, told)).is_empty());
    let mut copy = database(&server, "");
    let comparison = compared(&mut copy, &mut one);
    apply(copy.driver(), &comparison.up().unwrap(), &[]).unwrap();
    assert!(compared(&mut copy, &mut one).is_empty());
    assert_eq!(differences(&one.dump(), &copy.dump()), "");
}

#[test]
fn no_event_runs_in_a_scratch_database() {
    let Some(server) = Server::Mysql.url() else { return };
    let mut database =
        database(&server, "CREATE EVENT asleep ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM logs;");
    let mut scratch = database.driver().scratch().unwrap();
    let event = "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND STARTS '2024-01-01 03:00:00' DO SET @a = 1";
    let runs = |driver: &mut dyn schema_core::driver::Driver| {
        let query = "SELECT STATUS = 'ENABLED' FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() AND EVENT_NAME = 'e'";
        driver.query(query, &[]).unwrap()
    };
    scratch.execute(event).unwrap();
    assert_eq!(runs(scratch.as_mut()), [[Value::Integer(0)]]);
    scratch.execute("ALTER EVENT e ENABLE").unwrap();
    assert_eq!(runs(scratch.as_mut()), [[Value::Integer(0)]]);
    // It is read as what it would be elsewhere.
    database.load(event).unwrap();
    assert_eq!(runs(database.driver()), [[Value::Integer(1)]]);
    let read = |schema: schema_core::model::DatabaseSchema| {
        schema.objects.into_iter().find(|it| it.id.name.name == "e")
    };
    assert_eq!(read(scratch.introspect().unwrap()), read(database.introspect()));
    // A dry run has them too.
    let mut copy = database.driver().copy_without_rows().unwrap();
    assert_eq!(runs(copy.as_mut()), [[Value::Integer(0)]]);
    copy.execute("ALTER EVENT asleep COMMENT 'x'").unwrap();
    database.load("DROP EVENT e").unwrap();
}
