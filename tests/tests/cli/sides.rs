//! The sides of `diff` that are no databases: models, revisions, files, nothing.

use crate::database::{applied, models};
use crate::{sandbox, stable};
use schema_tests::sandbox::Sandbox;
use schema_tests::server::Server;

fn document(sandbox: &Sandbox, url: &str) -> String {
    sandbox.run(&format!("inspect {url} --format json")).exits(0).stdout
}

const USERS: &str = "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, nick TEXT);";

#[test]
fn revisions_files_documents_and_a_database_that_say_the_same_are_equal() {
    let sandbox = applied();
    sandbox.write("schema.sql", USERS);
    sandbox.write("parts/1.sql", "BEGIN; CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY); COMMIT;");
    sandbox.write("parts/2.sql", "ALTER TABLE users ADD COLUMN nick TEXT;");
    sandbox.write("parts/note.txt", "not run");
    sandbox.write("wanted.json", &document(&sandbox, "sqlite://dev.db"));
    let sides = ["sqlite://dev.db", "dev", "migrations", "schema.sql", "parts", "wanted.json", "schema.json"];
    for from in sides {
        for to in sides {
            let outcome = sandbox.run(&format!("diff {from} {to}")).exits(0);
            assert!(outcome.stderr.contains("are equal"), "{from} {to}: {outcome}");
            assert_eq!(outcome.stdout, "", "{from} {to}");
        }
    }
}

