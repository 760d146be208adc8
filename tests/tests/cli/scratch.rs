//! `[scratch]`: where scratch databases are made for an account that may create none.

use crate::database::models;
use crate::sandbox;
use schema_core::model::Engine;
use schema_tests::postgres::Roles;
use schema_tests::sandbox::{Outcome, Sandbox};
use schema_tests::server::{Server, TestDatabase};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const CANARY: &str = "c4nary";

/// A project, its database, an empty database for scratch work, and an account that may create no other.
struct Place {
    sandbox: Sandbox,
    target: TestDatabase,
    empty: TestDatabase,
    account: String,
}

impl Place {
    fn on(server: Server) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (target, empty) = (server.database()?, server.database()?);
        let account = format!("scratch_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let place = Place { sandbox: sandbox(), target, empty, account };
        let Place { target, empty, account, .. } = &place;
        let mut statements = Vec::new();
        if target.engine() == Engine::Postgres {
            statements.push(format!("CREATE ROLE {account} LOGIN PASSWORD '{CANARY}'"));
            for database in [target, empty] {
                statements.push(format!("ALTER DATABASE {} OWNER TO {account}", database.name()));
            }
        } else {
            statements.push(format!("CREATE USER '{account}'@'%' IDENTIFIED BY '{CANARY}'"));
            for database in [target, empty] {
                statements.push(format!("GRANT ALL ON `{}`.* TO '{account}'@'%'", database.name()));
            }
        }
        execute(target, &statements);
        if target.engine() == Engine::Postgres {
            // As older versions have it for everybody.
            for database in [target, empty] {
                execute(database, &[format!("GRANT ALL ON SCHEMA public TO {account}")]);
            }
        }
        place.scratch(Some(&place.url(empty)));
        place.sandbox.write("migrations/heads", "");
        place.sandbox.write("schema.json", &models(&["nick"]));
        Some(place)
    }

    /// The URL of a database for the account.
    fn url(&self, database: &TestDatabase) -> String {
        let url = database.url();
        let (scheme, rest) = url.split_once("://").unwrap();
        let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
        format!("{scheme}://{}:{CANARY}@{place}", self.account)
    }

    /// Writes schema.toml with this place for scratch databases.
    fn scratch(&self, url: Option<&str>) {
        let engine = self.target.engine();
        let scratch = url.map(|url| format!("[scratch]\n{engine} = \"{url}\"\n")).unwrap_or_default();
        let text = format!("[databases.dev]\nurl = \"{}\"\n{scratch}", self.url(&self.target));
        self.sandbox.write("schema.toml", &text);
    }

    fn run(&self, command: &str) -> Outcome {
        let outcome = self.sandbox.run(command);
        assert!(!format!("{outcome}").contains(CANARY), "{outcome}");
        outcome
    }

    /// The tables and views of the empty database.
    fn left(&self) -> Vec<String> {
        let query = match self.target.engine() {
            Engine::Postgres => {
                "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
                 UNION ALL SELECT p.proname::text FROM pg_proc p WHERE p.oid >= 16384 \
                 UNION ALL SELECT t.typname::text FROM pg_type t WHERE t.oid >= 16384 \
                 UNION ALL SELECT n.nspname::text FROM pg_namespace n WHERE n.oid >= 16384 AND n.nspname !~ '^pg_' AND n.nspname <> 'public'"
            }
            Engine::Mysql | Engine::Mariadb | Engine::Sqlite => {
                "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
                 UNION ALL SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()"
            }
        };
        let rows = self.empty.connect().query(query, &[]).unwrap();
        rows.iter().map(|row| row[0].as_text().unwrap().to_owned()).collect()
    }

