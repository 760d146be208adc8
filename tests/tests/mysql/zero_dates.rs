//! Dates that are none: never written for want of a value, taken where a table has one as a default, and nowhere else.

use schema_core::apply::apply;
use schema_core::autogenerate::{Scripts, scripts};
use schema_core::comparison::{Comparison, compare};
use schema_core::dialect::Scope;
use schema_core::driver::{Driver, DriverError};
use schema_core::filter::Filter;
use schema_core::model::{DatabaseSchema, Engine};
use schema_tests::mysql::Scratch;
use schema_tests::server::{Server, TestDatabase};
use schema_tests::shell::{self, AtErrors};

/// What a person writes above a statement who wants such dates.
const TAKE: &str = "SET @mode = @@sql_mode, sql_mode = 'STRICT_ALL_TABLES'";
const RESTORE: &str = "SET sql_mode = @mode";

fn refused(driver: &mut dyn Driver, statement: &str) -> DriverError {
    driver.execute(statement).expect_err(statement)
}

fn modes(driver: &mut dyn Driver) -> String {
    driver.query("SELECT @@sql_mode", &[]).unwrap()[0][0].as_text().unwrap().to_owned()
}

/// Whether the server's own mode refuses them.
fn server_refuses(driver: &mut dyn Driver) -> bool {
    let mode = driver.query("SELECT @@GLOBAL.sql_mode", &[]).unwrap();
    mode[0][0].as_text().unwrap().contains("NO_ZERO_DATE")
}

/// Two tables, of which `old` has a date of zero as a default.
const START: &str = "SET sql_mode = 'STRICT_ALL_TABLES';
    CREATE TABLE t (id int PRIMARY KEY, note varchar(20));
    CREATE TABLE old (id int PRIMARY KEY, day date NOT NULL DEFAULT '0000-00-00', note varchar(20));
    INSERT INTO t VALUES (1, 'x');
    INSERT INTO old VALUES (1, '0000-00-00', 'x'), (2, '2020-02-02', 'y');";

#[test]
fn rows_get_no_date_that_is_none() {
    let Some(database) = Server::Mysql.database() else { return };
    let mut driver = database.connect();
    driver.execute("CREATE TABLE t (id int PRIMARY KEY)").unwrap();
    driver.execute("INSERT INTO t VALUES (1)").unwrap();
    if !server_refuses(driver.as_mut()) {
        // MariaDB's usual mode; scripts that are generated ask for a value there too.
        assert!(!modes(driver.as_mut()).contains("NO_ZERO_DATE"));
        return;
    }
    for column in ["shipped datetime(6) NOT NULL", "shipped date NOT NULL DEFAULT '0000-00-00'"] {
        let error = refused(driver.as_mut(), &format!("ALTER TABLE t ADD COLUMN {column}"));
        assert!(matches!(&error, DriverError::ZeroDate { .. }), "{column}: {error}");
        assert!(error.hint().unwrap().contains("sql_mode"), "{column}");
    }
}

#[test]
fn a_table_with_such_a_default_lets_them_into_no_other() {
    let Some(server) = Server::Mysql.url() else { return };
    let database = TestDatabase::create(&server);
    let mut driver = database.connect();
    for statement in START.split(';').filter(|statement| !statement.trim().is_empty()) {
        driver.execute(statement).unwrap();
    }
    let mut driver = database.connect();
    let refuses = server_refuses(driver.as_mut());
    let is_refused = |driver: &mut dyn Driver| modes(driver).contains("NO_ZERO_DATE");
    assert_eq!(is_refused(driver.as_mut()), refuses);
    let mut scratch = driver.scratch().unwrap();
    assert_eq!(is_refused(scratch.as_mut()), refuses, "a scratch database is like its own");
    // A copy has that table, and the session's mode again.
    let mut copy = driver.copy_without_rows().unwrap();
    assert_eq!(copy.column_names(&"old".into()).unwrap().len(), 3);
    assert_eq!(is_refused(copy.as_mut()), refuses);
    if refuses {
        let error =
            refused(driver.as_mut(), "INSERT INTO t VALUES (2, 'x'), (3, CAST('0000-00-00' AS DATE))");
        assert!(matches!(error, DriverError::ZeroDate { .. }), "{error}");
        let error = refused(driver.as_mut(), "ALTER TABLE old ADD COLUMN n int");
        assert!(matches!(error, DriverError::ZeroDate { .. }), "{error}");
    }
    for statement in [TAKE, "ALTER TABLE old ADD COLUMN n int", RESTORE] {
        driver.execute(statement).unwrap();
    }
    assert_eq!(is_refused(driver.as_mut()), refuses);
}

fn compared(from: &mut Scratch, to: &DatabaseSchema) -> Comparison {
    let engine = from.driver().engine();
    compare(engine, from.introspect(), to.clone(), Scope::Database, &[]).unwrap()
}

fn planned(from: &mut Scratch, comparison: &Comparison) -> Scripts {
    let scripts = scripts(from.driver(), comparison, &Filter::default()).unwrap();
    assert!(scripts.unproven.is_none(), "{:?}", scripts.unproven);
    scripts
}