#[test]
fn what_the_models_have_and_no_revision_makes_is_the_difference() {
    let sandbox = applied();
    let _stable = stable(&sandbox);
    sandbox.write("schema.json", &models(&["nick", "email"]));
    insta::assert_snapshot!(sandbox.run("diff migrations schema.json").exits(1), @"
    exit 1
    ---- stdout
    -- add the column `users`.`email`
    ALTER TABLE users ADD COLUMN email TEXT;
    ---- stderr
    database: dev (sqlite://dev.db)
    ");
    insta::assert_snapshot!(sandbox.run("diff schema.json migrations").exits(1), @"
    exit 1
    ---- stdout
    -- drop the column `users`.`email`
    -- DESTROYS DATA: the values of `users`.`email` are gone
    ALTER TABLE users DROP COLUMN email;
    ---- stderr
    database: dev (sqlite://dev.db)
    ");
    insta::assert_snapshot!(sandbox.run("diff schema.json empty --database dev").exits(1), @"
    exit 1
    ---- stdout
    -- schema: foreign_keys=off

    -- drop the table `users`
    -- DESTROYS DATA: all rows of `users` are gone
    DROP TABLE users;
    ---- stderr
    database: dev (sqlite://dev.db)
    ");
    insta::assert_snapshot!(sandbox.run("diff dev schema.json --apply --yes").exits(0), @"
    exit 0
    ---- stdout
    -- add the column `users`.`email`
    ALTER TABLE users ADD COLUMN email TEXT;
    ---- stderr
    done: the sides are equal
    ");
    sandbox.run("diff dev schema.json").exits(0);
}

#[test]
fn no_project_is_needed_and_nothing_is_left_behind() {
    let sandbox = sandbox();
    let _stable = stable(&sandbox);
    rusqlite::Connection::open(sandbox.path().join("app.db")).unwrap().execute_batch(USERS).unwrap();
    sandbox.write("wanted.sql", &USERS.replace("nick", "name"));
    insta::assert_snapshot!(sandbox.run("diff sqlite://app.db wanted.sql --rename users.nick=name").exits(1), @"
    exit 1
    ---- stdout
    -- rename the column `users`.`nick` to `name`
    ALTER TABLE users RENAME COLUMN nick TO name;
    ");
    insta::assert_snapshot!(sandbox.run("diff empty sqlite://app.db").exits(1), @"
    exit 1
    ---- stdout
    -- create the table `users`
    CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, nick TEXT);
    ");
    insta::assert_snapshot!(sandbox.run("diff empty wanted.sql --database-url sqlite::memory:").exits(1), @"
    exit 1
    ---- stdout
    -- create the table `users`
    CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT);
    ---- stderr
    database: --database-url (sqlite::memory:)
    ");
    let tables = "SELECT group_concat(name) FROM sqlite_master";
    let connection = rusqlite::Connection::open(sandbox.path().join("app.db")).unwrap();
    let names: String = connection.query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!(names, "users");
}

#[test]
fn a_side_that_cannot_be_read_is_named() {
    let sandbox = sandbox();
    let _stable = stable(&sandbox);
    rusqlite::Connection::open(sandbox.path().join("app.db")).unwrap().execute_batch(USERS).unwrap();
    sandbox.write("broken.sql", "CREATE TABLE a (id INTEGER);\n\nCREATE TABLE a (id INTEGER);\n");
    sandbox.write("open.sql", "SELECT 'a\n");
    sandbox.write("rows.sql", "CREATE TABLE a (id INTEGER);\n.import a.csv a\n");
    sandbox.write("empty/note.txt", "");
    for (side, expected) in [
        ("schem.sql", "`schem.sql` is no URL, no database of schema.toml and no file or folder"),
        ("app.db", "`app.db` is a SQLite database\nhint: write `sqlite://app.db`"),
        ("broken.sql", "`broken.sql`, line 3: table a already exists"),
        ("open.sql", "`open.sql`, line 1: "),
        ("rows.sql", "dump the definitions without rows"),
        ("empty", ""),
        ("./empty", "`./empty` has no file that ends in `.sql`"),
        ("models", "there is no `schema.toml`"),
        ("migrations", "there is no `schema.toml`"),
    ] {
        let outcome = sandbox.run(&format!("diff sqlite://app.db {side}"));
        assert!(outcome.stderr.contains(expected), "{side}: {outcome}");
        assert!(side == "empty" || outcome.stderr.contains("error: "), "{side}: {outcome}");
    }
    let refused = sandbox.run("diff empty sqlite://app.db --apply").exits(2);
    assert!(refused.stderr.contains("the first side, which is no database"), "{refused}");
    sandbox.run("diff sqlite://app.db").exits(2);
    sandbox.run("diff sqlite://app.db empty --from sqlite://app.db").exits(2);
}

#[test]
fn what_inspect_wrote_is_all_that_the_database_held() {
    let sandbox = sandbox();
    let database = rusqlite::Connection::open(sandbox.path().join("app.db")).unwrap();
    database
        .execute_batch(
            "CREATE TABLE a (id INTEGER PRIMARY KEY, mail TEXT, UNIQUE (mail) ON CONFLICT REPLACE);
             CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; CREATE VIEW v AS SELECT id FROM a;",
        )
        .unwrap();
    sandbox.write("held.json", &document(&sandbox, "sqlite://app.db"));
    for sides in ["sqlite://app.db held.json", "held.json sqlite://app.db"] {
        let outcome = sandbox.run(&format!("diff {sides}")).exits(0);
        assert_eq!(outcome.stdout, "", "{sides}");
    }
    database.execute_batch("DROP TRIGGER t; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 2; END").unwrap();
    let outcome = sandbox.run("diff sqlite://app.db held.json --apply --yes").exits(0);
    assert!(outcome.stdout.contains("SELECT 1"), "{outcome}");
    sandbox.run("diff held.json sqlite://app.db").exits(0);
    if let Some(server) = Server::Postgres.url() {
        let scratch = schema_tests::postgres::Scratch::create(&server);
        let refused = sandbox.run(&format!("diff {} held.json", scratch.url())).exits(2);
        assert!(refused.stderr.contains("that of a sqlite database"), "{refused}");
    }
}

#[test]
fn what_inspect_wrote_of_postgres_has_its_functions() {
    let Some(server) = Server::Postgres.url() else { return };
    let mut database = schema_tests::postgres::Scratch::create(&server);
    let function = |number: u32| {
        format!("CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT {number}'")
    };
    let table = "CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, s serial, n integer DEFAULT f())";
    database.load(&format!("{};\n{table};", function(1))).unwrap();
    let (sandbox, url) = (sandbox(), database.url());
    sandbox.write("held.json", &document(&sandbox, &url));
    sandbox.run(&format!("diff {url} held.json")).exits(0);
    sandbox.run(&format!("diff held.json {url}")).exits(0);
    database.load(&format!("{};", function(2))).unwrap();
    let outcome = sandbox.run(&format!("diff {url} held.json --apply --yes")).exits(0);
    assert!(outcome.stdout.contains("SELECT 1"), "{outcome}");
    sandbox.run(&format!("diff {url} held.json")).exits(0);
}

/// A dump sets the search path, and qualifies every name.
const DUMPED: &str = "\\restrict abc\nSELECT pg_catalog.set_config('search_path', '', false);\n\
    CREATE TYPE public.mood AS ENUM ('fine', 'bad');\nCREATE TABLE public.users (id bigint NOT NULL, mood public.mood);\n\
    ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n\\unrestrict abc\n";

#[test]
fn a_dump_of_postgres_is_a_side() {
    let Some(server) = Server::Postgres.url() else { return };
    let database = schema_tests::postgres::Scratch::create(&server);
    let sandbox = sandbox();
    sandbox.write("dump.sql", DUMPED);
    let url = database.url();
    let diff = format!("diff {url} dump.sql");
    let sql = sandbox.run(&diff).exits(1).stdout;
    assert!(sql.contains("CREATE TYPE mood AS ENUM") && sql.contains("CREATE TABLE users"), "{sql}");
    sandbox.run(&format!("{diff} --apply --yes")).exits(0);
    sandbox.run(&diff).exits(0);
    sandbox.run(&format!("diff dump.sql {url}")).exits(0);
}

/// As `mysqldump` and `mariadb-dump` write: what other versions and shells need stands in comments that the server runs.
const DUMPED_BY_MYSQL: &str = "/*M!999999\\- enable the sandbox mode */
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
DROP TABLE IF EXISTS `notes`;
CREATE TABLE `notes` (`id` int NOT NULL, `body` text DEFAULT NULL, PRIMARY KEY (`id`));
DELIMITER ;;
/*!50003 CREATE*/ /*!50003 TRIGGER touch BEFORE INSERT ON notes FOR EACH ROW BEGIN SET NEW.body = trim(NEW.body); END */;;
DELIMITER ;
/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50001 VIEW `bodies` AS select `notes`.`body` AS `body` from `notes` */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
";

#[test]
fn a_dump_of_mysql_is_a_side() {
    let Some(server) = Server::Mysql.url() else { return };
    let database = schema_tests::mysql::Scratch::create(&server);
    let sandbox = sandbox();
    sandbox.write("dump.sql", DUMPED_BY_MYSQL);
    let diff = format!("diff {} dump.sql", database.url());
    let sql = sandbox.run(&format!("{diff} --apply --yes")).exits(0).stdout;
    assert!(sql.contains("TRIGGER `touch`") && sql.contains("`bodies`"), "{sql}");
    sandbox.run(&diff).exits(0);
    sandbox.run(&format!("diff dump.sql {}", database.url())).exits(0);
}

/// Names without a schema lead where the database says, on scratch databases too.
#[test]
fn a_search_path_of_a_database_holds_on_its_scratch_databases() {
    let Some(database) = Server::Postgres.database() else { return };
    let (name, url) = (database.name().to_owned(), database.url());
    let sandbox = sandbox();
    for statement in [
        "CREATE SCHEMA \"$q,\"".to_owned(),
        "CREATE SCHEMA app".to_owned(),
        format!("ALTER DATABASE {name} SET search_path = \"$q,\", app, public"),
    ] {
        database.connect().execute(&statement).unwrap();
    }
    for statement in [
        "CREATE TABLE app.t (id integer PRIMARY KEY)",
        "CREATE TABLE u (id integer REFERENCES app.t)",
        "CREATE TABLE public.z (id integer)",
        "CREATE VIEW v AS SELECT u.id FROM u JOIN t USING (id)",
    ] {
        database.connect().execute(statement).unwrap();
    }
    for sides in [format!("empty {url}"), format!("{url} empty")] {
        let outcome = sandbox.run(&format!("diff {sides}")).exits(1);
        assert!(
            !outcome.stderr.contains("could not be tried") && !outcome.stdout.contains("SCHEMA public"),
            "{outcome}"
        );
    }
    let models = sandbox.run(&format!("models {url}")).exits(0);
    assert!(models.stdout.contains("#[table(name = \"u\")]"), "{models}");
    assert!(models.stderr.contains("nothing is lost"), "{models}");
    let backwards = sandbox.run(&format!("diff --apply --yes {url} empty")).exits(0);
    assert_eq!(database.connect().introspect().unwrap().tables, [], "{backwards}");
}
