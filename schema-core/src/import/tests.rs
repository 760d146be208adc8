use super::ledger::{LedgerProblem, LedgerRow};
use super::*;
use std::collections::BTreeSet;
use std::fs;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn read_on(tool: Tool, files: &[(&str, &str)], engine: Engine) -> Result<Folder, ImportError> {
    read(tool, folder(files).path(), engine)
}

fn good(tool: Tool, files: &[(&str, &str)], engine: Engine) -> Folder {
    read_on(tool, files, engine).unwrap_or_else(|error| panic!("{error}"))
}

/// What stands in the way, each with the name of its file and its line.
fn problems(tool: Tool, files: &[(&str, &str)], engine: Engine) -> Vec<String> {
    let folder = folder(files);
    match read(tool, folder.path(), engine) {
        Ok(folder) => panic!("{folder:?}"),
        Err(error) => {
            let text = error.to_string().replace(&format!("{}/", folder.path().display()), "");
            text.lines().skip(1).map(|line| line.trim_start_matches("- ").to_owned()).collect()
        }
    }
}

fn ids(folder: &Folder) -> Vec<&str> {
    folder.migrations.iter().map(|it| it.id.as_str()).collect()
}

fn row(columns: &[&str]) -> LedgerRow {
    columns.iter().map(|it| Some((*it).to_owned())).collect()
}

fn applied(folder: &Folder, rows: &[LedgerRow]) -> Vec<String> {
    folder.applied(rows).unwrap().iter().map(RevisionId::to_string).collect()
}