fn rows(of: &mut Scratch) -> Vec<String> {
    let rows =
        of.driver().query("SELECT concat_ws(' ', id, day + 0, note) FROM old ORDER BY id", &[]).unwrap();
    rows.iter().map(|row| row[0].as_text().unwrap().to_owned()).collect()
}

/// Changes that the servers make only where they take such dates, and some on a table that has none.
const CHANGES: [(&str, &str); 6] = [
    ("a column", "ALTER TABLE old ADD COLUMN n int; ALTER TABLE t ADD COLUMN n int"),
    ("an index", "ALTER TABLE old ADD INDEX i (note); ALTER TABLE t ADD INDEX i (note)"),
    ("no default any more", "ALTER TABLE old ALTER COLUMN day DROP DEFAULT"),
    ("another default", "ALTER TABLE t ADD COLUMN at datetime NOT NULL DEFAULT '2020-01-00 00:00:00'"),
    (
        "a table more",
        "CREATE TABLE more (id int PRIMARY KEY, at timestamp NOT NULL DEFAULT '0000-00-00' ON UPDATE CURRENT_TIMESTAMP)",
    ),
    ("a table less", "DROP TABLE old"),
];

#[test]
fn scripts_take_them_where_a_table_has_one_as_a_default() {
    let Some(server) = Server::Mysql.url() else { return };
    for (change, sql) in CHANGES {
        let (mut from, mut to) = (Scratch::create(&server), Scratch::create(&server));
        for database in [&mut from, &mut to] {
            database.load(START).unwrap();
        }
        to.load(sql).unwrap();
        from.driver().reset_session(&[]).unwrap();
        let (start, goal) = (from.introspect(), to.introspect());
        let before = rows(&mut from);
        let comparison = compared(&mut from, &goal);
        let Scripts { up, down, .. } = planned(&mut from, &comparison);
        let texts = [up.to_script(), down.to_script()];
        assert!(texts.iter().any(|text| text.contains("take dates of zero")), "{change}: {texts:?}");
        for (plan, wanted) in [(&up, &goal), (&down, &start)] {
            apply(from.driver(), plan, &[]).unwrap_or_else(|error| panic!("{change}: {error}"));
            assert!(compared(&mut from, wanted).is_empty(), "{change}");
            assert_eq!(
                modes(from.driver()).contains("NO_ZERO_DATE"),
                server_refuses(from.driver()),
                "{change}"
            );
        }
        if change != "a table less" {
            assert_eq!(rows(&mut from), before, "{change}");
        }
        // The same as text, in a shell's own session.
        for (text, wanted) in texts.iter().zip([&goal, &start]) {
            let strict = "SET sql_mode = 'TRADITIONAL';\n";
            let Some(outcome) = shell::run(&from.url(), &format!("{strict}{text}"), AtErrors::Usual) else {
                return;
            };
            assert_eq!(outcome.exits(0).stderr, "", "{change}: {text}");
            assert!(compared(&mut from, wanted).is_empty(), "{change}: {text}");
        }
    }
}

#[test]
fn only_statements_of_such_a_table_take_them() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut from, mut to) = (Scratch::create(&server), Scratch::create(&server));
    for database in [&mut from, &mut to] {
        database.load(START).unwrap();
    }
    to.load("ALTER TABLE old ADD COLUMN n int; ALTER TABLE t ADD COLUMN n int").unwrap();
    let comparison = compared(&mut from, &to.introspect());
    let script = comparison.up().unwrap().to_script();
    let statements: Vec<&str> = script
        .lines()
        .filter(|line| line.starts_with("SET") || line.starts_with("ALTER"))
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(
        statements,
        [
            "SET @schema_sql_mode = @@sql_mode",
            "ALTER TABLE `old`",
            "SET sql_mode = @schema_sql_mode;",
            "ALTER TABLE `t`"
        ],
        "{script}"
    );
}

/// MariaDB gives a column that is set with each update such a default by itself, whether somebody wrote it or not; on MySQL it is there where it is written.
#[test]
fn a_default_beside_on_update_is_kept() {
    let Some(server) = Server::Mysql.url() else { return };
    let (mut from, mut to) = (Scratch::create(&server), Scratch::create(&server));
    let plain = "SET sql_mode = ''; CREATE TABLE t (id int PRIMARY KEY, at timestamp NOT NULL ON UPDATE CURRENT_TIMESTAMP)";
    let zero = "SET sql_mode = ''; CREATE TABLE t (id int PRIMARY KEY, at timestamp NOT NULL DEFAULT '0000-00-00 00:00:00' \
                ON UPDATE CURRENT_TIMESTAMP)";
    from.load(plain).unwrap();
    to.load(zero).unwrap();
    from.driver().reset_session(&[]).unwrap();
    let goal = to.introspect();
    let comparison = compared(&mut from, &goal);
    match from.driver().engine() {
        Engine::Mariadb => assert!(comparison.is_empty()),
        Engine::Mysql => {
            assert!(!comparison.is_empty());
            let Scripts { up, .. } = planned(&mut from, &comparison);
            apply(from.driver(), &up, &[]).unwrap();
            assert!(compared(&mut from, &goal).is_empty());
        }
        Engine::Sqlite | Engine::Postgres => unreachable!(),
    }
}
