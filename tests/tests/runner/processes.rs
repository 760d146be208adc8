//! Several processes at once, and processes that are killed.

use schema_tests::migrations::Project;
use schema_tests::sandbox::Outcome;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn upgrade(project: &Project) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schema-cli-under-test"));
    command
        .args(["upgrade", "--database-url", &project.url().to_string()])
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null());
    command
}

/// Every third revision is a rebuild with foreign keys off; each leaves a row in `log`.
fn many(revisions: usize) -> Project {
    let mut project = Project::new();
    project.revision(
        "r000",
        "CREATE TABLE log (revision TEXT);\nCREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
         INSERT INTO parent WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n;
         INSERT INTO child SELECT id FROM parent;\nINSERT INTO log VALUES ('r000');",
        "",
    );
    for number in 1..revisions {
        let id = format!("r{number:03}");
        let script = if number % 3 == 0 {
            format!(
                "-- schema: foreign_keys=off\nCREATE TABLE new_parent (id INTEGER PRIMARY KEY, c{number} TEXT);
                 INSERT INTO new_parent (id) SELECT id FROM parent;\nDROP TABLE parent;
                 ALTER TABLE new_parent RENAME TO parent;\nINSERT INTO log VALUES ('{id}');"
            )
        } else {
            format!("CREATE TABLE t{number} (x);\nINSERT INTO log VALUES ('{id}');")
        };
        project.revision(&id, &script, "");
    }
    project
}

fn logged(project: &Project) -> Vec<String> {
    let connection = project.sqlite();
    let Ok(mut statement) = connection.prepare("SELECT revision FROM log ORDER BY rowid") else {
        return Vec::new();
    };
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn twenty_processes_apply_each_revision_once_and_all_succeed() {
    let project = many(40);
    let start = || upgrade(&project).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let processes: Vec<Child> = (0..20).map(|_| start()).collect();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(logged(&project), project.applied());
    assert_eq!(project.applied().len(), 40);
}

/// Who has something to do makes a backup under the lock, so that the first one is of what was there before, and who comes too late makes none. On SQLite the lock
/// is a transaction, and several may share the work.
#[test]
fn of_ten_processes_those_that_do_something_make_a_backup() {
    let project = many(10);
    assert!(upgrade(&project).arg("r002").output().unwrap().status.success());
    let start = || {
        let mut command = upgrade(&project);
        command.arg("--backup").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let processes: Vec<Child> = (0..10).map(|_| start()).collect();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(project.applied().len(), 10);
    let files = std::fs::read_dir(project.path()).unwrap().map(|entry| entry.unwrap().path());
    let backups: Vec<_> = files.filter(|path| path.to_string_lossy().contains("backup")).collect();
    let rows = |path: &std::path::PathBuf| -> i64 {
        let backup = rusqlite::Connection::open(path).unwrap();
        backup.query_row("SELECT count(*) FROM schema_history", [], |row| row.get(0)).unwrap()
    };
    let mut found: Vec<i64> = backups.iter().map(rows).collect();
    found.sort_unstable();
    // None is of a state that nobody went on from.
    assert_eq!(found.first(), Some(&3), "{found:?}");
    assert!(found.iter().all(|rows| *rows < 10), "{found:?}");
}

#[test]
fn a_killed_process_leaves_a_revision_boundary_and_the_next_one_finishes() {
    let project = many(60);
    let mut killed = 0;
    for round in 0_u64.. {
        let mut process = upgrade(&project).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(2 + round * 7 % 40));
        if process.try_wait().unwrap().is_some_and(|status| status.success()) {
            break;
        }
        process.kill().unwrap();
        process.wait().unwrap();
        killed += 1;
        let applied = if logged(&project).is_empty() { Vec::new() } else { project.applied() };
        assert_eq!(logged(&project), applied);
        let connection = project.sqlite();
        let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        if !applied.is_empty() {
            let children: i64 =
                connection.query_row("SELECT count(*) FROM child", [], |row| row.get(0)).unwrap();
            assert_eq!(children, 500);
        }
        if killed > 200 {
            break;
        }
    }
    Outcome::of(&mut upgrade(&project)).exits(0);
    assert_eq!(project.applied().len(), 60);
    assert_eq!(logged(&project), project.applied());
    assert!(killed > 0);
}

#[test]
fn a_lock_that_is_not_let_go_ends_in_its_own_exit_code() {
    let project = many(3);
    let holder = project.sqlite();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let outcome = Outcome::of(upgrade(&project).args(["--lock-timeout", "1"])).exits(4);
    assert!(outcome.stderr.contains("another connection holds the database's lock"), "{outcome}");
    holder.execute_batch("COMMIT").unwrap();
    Outcome::of(&mut upgrade(&project)).exits(0);
}