    fn revision(&self, name: &str, up: &str, down: &str) {
        self.run(&format!("revision -m {name} --rev-id {name}")).exits(0);
        let folder = std::fs::read_dir(self.sandbox.path().join("migrations"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .find(|folder| folder.contains(&format!("_{name}_")))
            .unwrap();
        self.sandbox.write(&format!("migrations/{folder}/up.sql"), up);
        self.sandbox.write(&format!("migrations/{folder}/down.sql"), down);
    }

    /// A `verify` in the middle of its work on the scratch database, beside which a table is.
    fn at_work(&self) -> Child {
        let pause = match self.target.engine() {
            Engine::Postgres => "SELECT pg_sleep(60);",
            Engine::Mysql | Engine::Mariadb | Engine::Sqlite => "SELECT SLEEP(60);",
        };
        // On PostgreSQL a table is there only once its transaction has ended.
        self.revision("first", "CREATE TABLE here (x integer);", "DROP TABLE here;");
        self.revision("slow", pause, "SELECT 1;");
        let mut command = self.sandbox.command(["verify"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        let begun = Instant::now();
        while !self.sleeps() {
            assert!(begun.elapsed() < Duration::from_secs(30), "it does not come to that");
            thread::sleep(Duration::from_millis(50));
        }
        child
    }

    /// Whether a session of the scratch database is at the pause: the revision before it was applied, undone and applied again then.
    fn sleeps(&self) -> bool {
        let query = match self.target.engine() {
            Engine::Postgres => {
                "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
                 AND state = 'active' AND query LIKE '%pg_sleep(60)%'"
            }
            Engine::Mysql | Engine::Mariadb | Engine::Sqlite => {
                "SELECT INFO FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID() \
                 AND INFO LIKE '%SLEEP(60)%'"
            }
        };
        !self.empty.connect().query(query, &[]).unwrap().is_empty()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Place { target, empty, account, .. } = self;
        if target.engine() == Engine::Postgres {
            for database in [&*empty, &*target] {
                execute(database, &[format!("REASSIGN OWNED BY {account} TO CURRENT_USER")]);
                execute(database, &[format!("DROP OWNED BY {account} CASCADE")]);
            }
            execute(target, &[format!("DROP ROLE {account}")]);
        } else {
            execute(target, &[format!("DROP USER '{account}'@'%'")]);
        }
    }
}

fn execute(database: &TestDatabase, statements: &[String]) {
    let mut driver = database.connect();
    for statement in statements {
        driver.execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// The tests of a module for both kinds of servers.
macro_rules! on_servers {
    ($($name:ident),+ $(,)?) => {
        mod postgres {
            $(#[test] fn $name() { super::$name(super::Server::Postgres); })+
        }
        mod mysql {
            $(#[test] fn $name() { super::$name(super::Server::Mysql); })+
        }
    };
}

on_servers!(
    an_empty_database_serves_for_all_that_needs_a_scratch_database,
    what_somebody_needs_is_refused_by_name_and_stays,
    the_database_at_hand_is_refused,
    what_a_killed_run_has_left_is_dropped_by_the_next,
    a_signal_leaves_the_scratch_database_empty,
    a_second_run_waits_for_the_first,
    a_server_is_used_where_the_account_may_create_databases,
    a_place_that_cannot_be_used_is_told_where_it_is_needed,
    without_a_place_the_hint_names_scratch,
);

fn an_empty_database_serves_for_all_that_needs_a_scratch_database(server: Server) {
    let Some(place) = Place::on(server) else { return };
    place.run("autogenerate -m first --schema-json schema.json").exits(0);
    place.run("upgrade").exits(0);
    place.sandbox.write("schema.json", &models(&["nick", "email"]));
    let told = place.run("autogenerate -m second --schema-json schema.json").exits(0);
    assert!(!told.stderr.contains("could not be tried out"), "{told}");
    place.run("upgrade").exits(0);
    place.sandbox.write("schema.json", &models(&["nick", "email", "phone"]));
    place.run("check --scratch --schema-json schema.json").exits(1);
    // The proof takes the place of the replayed history.
    let told = place.run("autogenerate -m third --scratch --schema-json schema.json").exits(0);
    assert!(!told.stderr.contains("could not be tried out"), "{told}");
    place.run("check --scratch --schema-json schema.json").exits(0);
    place.run("upgrade --dry-run").exits(0);
    place.run("upgrade").exits(0);
    place.run("verify").exits(0);
    // A view is spelled by the server.
    let view = r#"], "views": [{"name": "nicks", "query": "select nick from users where nick is not null", "columns": []}]}"#;
    let with_view = models(&["nick", "email", "phone"]);
    let with_view = format!("{}{view}", with_view.trim_end().strip_suffix("]}").unwrap());
    place.sandbox.write("schema.json", &with_view);
    place.run("autogenerate -m fourth --scratch --schema-json schema.json").exits(0);
    place.run("check --scratch --schema-json schema.json").exits(0);
    place.run("verify").exits(0);
    assert_eq!(place.left(), [] as [&str; 0]);
}

fn what_somebody_needs_is_refused_by_name_and_stays(server: Server) {
    let Some(place) = Place::on(server) else { return };
    place.revision("first", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    execute(&place.empty, &["CREATE TABLE orders (id integer)".to_owned()]);
    let refused = place.run("verify").exits(2);
    assert!(refused.stderr.contains("is not empty: it holds"), "{refused}");
    assert!(refused.stderr.contains("orders"), "{refused}");
    assert!(refused.stderr.contains("hint: name an empty database"), "{refused}");
    let refused = place.run("check --scratch --schema-json schema.json").exits(2);
    assert!(refused.stderr.contains("orders"), "{refused}");
    let refused = place.run("autogenerate -m first --schema-json schema.json");
    assert!(refused.stderr.contains("orders") || refused.stderr.contains("not at the head"), "{refused}");
    assert!(place.left().contains(&"orders".to_owned()));
    assert!(!place.left().contains(&"schema_scratch_marker".to_owned()));
}

fn the_database_at_hand_is_refused(server: Server) {
    let Some(place) = Place::on(server) else { return };
    place.revision("first", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    place.scratch(Some(&place.url(&place.target)));
    let refused = place.run("verify").exits(2);
    assert!(refused.stderr.contains("is the database at hand itself"), "{refused}");
}

fn what_a_killed_run_has_left_is_dropped_by_the_next(server: Server) {
    let Some(place) = Place::on(server) else { return };
    let mut child = place.at_work();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(place.left().contains(&"here".to_owned()));
    place.sandbox.write("migrations/heads", "first\n");
    let migrations = place.sandbox.path().join("migrations");
    for entry in std::fs::read_dir(&migrations).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().contains("_slow_") {
            std::fs::remove_dir_all(entry.path()).unwrap();
        }
    }
    let begun = Instant::now();
    place.run("verify").exits(0);
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(place.left(), [] as [&str; 0]);
}

fn a_signal_leaves_the_scratch_database_empty(server: Server) {
    let Some(place) = Place::on(server) else { return };
    let mut child = place.at_work();
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(143), "{status}");
    assert_eq!(place.left(), [] as [&str; 0]);
}

fn a_second_run_waits_for_the_first(server: Server) {
    let Some(place) = Place::on(server) else { return };
    let mut child = place.at_work();
    let refused = place.run("verify --lock-timeout 1").exits(4);
    assert!(refused.stderr.contains("another run uses the scratch database"), "{refused}");
    // It has left the first alone.
    assert!(child.try_wait().unwrap().is_none());
    assert!(place.left().contains(&"here".to_owned()));
    child.kill().unwrap();
    child.wait().unwrap();
}

fn a_server_is_used_where_the_account_may_create_databases(server: Server) {
    let Some(place) = Place::on(server) else { return };
    place.scratch(Some(&server.url().unwrap()));
    place.run("autogenerate -m first --schema-json schema.json").exits(0);
    place.run("upgrade --dry-run").exits(0);
    place.run("upgrade").exits(0);
    place.sandbox.write("schema.json", &models(&["nick", "email"]));
    place.run("autogenerate -m second --scratch --schema-json schema.json").exits(0);
    place.run("verify").exits(0);
    assert_eq!(place.left(), [] as [&str; 0]);
}

fn a_place_that_cannot_be_used_is_told_where_it_is_needed(server: Server) {
    let Some(place) = Place::on(server) else { return };
    place.revision("first", "CREATE TABLE a (x integer);", "DROP TABLE a;");
    place.scratch(Some("${SCHEMA_TEST_NO_SCRATCH}"));
    place.run("upgrade").exits(0);
    let refused = place.run("verify").exits(2);
    assert!(
        refused.stderr.contains("of `[scratch]` in schema.toml: `${SCHEMA_TEST_NO_SCRATCH}` is not set"),
        "{refused}"
    );
    assert!(refused.stderr.contains("hint: set it"), "{refused}");
    place.scratch(Some("sqlite://other.db"));
    let refused = place.sandbox.run("verify").exits(2);
    assert!(refused.stderr.contains("the URL is that of a sqlite database"), "{refused}");
    let other = match place.target.engine() {
        Engine::Postgres => format!("postgres://ann:{CANARY}@127.0.0.1:1/x"),
        Engine::Mysql | Engine::Mariadb | Engine::Sqlite => format!("mysql://ann:{CANARY}@127.0.0.1:1/x"),
    };
    place.scratch(Some(&other));
    let refused = place.run("verify").exits(3);
    assert!(refused.stderr.contains("cannot open"), "{refused}");
}

fn without_a_place_the_hint_names_scratch(server: Server) {
    let Some(place) = Place::on(server) else { return };
    place.scratch(None);
    let told = place.run("autogenerate -m first --schema-json schema.json").exits(0);
    assert!(told.stderr.contains("could not be tried out"), "{told}");
    for refused in
        [told, place.run("verify").exits(3), place.run("check --scratch --schema-json schema.json").exits(3)]
    {
        assert!(refused.stderr.contains("below `[scratch]`"), "{refused}");
        if server == Server::Postgres {
            assert!(refused.stderr.contains("CREATEDB"), "{refused}");
        }
    }
    // What SQL of models makes, only a scratch database tells.
    place.sandbox.write(
        "schema.json",
        r#"{"format": 2, "sources": [{"file": "sql/v.sql", "sql": "CREATE VIEW v AS SELECT 1 AS a"}]}"#,
    );
    place.run("upgrade").exits(0);
    let refused = place.run("check --schema-json schema.json").exits(3);
    assert!(refused.stderr.contains("is found out on a scratch database"), "{refused}");
    assert!(refused.stderr.contains("below `[scratch]`"), "{refused}");
}

/// What all databases of a PostgreSQL server share is that of the database at hand, too.
#[test]
fn on_postgresql_what_the_server_shares_is_changed_only_where_scratch_names_a_server() {
    let (Some(server), Some(target)) = (Server::Postgres.url(), Server::Postgres.database()) else { return };
    let (role, group) =
        (format!("shared_{}", std::process::id()), format!("shared_group_{}", std::process::id()));
    let _roles = Roles::create(&server, [role.as_str(), group.as_str()]);
    let name = target.name();
    let prepare = || {
        let statements = [
            format!("DROP ROLE IF EXISTS {role}"),
            format!("CREATE ROLE {role} LOGIN PASSWORD '{CANARY}' IN ROLE {group}"),
            format!("ALTER DATABASE {name} SET work_mem = '7MB'"),
        ];
        execute(&target, &statements);
    };
    let query = format!(
        "SELECT concat_ws(' ', a.oid, a.rolpassword, (SELECT count(*) FROM pg_auth_members m WHERE m.member = a.oid), \
         (SELECT s.setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = '{name}')) \
         FROM pg_authid a WHERE a.rolname = '{role}'"
    );
    let state = || target.connect().query(&query, &[]).unwrap();
    let make = format!(
        "do $$ begin if not exists (select from pg_roles where rolname = '{role}') then create role {role}; end if; end $$;"
    );
    let settings = format!("alter database {name} set work_mem = '5MB';");
    for (up, down, statement) in [
        (make.clone(), format!("drop role if exists {role};"), "up.sql, line 2: "),
        ("SELECT 1;".to_owned(), format!("drop role if exists {role};"), "down.sql, line 2: "),
        (settings.clone(), "SELECT 1;".to_owned(), "up.sql, line 2: "),
    ] {
        prepare();
        let before = state();
        let sandbox = sandbox();
        let write = |scratch: &str| {
            let text = format!("[databases.dev]\nurl = \"{}\"\n{scratch}", target.url());
            sandbox.write("schema.toml", &text);
        };
        write("");
        sandbox.write("migrations/heads", "first\n");
        sandbox.write("schema.json", &models(&["nick"]));
        let folder = "migrations/20250101000000_first_test";
        let revision = "revision = \"first\"\nrevises = []\nmessage = \"first\"\ncreated = 2025-01-01T00:00:00Z\nengines = [\"postgres\"]\n";
        sandbox.write(&format!("{folder}/revision.toml"), revision);
        sandbox.write(&format!("{folder}/up.sql"), &format!("CREATE TABLE t (a integer);\n{up}\n"));
        sandbox.write(&format!("{folder}/down.sql"), &format!("DROP TABLE t;\n{down}\n"));
        let mut runs = vec![sandbox.run("verify").exits(3)];
        if statement.starts_with("up") {
            runs.push(sandbox.run("check --scratch --schema-json schema.json").exits(3));
        }
        for refused in runs {
            for part in [
                "revision `first`",
                statement,
                "a statement that cannot be tried on a scratch database: it changes ",
                "below `[scratch]`",
            ] {
                assert!(refused.stderr.contains(part), "{part}: {refused}");
            }
        }
        assert_eq!(state(), before, "{up}");
        write(&format!("[scratch]\npostgres = \"{server}\"\n"));
        sandbox.run("verify").exits(0);
        assert_ne!(state(), before, "{up}");
    }
}
