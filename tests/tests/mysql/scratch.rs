//! Scratch databases.

use schema_core::driver::Driver;
use schema_tests::server::Server;

fn names(driver: &mut dyn Driver) -> Vec<String> {
    let query =
        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'schema\\_scratch\\_%'";
    let rows = driver.query(query, &[]).unwrap();
    rows.iter().map(|row| row[0].as_text().unwrap().to_owned()).collect()
}

fn current(driver: &mut dyn Driver) -> String {
    driver.query("SELECT DATABASE()", &[]).unwrap()[0][0].as_text().unwrap().to_owned()
}

#[test]
fn scratch_databases_are_like_their_original_and_go_with_their_driver() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    driver.execute("ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_german2_ci").unwrap();
    let mut driver = database.connect();
    let mut scratch = driver.scratch().unwrap();
    let name = current(scratch.as_mut());
    assert!(names(driver.as_mut()).contains(&name));
    let collation = scratch.query("SELECT @@collation_database", &[]).unwrap();
    assert_eq!(collation[0][0].as_text(), Some("latin1_german2_ci"));
    scratch.execute("CREATE TABLE t (a int)").unwrap();
    drop(scratch);
    assert!(!names(driver.as_mut()).contains(&name));
}

#[test]
fn what_a_killed_program_left_behind_is_dropped_by_the_next() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    let process = std::process::id();
    let (left, held, other) = (
        format!("schema_scratch_1000000000_{process}_0"),
        format!("schema_scratch_1000000001_{process}_0"),
        format!("schema_scratch_of_{process}"),
    );
    for name in [&left, &held, &other] {
        driver.execute(&format!("CREATE DATABASE `{name}`")).unwrap();
    }
    driver.query("SELECT GET_LOCK(?, 0)", &[held.as_str().into()]).unwrap();
    drop(driver.scratch().unwrap());
    let names = names(driver.as_mut());
    for name in [&held, &other] {
        assert!(names.contains(name), "{name}");
        driver.execute(&format!("DROP DATABASE `{name}`")).unwrap();
    }
    assert!(!names.contains(&left));
}
