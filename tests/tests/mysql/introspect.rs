//! What is read of a database.

use schema_core::driver::Driver;
use schema_core::model::{Document, Engine};
use schema_core::sql;
use schema_tests::server::Server;

fn load(driver: &mut dyn Driver, script: &str) {
    for statement in sql::split(script, driver.engine()).unwrap().statements {
        driver.execute(statement.sql).unwrap_or_else(|error| panic!("{error}: {}", statement.sql));
    }
}

#[test]
fn everything_that_a_database_holds_is_read() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    if driver.engine() != Engine::Mariadb {
        eprintln!("skipped: this test has MariaDB's own objects");
        return;
    }
    driver.execute("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci").unwrap();
    let mut driver = database.connect();
    // What triggers and routines remember, and every version has another one.
    driver.execute("SET collation_connection = 'utf8mb4_general_ci'").unwrap();
    load(driver.as_mut(), include_str!("everything.sql"));
    let schema = driver.introspect().unwrap();
    let json = Document::from_schema(schema.clone(), driver.engine()).to_json().unwrap();
    insta::assert_snapshot!(json);
    assert_eq!(driver.introspect().unwrap(), schema);
}

#[test]
fn databases_of_the_same_server_are_kept_apart() {
    let Some(database) = Server::Mysql.database() else { return };
    let other = Server::Mysql.database().unwrap();
    let script = |width: u32| {
        format!(
            "CREATE TABLE a (id int PRIMARY KEY, b varchar({width}), CONSTRAINT k CHECK (b <> '{width}'));
             CREATE TABLE b (a int, CONSTRAINT r FOREIGN KEY (a) REFERENCES a (id))"
        )
    };
    let (mut driver, mut elsewhere) = (database.connect(), other.connect());
    load(driver.as_mut(), &script(5));
    load(elsewhere.as_mut(), &script(6));
    elsewhere
        .execute(&format!(
            "CREATE TABLE c (x int, CONSTRAINT r2 FOREIGN KEY (x) REFERENCES `{}`.a (id))",
            database.name()
        ))
        .unwrap();
    let schema = driver.introspect().unwrap();
    assert_eq!(schema.tables.len(), 2);
    assert_eq!(schema.tables[0].checks[0].expression, "`b` <> '5'");
    assert_eq!(schema.tables[1].foreign_keys.len(), 1);
    let away = elsewhere.introspect().unwrap().tables.remove(2).foreign_keys.remove(0);
    assert_eq!(away.references.schema.as_deref(), Some(database.name()));
    elsewhere.execute("DROP TABLE c").unwrap();
}