#[test]
fn sqlx_simple_and_reversible() {
    let found = good(
        Tool::Sqlx,
        &[
            ("20230102000000_it's_\"more\".sql", "-- no-transaction\nVACUUM;\n  SELECT 1; SELECT 2;"),
            ("1_create_users.up.sql", "\u{feff}CREATE TABLE users (id int);\r\n"),
            ("1_create_users.down.sql", "DROP TABLE users;"),
            ("README.md", ""),
            ("seed.sql", ""),
            (".gitkeep", ""),
            ("9_folder.sql/x", ""),
        ],
        Engine::Sqlite,
    );
    assert_eq!(ids(&found), ["1", "20230102000000"]);
    let [first, second] = found.migrations.as_slice() else { panic!("{found:?}") };
    assert_eq!((first.message.as_str(), second.message.as_str()), ("create users", "it's \"more\""));
    assert_eq!(
        (first.up.as_str(), first.down.as_str()),
        ("CREATE TABLE users (id int);\r\n", "DROP TABLE users;")
    );
    assert_eq!(
        second.up,
        "-- no-transaction\n-- schema: autocommit\nVACUUM;\n-- schema: autocommit\n  SELECT 1; \n-- schema: autocommit\nSELECT 2;"
    );
    assert_eq!(second.down, "-- schema: irreversible the migration of sqlx has no down script\n");
    assert_eq!((first.created, second.revises.as_slice()), (None, [first.id.clone()].as_slice()));
    let aside: Vec<_> = found.left_aside.iter().map(|it| it.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(aside, ["9_folder.sql", "README.md", "seed.sql"]);

    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let made: Vec<String> =
        found.revisions_at(Engine::Sqlite, now).iter().map(|it| it.created.to_string()).collect();
    assert_eq!(made, ["2023-01-01T23:59:59Z", "2023-01-02T00:00:00Z"]);
}

#[test]
fn sqlx_ledger() {
    let found =
        good(Tool::Sqlx, &[("1_a.sql", "A;\n"), ("2_b.sql", "B;\r\n"), ("3_c.sql", "C;")], Engine::Sqlite);
    let sum = |index: usize, spelling: usize| found.migrations[index].checksums[spelling].clone();
    assert_eq!(
        applied(&found, &[row(&["1", &sum(0, 0), "1"]), row(&["2", &sum(1, 1).to_uppercase(), "1"])]),
        ["1", "2"]
    );
    assert_eq!(found.applied(&[]).unwrap(), BTreeSet::new());
    let error = found
        .applied(&[
            row(&["1", &sum(1, 0), "1"]),
            row(&["3", &sum(2, 0), "1"]),
            row(&["4", "00", "1"]),
            row(&["2", "", "0"]),
        ])
        .unwrap_err();
    assert!(
        matches!(
            error.problems.as_slice(),
            [
                LedgerProblem::Changed { .. },
                LedgerProblem::NotInFolder { .. },
                LedgerProblem::Failed { .. },
                LedgerProblem::Gap { missing, .. }
            ] if missing == "2"
        ),
        "{error}"
    );
}

#[test]
fn all_that_cannot_be_said_is_named_at_once() {
    let found = problems(
        Tool::Sqlx,
        &[
            ("1_a.sql", "SELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;\n"),
            ("01_b.sql", "SELECT 1;"),
            ("2_c.sql", "SELECT 1;\n\\d users\n"),
            ("3_d.sql", "COPY t FROM STDIN;\n-- schema: nonsense\nSELECT 1;"),
            ("x_e.sql", ""),
            ("4_f.down.sql", ""),
            ("5_g.sql", "SELECT 'never closed"),
        ],
        Engine::Postgres,
    );
    assert_eq!(
        found,
        [
            "1_a.sql: it has the version 1, as `01_b.sql` has",
            "2_c.sql:2: `\\d` is a command of the database shell, not SQL",
            "3_d.sql:1: `COPY … FROM STDIN` needs a database shell to read the rows that follow it",
            "3_d.sql:2: unknown directive `nonsense`",
            "4_f.down.sql: a migration that nothing applies: there is no `.up.sql`",
            "5_g.sql:1: a string without an end",
            "x_e.sql: the version `x` is no number of 64 bits",
        ]
    );
    let found = problems(
        Tool::Sqlx,
        &[("1_a.sql", "SELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;\nSELECT 3;")],
        Engine::Postgres,
    );
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(matches!(read_on(Tool::Sqlx, &[("x", "")], Engine::Sqlite), Err(ImportError::Empty { .. })));
}

#[test]
fn a_transaction_around_all_of_a_script_is_the_runners() {
    let script = |text: &str, engine| {
        good(Tool::GolangMigrate, &[("1_a.up.sql", text)], engine).migrations[0].up.clone()
    };
    assert_eq!(
        script("BEGIN;\nSELECT ';';\ncommit ;", Engine::Postgres),
        "/* BEGIN */;\nSELECT ';';\n/* commit */ ;"
    );
    assert_eq!(
        script("SELECT 1;\nCREATE INDEX CONCURRENTLY i ON t (a);\nDO $$ BEGIN; $$;", Engine::Postgres),
        "SELECT 1;\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY i ON t (a);\nDO $$ BEGIN; $$;"
    );
    assert_eq!(
        script("START TRANSACTION; SELECT 1; COMMIT", Engine::Mysql),
        "/* START TRANSACTION */; SELECT 1; /* COMMIT */"
    );
    let keys = "PRAGMA foreign_keys = off;\nBEGIN;\nSELECT 1;\nCOMMIT;\nPRAGMA foreign_keys=ON;";
    let kept = "/* PRAGMA foreign_keys = off */;\n/* BEGIN */;\nSELECT 1;\n/* COMMIT */;\n/* PRAGMA foreign_keys=ON */;";
    let sqlx = |text: &str| good(Tool::Sqlx, &[("1_a.sql", text)], Engine::Sqlite).migrations[0].up.clone();
    assert_eq!(sqlx(keys), kept, "within a transaction the pragma does nothing");
    assert_eq!(
        sqlx(&format!("-- no-transaction\n{keys}")),
        format!("-- schema: foreign_keys=off\n-- no-transaction\n{kept}")
    );
    let late = "-- no-transaction\nSELECT 1;\nPRAGMA foreign_keys=OFF;";
    assert_eq!(problems(Tool::Sqlx, &[("1_a.sql", late)], Engine::Sqlite).len(), 1);
}

#[test]
fn diesel_folders() {
    let found = good(
        Tool::Diesel,
        &[
            ("00000000000000_diesel_initial_setup/up.sql", "SELECT 1;"),
            ("00000000000000_diesel_initial_setup/down.sql", "SELECT 1;"),
            ("2023-01-02-030405_add_posts/up.sql", "VACUUM;"),
            ("2023-01-02-030405_add_posts/down.sql", "-- This file should undo anything in `up.sql`\n"),
            ("2023-01-02-030405_add_posts/metadata.toml", "run_in_transaction = false\n"),
            ("2023-01-02-030405_add_posts/notes.txt", ""),
            (".hidden/x", ""),
        ],
        Engine::Sqlite,
    );
    assert_eq!(ids(&found), ["00000000000000", "20230102030405"]);
    let posts = &found.migrations[1];
    assert_eq!(posts.up, "-- schema: autocommit\nVACUUM;");
    assert_eq!(
        posts.down,
        "-- schema: irreversible the down script of the migration of diesel is empty\n\n-- This file should undo anything in `up.sql`\n"
    );
    assert_eq!(posts.created.unwrap().to_string(), "2023-01-02T03:04:05Z");
    assert_eq!(found.left_aside.len(), 1);
    assert_eq!(applied(&found, &[row(&["00000000000000"])]), ["00000000000000"]);
    let found = problems(
        Tool::Diesel,
        &[("1_a/x", ""), ("2_b/up.sql", ""), ("2_b/metadata.toml", "other = 1"), ("3_c/down.sql", "")],
        Engine::Sqlite,
    );
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn refinery_files() {
    let found = good(
        Tool::Refinery,
        &[
            ("V1__initial.sql", "SELECT 1;"),
            ("sub/V3__add_cars.sql", ""),
            ("U2__odd.sql", ""),
            ("mod.rs", ""),
            ("V4_x.sql", ""),
        ],
        Engine::Sqlite,
    );
    assert_eq!(ids(&found), ["1", "2", "3"]);
    assert_eq!((found.migrations[2].message.as_str(), found.left_aside.len()), ("add cars", 2));
    let sum = found.migrations[0].checksums[0].clone();
    assert_eq!(applied(&found, &[row(&["1", &sum])]), ["1"]);
    assert!(found.applied(&[row(&["1", "7"])]).is_err());
    let found = problems(
        Tool::Refinery,
        &[("V1__a.rs", ""), ("V1.5__b.sql", ""), ("V2__c.sql", ""), ("U2__d.sql", "")],
        Engine::Sqlite,
    );
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn sea_orm_files_beside_its_rust() {
    let found = good(
        Tool::SeaOrm,
        &[
            ("src/m20230101_000001_create_cakes.rs", ""),
            ("src/m20230101_000001_create_cakes.up.sql", "SELECT 1;"),
            ("src/m20230101_000001_create_cakes.down.sql", "SELECT 1;"),
            ("src/m20230102_000001_more/up.sql", "SELECT 2;"),
            ("src/lib.rs", ""),
            ("Cargo.toml", ""),
            ("target/m20230103_000001_x.sql", ""),
        ],
        Engine::Postgres,
    );
    assert_eq!(ids(&found), ["m20230101_000001_create_cakes", "m20230102_000001_more"]);
    assert_eq!(found.migrations[0].message, "create cakes");
    assert_eq!((found.migrations[0].is_irreversible, found.left_aside.len()), (false, 3));
    let found = problems(Tool::SeaOrm, &[("m20230101_000001_create_cakes.rs", "")], Engine::Postgres);
    assert_eq!(found, ["m20230101_000001_create_cakes.rs: a migration in Rust, not in SQL"]);
}

#[test]
fn dbmate_files() {
    let found = good(
        Tool::Dbmate,
        &[
            (
                "20230101000000_a.sql",
                "-- A comment.\r\n\r\n-- migrate:up\r\n\r\nSELECT 1;\r\n\r\n-- migrate:down\r\nSELECT 2;\r\n",
            ),
            ("20230102000000_b.sql", "-- migrate:up transaction:false\nVACUUM;\n-- migrate:down\n\n"),
        ],
        Engine::Sqlite,
    );
    let [a, b] = found.migrations.as_slice() else { panic!("{found:?}") };
    assert_eq!((a.up.as_str(), a.down.as_str()), ("SELECT 1;\r\n", "SELECT 2;\r\n"));
    assert_eq!((b.up.as_str(), b.is_irreversible), ("-- schema: autocommit\nVACUUM;\n", true));
    let found = problems(
        Tool::Dbmate,
        &[
            ("1_a.sql", "SELECT 1;\n-- migrate:up\n"),
            ("2_b.sql", "SELECT 1;"),
            ("3_c.sql", "-- migrate:up\n\nSELECT 1;\n-- migrate:down\nROLLBACK;\n"),
            ("4_d.sql", "-- migrate:up other:1\n"),
            ("5_e.sql", "-- migrate:up\n-- migrate:up\n"),
        ],
        Engine::Sqlite,
    );
    let places: Vec<&str> = found.iter().map(|it| it.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["1_a.sql:1", "2_b.sql", "2_b.sql:1", "3_c.sql:5", "4_d.sql:1", "5_e.sql:2"]);
}

#[test]
fn goose_files() {
    let text = "-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql;\n-- +goose StatementEnd\n\n-- +goose Down\nDROP FUNCTION f();\n";
    let found = good(
        Tool::Goose,
        &[("00001_a.sql", text), ("2_b.sql", "-- +goose up\nSELECT 1;"), ("main.go", ""), ("3_test.txt", "")],
        Engine::Postgres,
    );
    let [a, b] = found.migrations.as_slice() else { panic!("{found:?}") };
    assert_eq!((a.id.as_str(), a.version.as_str()), ("00001", "1"));
    assert_eq!(
        a.up,
        "-- schema: autocommit\nCREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE sql;\n"
    );
    assert_eq!((b.up.as_str(), b.is_irreversible), ("SELECT 1;\n", true));
    assert_eq!(
        applied(&found, &[row(&["0", "1"]), row(&["1", "1"]), row(&["2", "1"]), row(&["2", "0"])]),
        ["00001"]
    );
    let found = problems(
        Tool::Goose,
        &[
            ("1_a.go", ""),
            ("2_b.sql", "-- +goose Up\n-- +goose ENVSUB ON\nSELECT 1;\n"),
            ("3_c.sql", "SELECT 1;"),
            ("0_d.sql", ""),
        ],
        Engine::Postgres,
    );
    assert_eq!(found.len(), 5, "{found:?}");
}

#[test]
fn golang_migrate_files() {
    let found = good(
        Tool::GolangMigrate,
        &[("000001_a.up.sql", "SELECT 1;"), ("000001_other words.down.sql", "SELECT 2;"), ("2_.up.sql", "")],
        Engine::Postgres,
    );
    assert_eq!(ids(&found), ["000001", "2"]);
    assert_eq!(applied(&found, &[row(&["2", "0"])]), ["000001", "2"]);
    assert_eq!(applied(&found, &[row(&["-1", "0"])]), [""; 0]);
    assert!(found.applied(&[row(&["1", "1"])]).is_err() && found.applied(&[row(&["7", "0"])]).is_err());
    let found = problems(Tool::GolangMigrate, &[("1_a.down.sql", ""), ("2_b.up.json", "")], Engine::Postgres);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn flyway_files() {
    let found = good(
        Tool::Flyway,
        &[
            ("V1__First_one.sql", "SELECT 1;\n"),
            ("U1__First_one.sql", "SELECT 2;"),
            ("sub/V1.10__b.sql", "SELECT '${kept}';"),
            ("sub/V1.10__b.sql.conf", "executeInTransaction=false\n# a\nplaceholderReplacement = false\n"),
            ("V1_2__c.sql", ""),
            ("notes.txt", ""),
        ],
        Engine::Postgres,
    );
    assert_eq!(ids(&found), ["1", "1_2", "1_10"]);
    assert_eq!(found.migrations[2].up, "-- schema: autocommit\nSELECT '${kept}';");
    assert_eq!((found.migrations[0].is_irreversible, found.migrations[1].is_irreversible), (false, true));
    let sum = found.migrations[0].checksums[0].clone();
    let sql = |version: &str, sum: &str| row(&[version, sum, "1", "SQL", ""]);
    assert_eq!(applied(&found, &[sql("1.0", &sum)]), ["1"]);
    assert_eq!(applied(&found, &[row(&["1.2", "", "1", "BASELINE", ""])]), ["1", "1_2"]);
    assert_eq!(applied(&found, &[sql("1", &sum), row(&["1", "", "1", "UNDO_SQL", ""])]), [""; 0]);
    assert!(found.applied(&[sql("1", "7")]).is_err());
    let found = problems(
        Tool::Flyway,
        &[
            ("R__views.sql", ""),
            ("B2__base.sql", ""),
            ("V3__x.sql", "SELECT 1;\nSELECT '${name}', '${other}';"),
            ("V4__y.java", ""),
            ("beforeMigrate.sql", ""),
            ("V1__a.sql", ""),
            ("V1.0__b.sql", ""),
        ],
        Engine::Postgres,
    );
    assert_eq!(found.len(), 7, "{found:?}");
    assert!(found.contains(&"V3__x.sql:2: the placeholder `${other}`".to_owned()), "{found:?}");
}

const ALEMBIC_UP: &str = "BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL
);

-- Running upgrade  -> aaa1

CREATE TABLE t0 (x int DEFAULT ';');

INSERT INTO alembic_version (version_num) VALUES ('aaa1') RETURNING alembic_version.version_num;

-- Running upgrade aaa1 -> bbb2

CREATE TABLE t1 (x int);

COMMIT;

CREATE INDEX CONCURRENTLY i ON t1 (x);

BEGIN;

SELECT 1;

UPDATE alembic_version SET version_num='bbb2' WHERE alembic_version.version_num = 'aaa1';

-- Running upgrade aaa1 -> ccc3

SELECT '
-- Running upgrade bbb2 -> no
';

INSERT INTO alembic_version (version_num) VALUES ('ccc3') RETURNING alembic_version.version_num;

-- Running upgrade bbb2, ccc3 -> ddd4

DELETE FROM alembic_version WHERE alembic_version.version_num = 'ccc3';

COMMIT;

";

#[test]
fn alembic_offline_sql_with_branches() {
    let down = "BEGIN;\n\n-- Running downgrade bbb2 -> aaa1\n\nDROP TABLE t1;\n\nUPDATE alembic_version SET version_num='aaa1' WHERE 1;\n\n-- Running downgrade aaa1 -> \n\nDROP TABLE t0;\n\nDELETE FROM alembic_version;\n\nDROP TABLE alembic_version;\n\nCOMMIT;\n";
    let python = "\"\"\"other branch\n\nCreate Date: 2023-01-01 10:00:00\n\"\"\"\nrevision = 'ccc3'\ndown_revision = 'aaa1'\nbranch_labels = ('shop',)\ndepends_on = 'bbb2'\n";
    let found = good(
        Tool::Alembic,
        &[
            ("up.sql", ALEMBIC_UP),
            ("down.sql", down),
            ("versions/ccc3_x.py", python),
            ("env.py", "import x\n"),
        ],
        Engine::Postgres,
    );
    assert_eq!(ids(&found), ["aaa1", "bbb2", "ccc3", "ddd4"]);
    let [a, b, c, d] = found.migrations.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (a.up.as_str(), a.down.as_str()),
        ("CREATE TABLE t0 (x int DEFAULT ';');\n", "DROP TABLE t0;\n")
    );
    assert!(b.up.contains("t1 (x int);\n\n\n\n-- schema: autocommit\nCREATE INDEX CONCURRENTLY"), "{}", b.up);
    assert!(b.up.ends_with("SELECT 1;\n") && !b.up.contains("COMMIT"), "{}", b.up);
    assert_eq!(
        (c.message.as_str(), c.labels[0].as_str(), c.depends_on.as_slice()),
        ("other branch", "shop", [b.id.clone()].as_slice())
    );
    assert_eq!(d.revises, [b.id.clone(), c.id.clone()]);
    assert_eq!((d.message.as_str(), d.up.as_str(), d.is_irreversible), ("alembic ddd4", "", true));
    assert_eq!(applied(&found, &[row(&["ddd4"])]).len(), 4);
    assert_eq!(applied(&found, &[row(&["bbb2"])]), ["aaa1", "bbb2"]);

    let found = problems(
        Tool::Alembic,
        &[
            ("down.sql", down),
            ("x.py", "revision = 'e5'\n"),
            ("up.sql", "-- Running upgrade  -> aaa1\nSELECT 1;\n-- Running upgrade  -> aaa1\nSELECT 2;\n"),
        ],
        Engine::Postgres,
    );
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn links_are_followed_and_broken_ones_named() {
    let folder = folder(&[("elsewhere/a.txt", "SELECT 1;")]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("elsewhere/a.txt", folder.path().join("1_a.sql")).unwrap();
        let found = read(Tool::Sqlx, folder.path(), Engine::Sqlite).unwrap();
        assert_eq!(found.migrations[0].up, "SELECT 1;");
        std::os::unix::fs::symlink("..", folder.path().join("V_round")).unwrap();
        read(Tool::Refinery, folder.path(), Engine::Sqlite).unwrap_err();
        std::os::unix::fs::symlink("nothing", folder.path().join("2_b.sql")).unwrap();
        let error = read(Tool::Sqlx, folder.path(), Engine::Sqlite).unwrap_err();
        assert!(error.to_string().contains("2_b.sql: "), "{error}");
    }
}
