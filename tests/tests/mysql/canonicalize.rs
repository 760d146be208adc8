//! The server's own words for what models spell.

use schema_core::apply::apply;
use schema_core::autogenerate::scripts;
use schema_core::comparison::compare;
use schema_core::dialect::Scope;
use schema_core::dialect::mysql::expression;
use schema_core::driver::{Canonical, Driver, DriverError};
use schema_core::filter::Filter;
use schema_core::model::{
    Check, Column, ColumnType, DatabaseSchema, Default, Engine, Generated, Table, View,
};
use schema_core::sql;
use schema_tests::server::{Server, TestDatabase};

fn database() -> Option<(TestDatabase, Box<dyn Driver>)> {
    let database = Server::Mysql.database()?;
    let mut driver = database.connect();
    driver.execute("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci").unwrap();
    let script = "
        CREATE TABLE `a` (
            `id` int NOT NULL PRIMARY KEY,
            `name` varchar(20) CHARACTER SET latin1 NOT NULL,
            `Kind` enum('x', 'y,z') NOT NULL DEFAULT 'x',
            `token` char(36) DEFAULT (uuid()),
            `document` json DEFAULT (json_object()),
            `lowered` varchar(20) GENERATED ALWAYS AS (lower(`name`)) STORED,
            CONSTRAINT `named` CHECK (`name` <> 'it\\'s' AND `Kind` IN ('x', 'y,z'))
        );
        CREATE FUNCTION `twice` (`x` int) RETURNS int DETERMINISTIC RETURN 2 * `x`;
        CREATE VIEW `v` (`number`) AS SELECT `twice`(`id`) FROM `a` WHERE `name` = 'x';
        CREATE VIEW `w` AS SELECT count(*) AS `many` FROM `v` GROUP BY `number`";
    for statement in sql::split(script, driver.engine()).unwrap().statements {
        driver.execute(statement.sql).unwrap_or_else(|error| panic!("{error}: {}", statement.sql));
    }
    Some((database, driver))
}

fn table(schema: &mut DatabaseSchema) -> &mut Table {
    schema.tables.first_mut().unwrap()
}

#[test]
fn what_the_server_wrote_it_writes_again() {
    let Some((_database, mut driver)) = database() else { return };
    let current = driver.introspect().unwrap();
    let mut desired = current.clone();
    // Nothing is known, so that everything is asked for.
    let nothing = DatabaseSchema { objects: current.objects.clone(), ..DatabaseSchema::default() };
    assert_eq!(driver.canonicalize(&nothing, &mut desired).unwrap(), Canonical::InItsOwnWords);
    assert_eq!(desired, current);
}

#[test]
fn what_models_spell_otherwise_is_put_in_its_words() {
    let Some((_database, mut driver)) = database() else { return };
    let current = driver.introspect().unwrap();
    let mut desired = current.clone();
    let a = table(&mut desired);
    a.checks[0].expression = "(NAME != \"it's\") && kind in ('x','y,z')".to_owned();
    a.columns[3].default = Some(Default::Sql("( UUID( ) )".to_owned()));
    a.columns[5].generated = Some(Generated { expression: "lower((name))".to_owned(), stored: true });
    desired.views[0] = View {
        columns: vec!["number".to_owned()],
        ..View::new("v", "select twice(id) from a where name='x'")
    };
    desired.views[1].query = "SELECT COUNT(*) many FROM v GROUP BY v.number".to_owned();
    driver.canonicalize(&current, &mut desired).unwrap();
    let (wanted, found) = (&current.tables[0], &desired.tables[0]);
    // MySQL leaves names in CHECKs as somebody spelled them.
    let spelled = |table: &Table| -> Vec<String> {
        table.checks.iter().map(|check| expression::canonical(&check.expression)).collect()
    };
    match driver.engine() {
        Engine::Mysql => assert_eq!(spelled(found), spelled(wanted)),
        Engine::Mariadb | Engine::Sqlite | Engine::Postgres => assert_eq!(found.checks, wanted.checks),
    }
    assert_eq!(found.columns[5], wanted.columns[5]);
    assert_eq!(desired.views, current.views);
    // The dialect compares these by their tokens.
    assert_eq!(found.columns[3].default, Some(Default::Sql("( UUID( ) )".to_owned())));
}

/// MySQL writes `_binary'é'` for `'é'`, and computes `lower('É')`, once it writes a table anew.
#[test]
fn what_an_alter_has_the_server_write_otherwise_is_no_difference() {
    let Some((_database, mut driver)) = database() else { return };
    let checks = ["b <> 'é'", "c <> lower('É')", "c <> 'X' and b <> 'x'", "hex(c) <> hex(_latin1'é')"];
    let clauses: Vec<String> = checks.iter().map(|sql| format!("CHECK ({sql})")).collect();
    driver
        .execute(&format!(
            "CREATE TABLE z (b varbinary(20), c varchar(20) CHARACTER SET latin1, {})",
            clauses.join(", ")
        ))
        .unwrap();
    let engine = driver.engine();
    let spelled = |schema: &DatabaseSchema| {
        let mut models = schema.clone();
        let table = models.tables.iter_mut().find(|table| table.name.name == "z").unwrap();
        table.checks.iter_mut().zip(checks).for_each(|(check, sql)| check.expression = sql.to_owned());
        models
    };
    let compared = |driver: &mut Box<dyn Driver>, desired: &DatabaseSchema| {
        let (current, mut desired) = (driver.introspect().unwrap(), desired.clone());
        driver.canonicalize(&current, &mut desired).unwrap();
        compare(engine, current, desired, Scope::Database, &[]).unwrap()
    };
    let mut models = spelled(&driver.introspect().unwrap());
    assert!(compared(&mut driver, &models).is_empty());
    // What is written otherwise meanwhile has not changed.
    let table = models.tables.iter_mut().find(|table| table.name.name == "z").unwrap();
    table.columns.push(Column { nullable: true, ..Column::new("n", ColumnType::Sql("int".to_owned())) });
    let comparison = compared(&mut driver, &models);
    let scripts = scripts(driver.as_mut(), &comparison, &Filter::default()).unwrap();
    apply(driver.as_mut(), &scripts.up, &[]).unwrap();
    let left = compared(&mut driver, &models);
    assert!(left.is_empty(), "{:#?}", left.changes());
    let dropped = "ALTER TABLE z DROP COLUMN n";
    driver.execute(dropped).unwrap();
    let left = compared(&mut driver, &models);
    assert_eq!(left.up().unwrap().statements.len(), 1, "{:#?}", left.changes());
}

#[test]
fn nothing_is_left_behind() {
    let Some((_database, mut driver)) = database() else { return };
    let current = driver.introspect().unwrap();
    let mut desired = current.clone();
    desired.views[0].query = "SELECT 1 AS number".to_owned();
    table(&mut desired).checks[0].expression = "id > 0".to_owned();
    driver.canonicalize(&current, &mut desired).unwrap();
    assert_eq!(desired.tables[0].checks[0].expression, "`id` > 0");
    assert_eq!(desired.views[0].query, "select 1 AS `number`");
    assert_eq!(driver.introspect().unwrap(), current);
    driver.execute("CREATE TABLE schema_questions_0 (a int)").unwrap();
}

#[test]
fn an_expression_that_is_wrong_is_named() {
    let Some((_database, mut driver)) = database() else { return };
    let current = driver.introspect().unwrap();
    let mut desired = current.clone();
    let a = table(&mut desired);
    a.checks.push(Check { name: Some("good".to_owned()), ..Check::new("id > 1") });
    a.checks.push(Check { name: Some("bad".to_owned()), ..Check::new("nobody > 1") });
    let error = driver.canonicalize(&current, &mut desired).unwrap_err();
    let message = error.to_string();
    assert!(matches!(error, DriverError::Refused { .. }), "{message}");
    assert!(message.contains("a CHECK of `a`") && message.contains("`nobody > 1`"), "{message}");
    let mut desired = current.clone();
    desired.views[1].query = "select nothing from v".to_owned();
    let message = driver.canonicalize(&current, &mut desired).unwrap_err().to_string();
    assert!(message.starts_with("the view `w`"), "{message}");
}

#[test]
fn who_may_create_nothing_compares_text() {
    let Some((database, mut driver)) = database() else { return };
    let user = format!("reader_{}", std::process::id());
    driver.execute(&format!("CREATE USER `{user}`@`%` IDENTIFIED BY 'secret'")).unwrap();
    driver.execute(&format!("GRANT SELECT, SHOW VIEW ON `{}`.* TO `{user}`@`%`", database.name())).unwrap();
    let url = database.url();
    let (_, place) = url.rsplit_once('@').unwrap();
    let url = schema_core::url::DatabaseUrl::parse(&format!("mysql://{user}:secret@{place}")).unwrap();
    let mut reader =
        schema_core::driver::connect(&url, &schema_core::driver::ConnectOptions::default()).unwrap();
    let current = reader.introspect().unwrap();
    let mut desired = current.clone();
    table(&mut desired).checks[0].expression = "id > 0".to_owned();
    let canonical = reader.canonicalize(&current, &mut desired);
    driver.execute(&format!("DROP USER `{user}`@`%`")).unwrap();
    assert!(matches!(canonical.unwrap(), Canonical::NotAllowed { .. }));
    assert_eq!(desired.tables[0].checks[0].expression, "id > 0");
}
