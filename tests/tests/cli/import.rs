//! `import`: folders of other tools, with their ledgers as the tools make them.

use crate::{sandbox, stable};
use schema_core::model::Engine;
use schema_tests::migrations::Project;
use schema_tests::sandbox::Sandbox;
use schema_tests::server::Server;
use sha2::{Digest, Sha384};

/// Runs a test on SQLite and on both servers, those that are there.
fn on_each(test: fn(&Project)) {
    test(&Project::new());
    for server in [Server::Postgres, Server::Mysql] {
        if let Some(project) = Project::on(server) {
            test(&project);
        }
    }
}

const USERS: &str = "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, name varchar(40));\n";
const MAIL: &str = "ALTER TABLE users ADD COLUMN mail varchar(40);\nUPDATE users SET mail = name;\n";
const POSTS: &str = "CREATE TABLE posts (id integer NOT NULL PRIMARY KEY);\n";

fn sha384(text: &str) -> String {
    Sha384::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// sqlx's ledger, as its drivers make it.
fn sqlx_ledger(database: &Project, rows: &[(i64, &str, bool)]) {
    let (table, time) = match database.engine() {
        Engine::Sqlite => (
            "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
            "CURRENT_TIMESTAMP",
        ),
        Engine::Postgres => (
            "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL)",
            "now()",
        ),
        Engine::Mysql | Engine::Mariadb => (
            "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
            "CURRENT_TIMESTAMP",
        ),
    };
    database.execute(&[table]);
    for (version, text, success) in rows {
        let sum = sha384(text);
        let sum = match database.engine() {
            Engine::Postgres => format!("decode('{sum}', 'hex')"),
            Engine::Sqlite | Engine::Mysql | Engine::Mariadb => format!("x'{sum}'"),
        };
        database.execute(&[&format!(
            "INSERT INTO _sqlx_migrations VALUES ({version}, 'd', {time}, {success}, {sum}, 1)"
        )]);
    }
}

/// A folder of sqlx with three migrations, of which the database has two, and rows.
fn sqlx(database: &Project) -> Sandbox {
    let sandbox = sandbox();
    for (name, text) in [
        ("1_users.sql", USERS),
        ("20230102030405_mail_of_users.up.sql", MAIL),
        ("20230203040506_posts.sql", POSTS),
    ] {
        sandbox.write(&format!("old/{name}"), text);
    }
    sandbox.write("old/20230102030405_mail_of_users.down.sql", "ALTER TABLE users DROP COLUMN mail;\n");
    let mut statements: Vec<&str> = USERS.split_inclusive(";\n").collect();
    statements.push("INSERT INTO users VALUES (1, 'Ann')");
    statements.extend(MAIL.split_inclusive(";\n"));
    database.execute(&statements);
    sqlx_ledger(database, &[(1, USERS, true), (20_230_102_030_405, MAIL, true)]);
    sandbox
}

fn import(sandbox: &Sandbox, database: &Project, arguments: &str) -> schema_tests::sandbox::Outcome {
    sandbox.run(&format!("import {arguments} --database-url {}", database.url_text()))
}

/// Nothing was written, into the folder or into the database.
#[track_caller]
fn nothing_is_left(sandbox: &Sandbox, database: &Project) {
    for path in ["migrations", "revisions", "schema.toml"] {
        assert!(!sandbox.path().join(path).exists(), "{path}");
    }
    assert!(!database.tables().iter().any(|table| table.starts_with("schema_")), "{:?}", database.tables());
}

#[test]
fn what_sqlx_has_applied_counts_as_applied() {
    on_each(|database| {
        let sandbox = sqlx(database);
        let url = database.url_text();
        let ledger = database.query("SELECT description FROM _sqlx_migrations");
        let outcome = import(&sandbox, database, "sqlx old --stamp").exits(0);
        assert!(
            outcome.stderr.contains("stamped: the database is at 20230102030405\n1 revision pending"),
            "{outcome}"
        );
        assert!(outcome.stderr.contains("cannot be undone: 1, 20230203040506"), "{outcome}");
        assert_eq!(database.applied(), ["1", "20230102030405"]);
        assert_eq!(database.query("SELECT mail FROM users"), ["Ann"]);
        assert_eq!(database.query("SELECT description FROM _sqlx_migrations"), ledger);
        let up = "migrations/20230102030405_20230102030405_mail_of_users/up.sql";
        assert_eq!(sandbox.read(up), MAIL);

        sandbox.run(&format!("upgrade --database-url {url}")).exits(0);
        assert_eq!(database.query("SELECT count(*) FROM posts"), ["0"]);
        // The ledger is no difference, and goes nowhere.
        sandbox.run(&format!("diff migrations {url} --database-url {url}")).exits(0);
        let outcome = sandbox.run(&format!("downgrade 1 --database-url {url}")).exits(2);
        assert!(outcome.stderr.contains("the migration of sqlx has no down script"), "{outcome}");
        assert_eq!(database.applied().len(), 3);
        let outcome = sandbox.run(&format!("verify --database-url {url}")).exits(0);
        assert!(
            outcome.stderr.contains("applied 2 revisions, which cannot be undone: 1, 20230203040506"),
            "{outcome}"
        );

        // What was applied meanwhile is not taken back by an older ledger.
        let outcome = import(&sandbox, database, "sqlx old --stamp").exits(5);
        assert!(outcome.stderr.contains("a history already"), "{outcome}");
        assert_eq!(database.applied().len(), 3);
    });
}

#[test]
fn another_database_is_stamped_by_its_own_ledger() {
    let (first, second) = (Project::new(), Project::new());
    let sandbox = sqlx(&first);
    import(&sandbox, &first, "sqlx old --stamp").exits(0);
    second.execute(&[USERS.trim_end()]);
    sqlx_ledger(&second, &[(1, USERS, true)]);
    let outcome = import(&sandbox, &second, "sqlx old --stamp").exits(0);
    assert!(outcome.stderr.contains("migrations/ has them already: 3 revisions"), "{outcome}");
    assert_eq!(second.applied(), ["1"]);
    // The same again changes nothing.
    import(&sandbox, &second, "sqlx old --stamp").exits(0);
    assert_eq!(second.applied(), ["1"]);

    sandbox.write("old/1_users.sql", "CREATE TABLE users (id integer);\n");
    let outcome = import(&sandbox, &second, "sqlx old").exits(2);
    assert!(outcome.stderr.contains("`1` is not there as it is imported"), "{outcome}");
}

#[test]
fn the_talk_of_an_import() {
    let database = Project::new();
    let sandbox = sqlx(&database);
    sandbox.write("old/README.md", "");
    std::fs::copy(database.database(), sandbox.path().join("app.db")).unwrap();
    let _stable = stable(&sandbox);
    let run = |arguments: &str| sandbox.run(&format!("import {arguments} --database-url sqlite://app.db"));
    insta::assert_snapshot!(run("sqlx old").exits(0), @"
    exit 0
    ---- stderr
    database: --database-url (sqlite://app.db)
    warning: no migrations of sqlx, and left aside: old/README.md
    wrote schema.toml
    wrote migrations/: 3 revisions
    cannot be undone: 1, 20230203040506
    all scripts succeed on a scratch database
    the database is what the 2 revisions make that sqlx has applied
    next: `schema-cli import sqlx old --stamp` on each database that sqlx has migrated
    ");
    std::fs::remove_dir_all(sandbox.path().join("migrations")).unwrap();
    std::fs::remove_file(sandbox.path().join("schema.toml")).unwrap();
    insta::assert_snapshot!(run("sqlx old --stamp --format json").exits(0), @r#"
    exit 0
    ---- stdout
    {
      "tool": "sqlx",
      "folder": "migrations",
      "revisions": [
        "1",
        "20230102030405",
        "20230203040506"
      ],
      "irreversible": [
        "1",
        "20230203040506"
      ],
      "written": true,
      "left_aside": [
        "old/README.md"
      ],
      "applied": [
        "1",
        "20230102030405"
      ],
      "stamped": true,
      "drift": []
    }
    ---- stderr
    database: --database-url (sqlite://app.db)
    warning: no migrations of sqlx, and left aside: old/README.md
    wrote schema.toml
    wrote migrations/: 3 revisions
    cannot be undone: 1, 20230203040506
    all scripts succeed on a scratch database
    the database is what the 2 revisions make that sqlx has applied
    stamped: the database is at 20230102030405
    1 revision pending
    hint: `schema-cli upgrade` applies them
    "#);
    assert!(sandbox.read("schema.toml").contains("dir = \"migrations\""));
}

#[test]
fn a_database_that_differs_is_not_stamped_unless_told_so() {
    on_each(|database| {
        let sandbox = sqlx(database);
        database.execute(&["CREATE INDEX by_hand ON users (name)", "CREATE TABLE stray (id integer)"]);
        for arguments in ["sqlx old --stamp", "sqlx old"] {
            let outcome = import(&sandbox, database, arguments).exits(1);
            assert!(
                outcome.stderr.contains("by_hand") && outcome.stderr.contains("create table `stray`"),
                "{outcome}"
            );
            nothing_is_left(&sandbox, database);
        }
        let outcome = import(&sandbox, database, "sqlx old --stamp --accept-drift").exits(1);
        assert!(outcome.stderr.contains("by_hand"), "{outcome}");
        assert_eq!(database.applied(), ["1", "20230102030405"]);
    });
}

#[test]
fn a_ledger_that_is_not_in_order_is_refused() {
    on_each(|database| {
        let sandbox = sqlx(database);
        sandbox.write("old/1_users.sql", "CREATE TABLE users (id integer);\n");
        sqlx_ledger(database, &[(20_230_203_040_506, POSTS, false), (7, "", true)]);
        let outcome = import(&sandbox, database, "sqlx old --stamp").exits(5);
        for said in [
            "version 1 was applied from another text than that of `old/1_users.sql`",
            "version 20230203040506 has failed",
            "version 7 is applied, and the folder has no such migration",
        ] {
            assert!(outcome.stderr.contains(said), "{outcome}");
        }
        nothing_is_left(&sandbox, database);

        database.execute(&["DROP TABLE _sqlx_migrations"]);
        let outcome = import(&sandbox, database, "sqlx old --stamp").exits(5);
        assert!(outcome.stderr.contains("no table `_sqlx_migrations`"), "{outcome}");
        nothing_is_left(&sandbox, database);
    });
}

#[test]
fn a_script_that_fails_is_named_by_its_own_file() {
    on_each(|database| {
        let sandbox = sandbox();
        sandbox.write("old/1_users.sql", USERS);
        sandbox.write("old/2_bad.sql", "SELECT 1;\nINSERT INTO nowhere VALUES (1);\n");
        let outcome = import(&sandbox, database, "sqlx old");
        assert!(outcome.code != Some(0), "{outcome}");
        assert!(outcome.stderr.contains("`old/2_bad.sql` fails on a scratch database"), "{outcome}");
        let error = outcome.stderr.lines().find(|line| line.starts_with("error: ")).unwrap();
        assert!(error.contains("its script, line 2: ") && !error.contains("/tmp"), "{outcome}");
        nothing_is_left(&sandbox, database);
    });
}

#[test]
fn what_cannot_be_imported_is_refused_before_anything_is_written() {
    let database = Project::new();
    let sandbox = sandbox();
    sandbox.write("migrations/1_a.sql", "SELECT 1;\nCOMMIT;\n.tables\n");
    sandbox.write("migrations/x_b.sql", "");
    let outcome = import(&sandbox, &database, "sqlx migrations").exits(2);
    assert!(outcome.stderr.contains("- migrations/x_b.sql: the version `x` is no number"), "{outcome}");
    let outcome = import(&sandbox, &database, "sqlx nowhere").exits(2);
    assert!(outcome.stderr.contains("`nowhere`"), "{outcome}");
    let outcome = import(&sandbox, &database, "liquibase migrations").exits(2);
    assert!(outcome.stderr.contains("the tools are `sqlx`, `diesel`"), "{outcome}");
    let outcome = import(&sandbox, &database, "sqlx migrations --into migrations").exits(2);
    assert!(!sandbox.path().join("schema.toml").exists(), "{outcome}");

    sandbox.write("migrations/1_a.sql", USERS);
    std::fs::remove_file(sandbox.path().join("migrations/x_b.sql")).unwrap();
    let outcome = import(&sandbox, &database, "sqlx migrations --into migrations").exits(2);
    assert!(outcome.stderr.contains("holds the migrations that are imported"), "{outcome}");
    // Where the usual folder is taken, another is.
    let outcome = import(&sandbox, &database, "sqlx migrations").exits(0);
    assert!(outcome.stderr.contains("wrote revisions/: 1 revision"), "{outcome}");
    assert!(sandbox.read("schema.toml").contains("dir = \"revisions\""));
    let outcome = import(&sandbox, &database, "sqlx migrations --into other").exits(2);
    assert!(outcome.stderr.contains("`--into`"), "{outcome}");
}

#[test]
fn what_diesel_has_applied_counts_as_applied() {
    on_each(|database| {
        let sandbox = sandbox();
        for (name, text) in [
            ("00000000000000_diesel_initial_setup/up.sql", ""),
            ("00000000000000_diesel_initial_setup/down.sql", ""),
            ("2023-01-01-000000_users/up.sql", USERS),
            ("2023-01-01-000000_users/down.sql", "DROP TABLE users;"),
            ("2023-01-02-000000_mail/up.sql", MAIL),
            ("2023-01-02-000000_mail/down.sql", "ALTER TABLE users DROP COLUMN mail;"),
            ("2023-01-02-000000_mail/metadata.toml", "run_in_transaction = false\n"),
        ] {
            sandbox.write(&format!("old/{name}"), text);
        }
        database.execute(&[
            "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)",
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('00000000000000'), ('20230101000000')",
            USERS.trim_end(),
            "INSERT INTO users VALUES (1, 'Ann')",
        ]);
        import(&sandbox, database, "diesel old --stamp").exits(0);
        assert_eq!(database.applied(), ["00000000000000", "20230101000000"]);
        let url = database.url_text();
        sandbox.run(&format!("upgrade --database-url {url}")).exits(0);
        assert_eq!(database.query("SELECT mail FROM users"), ["Ann"]);
        sandbox.run(&format!("verify --database-url {url}")).exits(0);
        sandbox.run(&format!("downgrade 20230101000000 --database-url {url}")).exits(0);
        assert_eq!(database.query("SELECT name FROM users"), ["Ann"]);
    });
}

/// A tool, its files, the table in which it keeps what it has applied, and what of it counts.
type Case =
    (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str], &'static [&'static str]);

const A: &str = "CREATE TABLE a (id integer NOT NULL PRIMARY KEY);\n";

/// The ledgers of the other tools after the first of two migrations.
const OTHERS: [Case; 7] = [
    (
        "refinery",
        &[("V1__a.sql", A), ("U2__b.sql", "CREATE TABLE b (id integer);\n")],
        &[
            "CREATE TABLE refinery_schema_history (version INT4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255), checksum VARCHAR(255))",
            "INSERT INTO refinery_schema_history VALUES (1, 'a', '2023-01-01T00:00:00Z', 'CHECKSUM')",
        ],
        &["1"],
    ),
    (
        "sea-orm",
        &[
            ("m20230101_000001_a.up.sql", A),
            ("m20230101_000001_a.down.sql", "DROP TABLE a;"),
            ("m20230102_000001_b.sql", "CREATE TABLE b (id integer);\n"),
        ],
        &[
            "CREATE TABLE seaql_migrations (version varchar(255) NOT NULL PRIMARY KEY, applied_at bigint NOT NULL)",
            "INSERT INTO seaql_migrations VALUES ('m20230101_000001_a', 1)",
        ],
        &["m20230101_000001_a"],
    ),
    (
        "dbmate",
        &[
            (
                "20230101000000_a.sql",
                "-- migrate:up\nCREATE TABLE a (id integer NOT NULL PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE a;\n",
            ),
            ("20230102000000_b.sql", "-- migrate:up\nCREATE TABLE b (id integer);\n-- migrate:down\n"),
        ],
        &[
            "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)",
            "INSERT INTO schema_migrations VALUES ('20230101000000')",
        ],
        &["20230101000000"],
    ),
    (
        "goose",
        &[
            (
                "00001_a.sql",
                "-- +goose Up\nCREATE TABLE a (id integer NOT NULL PRIMARY KEY);\n\n-- +goose Down\nDROP TABLE a;\n",
            ),
            (
                "00002_b.sql",
                "-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE b (id integer);\n-- +goose StatementEnd\n",
            ),
        ],
        &[
            "CREATE TABLE goose_db_version (id integer PRIMARY KEY, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp DEFAULT CURRENT_TIMESTAMP)",
            "INSERT INTO goose_db_version (id, version_id, is_applied) VALUES (1, 0, true), (2, 1, true), (3, 2, true), (4, 2, false)",
        ],
        &["00001"],
    ),
    (
        "golang-migrate",
        &[
            ("000001_a.up.sql", "BEGIN;\nCREATE TABLE a (id integer NOT NULL PRIMARY KEY);\nCOMMIT;\n"),
            ("000001_a.down.sql", "DROP TABLE a;"),
            ("000002_b.up.sql", "CREATE TABLE b (id integer);\n"),
        ],
        &[
            "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)",
            "INSERT INTO schema_migrations VALUES (1, false)",
        ],
        &["000001"],
    ),
    (
        "flyway",
        &[
            ("V1__a.sql", A),
            ("U1__a.sql", "DROP TABLE a;"),
            ("V1.1__b.sql", "CREATE TABLE b (id integer);\n"),
        ],
        &[
            "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INTEGER, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL)",
            "INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', CHECKSUM, 'me', CURRENT_TIMESTAMP, 1, true)",
        ],
        &["1"],
    ),
    (
        "alembic",
        &[
            (
                "up.sql",
                "BEGIN;\n\nCREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);\n\n-- Running upgrade  -> aaa1\n\nCREATE TABLE a (id integer NOT NULL PRIMARY KEY);\n\nINSERT INTO alembic_version (version_num) VALUES ('aaa1');\n\n-- Running upgrade aaa1 -> bbb2\n\nCREATE TABLE b (id integer);\n\nUPDATE alembic_version SET version_num='bbb2' WHERE alembic_version.version_num = 'aaa1';\n\nCOMMIT;\n",
            ),
            (
                "down.sql",
                "BEGIN;\n\n-- Running downgrade bbb2 -> aaa1\n\nDROP TABLE b;\n\n-- Running downgrade aaa1 -> \n\nDROP TABLE a;\n\nDROP TABLE alembic_version;\n\nCOMMIT;\n",
            ),
        ],
        &[
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
            "INSERT INTO alembic_version VALUES ('aaa1')",
        ],
        &["aaa1"],
    ),
];

#[test]
fn the_ledgers_of_all_other_tools_count() {
    on_each(|database| {
        for (tool, files, ledger, applied) in OTHERS {
            let sandbox = sandbox();
            for (name, text) in files {
                sandbox.write(&format!("old/{name}"), text);
            }
            // What refinery and Flyway compute of the first file.
            let checksum = if tool == "flyway" { "-190533866" } else { "13627115945283735752" };
            let ledger: Vec<String> = ledger.iter().map(|it| it.replace("CHECKSUM", checksum)).collect();
            database.execute(
                &ledger
                    .iter()
                    .map(String::as_str)
                    .chain([A.trim_end(), "INSERT INTO a VALUES (7)"])
                    .collect::<Vec<_>>(),
            );
            let outcome = import(&sandbox, database, &format!("{tool} old --stamp")).exits(0);
            assert_eq!(database.applied(), *applied, "{tool}: {outcome}");
            sandbox.run(&format!("upgrade --database-url {}", database.url_text())).exits(0);
            assert_eq!(database.query("SELECT id FROM a"), ["7"], "{tool}");
            database.clear();
        }
    });
}

#[test]
fn a_ledger_of_another_name_is_left_alone_from_then_on() {
    let database = Project::new();
    let sandbox = sandbox();
    sandbox.write("old/20230101000000_a.sql", &format!("-- migrate:up\n{A}-- migrate:down\n"));
    database.execute(&[
        "CREATE TABLE done (version varchar(128) PRIMARY KEY)",
        "INSERT INTO done VALUES ('20230101000000')",
        A.trim_end(),
    ]);
    import(&sandbox, &database, "dbmate old --stamp --ledger done").exits(0);
    assert!(sandbox.read("schema.toml").ends_with("[filters]\ntables = [\"done\"]\n"));
    let url = database.url_text();
    sandbox.run(&format!("diff migrations {url} --database-url {url}")).exits(0);

    sandbox.write("schema.toml", "");
    let outcome = import(&sandbox, &database, "dbmate old --ledger done").exits(2);
    assert!(outcome.stderr.contains("add `tables = [\"done\"]` below `[filters]`"), "{outcome}");
}
