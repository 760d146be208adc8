//! What scripts for the shells of MySQL and MariaDB have of their own: statements that commit by themselves, and delimiters.

use schema_core::dialect::mysql::{guard, session};
use schema_core::driver::HistoryTable;
use schema_core::model::Engine;
use schema_core::revision::{Direction, RevisionId};
use schema_core::runner::{self, RunOptions, RunnerError, Settlement};
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use schema_tests::shell::{self, AtErrors};

fn script(project: &Project, ids: &[&str], direction: Direction) -> String {
    let (directory, table) = (project.directory(), HistoryTable::default());
    let path: Vec<RevisionId> = ids.iter().map(|id| id.parse().unwrap()).collect();
    runner::offline(&directory, project.engine(), &table, &path, direction).unwrap().sql
}

fn upgraded(project: &Project, target: &str) -> Result<Vec<RevisionId>, RunnerError> {
    let (directory, options) = (project.directory(), RunOptions::default());
    runner::upgrade(&mut *project.driver(), &directory, &ids(&[target]), &options, &mut |_| {})
}

fn steps(project: &Project) -> Vec<String> {
    project.query("SELECT concat(step, state) FROM schema_history_steps ORDER BY step")
}

#[test]
fn bodies_strings_and_words_reach_the_server_as_they_are() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project
        .revision(
            "a",
            "CREATE TABLE t (id integer PRIMARY KEY, `a delimiter b` varchar(20) DEFAULT 'a;\n// b', delimiter integer);\n\
             -- it's a trigger; DELIMITER $$ \\q\n\
             DELIMITER $$\n\
             CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN\n  /* a; // */ SET NEW.id = NEW.id + 1; -- it's;\n  SET NEW.id = NEW.id * 10;\nEND$$\n\
             CREATE PROCEDURE p() BEGIN INSERT INTO t (id) VALUES (7); SELECT 1; END$$\n\
             DELIMITER ;\n\
             INSERT INTO t (id) VALUES (1);\n\
             UPDATE t SET\ndelimiter = 4, `a delimiter b` = 'it''s \\\\ \\\\N ;';\n\
             /*!50000 CREATE VIEW v AS SELECT ';' */;\n\
             CALL p();",
            "DROP PROCEDURE p; DROP VIEW v; DROP TABLE t;",
        )
        .revision("b", "CREATE TABLE b (x integer); # the end", "DROP TABLE b;");
    let up = script(&project, &["a", "b"], Direction::Up);
    let Some(outcome) = shell::run(&project.url_text(), &up, AtErrors::Usual) else { return };
    assert_eq!(outcome.exits(0).stderr, "");
    assert_eq!(
        project.query("SELECT concat(id, ' ', coalesce(delimiter, ''), `a delimiter b`) FROM t ORDER BY id"),
        ["20 4it's \\ \\N ;", "80 a;\n// b"]
    );
    assert_eq!(project.query("SELECT * FROM v"), [";"]);
    assert_eq!(project.applied(), ["a", "b"]);
    assert!(steps(&project).is_empty());
    let down = script(&project, &["b", "a"], Direction::Down);
    assert_eq!(shell::run(&project.url_text(), &down, AtErrors::Usual).unwrap().exits(0).stderr, "");
    assert!(project.tables().is_empty() && project.applied().is_empty());
}

#[test]
fn a_script_for_the_other_server_changes_nothing() {
    for at_errors in [AtErrors::Usual, AtErrors::GoOn] {
        let Some(mut project) = Project::on(Server::Mysql) else { return };
        project.revision("a", "CREATE TABLE a (x integer);", "");
        let up = script(&project, &["a"], Direction::Up);
        let (right, wrong) = match project.engine() {
            Engine::Mariadb => ("VERSION() LIKE", "VERSION() NOT LIKE"),
            _ => ("VERSION() NOT LIKE", "VERSION() LIKE"),
        };
        assert!(up.contains(right));
        let Some(outcome) = shell::run(&project.url_text(), &up.replace(right, wrong), at_errors) else {
            return;
        };
        assert!(outcome.stderr.contains("this script is for"), "{outcome}");
        let found =
            project.query("SELECT table_name FROM information_schema.tables WHERE table_schema = database()");
        assert!(found.is_empty());
    }
}

#[test]
fn changes_of_rows_are_rolled_back_together() {
    for at_errors in [AtErrors::Usual, AtErrors::GoOn] {
        let Some(mut project) = Project::on(Server::Mysql) else { return };
        project
            .revision("a", "CREATE TABLE t (id integer PRIMARY KEY);", "")
            .revision(
                "b",
                "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);",
                "",
            )
            .revision("c", "DROP TABLE t;", "");
        let up = script(&project, &["a", "b", "c"], Direction::Up);
        let Some(outcome) = shell::run(&project.url_text(), &up, at_errors) else { return };
        assert!(outcome.stderr.contains("Duplicate entry"), "{outcome}");
        assert_eq!(project.applied(), ["a"]);
        assert!(project.query("SELECT id FROM t").is_empty());
        assert!(steps(&project).is_empty());
    }
}

/// Whoever corrects the script before a run has found out about the statement says himself that it has done nothing.
#[test]
fn a_statement_that_is_corrected_before_a_run_is_settled_by_hand() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE a (x integer);\nALTER TABLE a ADD COLUMN x integer;", "");
    let up = script(&project, &["a"], Direction::Up);
    let Some(outcome) = shell::run(&project.url_text(), &up, AtErrors::Usual) else { return };
    outcome.exits(1);
    let file = project.folder_of("a").join("up.sql");
    std::fs::write(file, "CREATE TABLE a (x integer);\nALTER TABLE a ADD COLUMN y integer;").unwrap();
    let error = upgraded(&project, "a").unwrap_err();
    assert!(error.to_string().contains("was changed after step 2 of it was begun"), "{error}");
    assert!(error.hint().unwrap().contains("`resolve --done` or `--redo`"));
    let settled =
        runner::resolve(&mut *project.driver(), &project.directory(), Settlement::Redo, &mut |_| {}).unwrap();
    assert_eq!(settled.len(), 1);
    upgraded(&project, "a").unwrap();
    assert!(project.query("SELECT y FROM a").is_empty() && steps(&project).is_empty());
}

/// Whatever a statement changes, the catalogue tells whether it was done.
#[test]
fn what_a_refused_statement_has_left_is_found_out() {
    const SETUP: &str = "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE t (a integer, b varchar(9));\nINSERT INTO t VALUES (1, 'x'), (1, 'y');";
    for refused in [
        "CREATE UNIQUE INDEX i ON t (a)",
        "ALTER TABLE t ADD COLUMN c integer, ADD COLUMN a integer",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "CREATE VIEW v AS SELECT nothing FROM t",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.z = 1",
        "RENAME TABLE t TO p",
        "DROP TABLE nowhere",
        "CREATE FUNCTION f() RETURNS integer RETURN nonsense(",
    ] {
        for at_errors in [AtErrors::Usual, AtErrors::GoOn] {
            let Some(mut project) = Project::on(Server::Mysql) else { return };
            project
                .revision("a", SETUP, "")
                .revision("b", &format!("CREATE TABLE u (x integer);\n{refused};\nDROP TABLE u;"), "")
                .revision("c", "DROP TABLE t;", "");
            let up = script(&project, &["a", "b", "c"], Direction::Up);
            let Some(outcome) = shell::run(&project.url_text(), &up, at_errors) else { return };
            assert!(outcome.stderr.contains("ERROR"), "{outcome}");
            assert_eq!(project.applied(), ["a"]);
            assert_eq!(project.tables(), ["p", "t", "u"]);
            assert_eq!(steps(&project), ["1done", "2started"]);
            let error = upgraded(&project, "c").unwrap_err().to_string();
            assert!(error.contains("up.sql, line 2: "), "{refused}: {error}");
            assert_eq!(steps(&project), ["1done"], "{refused}");
        }
    }
}

/// A shell that is killed, or whose connection is lost, between a statement and its row in the journal.
#[test]
fn what_a_statement_has_done_is_found_out_too() {
    const SETUP: &str = "CREATE TABLE p (id integer PRIMARY KEY);\nCREATE TABLE t (a integer, b varchar(9));\nCREATE TABLE u (a integer);\nCREATE VIEW w AS SELECT 1;";
    for done in [
        "CREATE INDEX i ON t (a)",
        "ALTER TABLE t MODIFY a bigint",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        "ALTER TABLE t COMMENT 'hm'",
        "ALTER TABLE t PARTITION BY HASH (a) PARTITIONS 2",
        "CREATE VIEW v AS SELECT a FROM t",
        "CREATE OR REPLACE VIEW w AS SELECT 2",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        "CREATE PROCEDURE pr() BEGIN SELECT 1; SELECT 2; END",
        "RENAME TABLE t TO s",
        "DROP TABLE t, u",
        "DROP VIEW w",
    ] {
        let Some(mut project) = Project::on(Server::Mysql) else { return };
        let delimited = format!("DELIMITER //\n{done}//\nDELIMITER ;");
        project.revision("a", SETUP, "").revision(
            "b",
            &format!("{delimited}\nCREATE TABLE last (x integer);"),
            "",
        );
        let up = script(&project, &["a", "b"], Direction::Up);
        // The script ends behind the statement.
        let end = up.find(&format!("{done};\n")).or_else(|| up.find(&format!("{done}\n//\n"))).unwrap()
            + done.len();
        let end = end + if up[end..].starts_with(';') { 1 } else { 3 };
        let Some(outcome) = shell::run(&project.url_text(), &up[..end], AtErrors::Usual) else { return };
        assert_eq!(outcome.exits(0).stderr, "", "{done}");
        assert_eq!(steps(&project), ["1started"], "{done}");
        upgraded(&project, "b").unwrap();
        assert!(project.tables().contains(&"last".to_owned()), "{done}");
        assert_eq!(project.applied(), ["a", "b"]);
    }
}

#[test]
fn a_script_takes_dates_of_zero_where_it_says_so_and_nowhere_else() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let (take, restore) = (session::take_zero_dates(), session::RESTORE_SQL_MODE);
    let around = |statement: &str| format!("{take};\n{statement};\n{restore};\n");
    project
        .revision(
            "a",
            &around("CREATE TABLE old (id integer, day date NOT NULL DEFAULT '0000-00-00')"),
            "DROP TABLE old;",
        )
        .revision(
            "b",
            &format!(
                "CREATE TABLE t (mode text);\n{}INSERT INTO t SELECT @@sql_mode;",
                around("ALTER TABLE old ADD COLUMN n integer")
            ),
            &format!("{}DROP TABLE t;", around("ALTER TABLE old DROP COLUMN n")),
        );
    let strict = project.query("SELECT if(find_in_set('NO_ZERO_DATE', @@GLOBAL.sql_mode), 'strict', 'not')");
    let modes = "SELECT if(find_in_set('NO_ZERO_DATE', mode), 'strict', 'not') FROM t";
    let up = script(&project, &["a", "b"], Direction::Up);
    let Some(outcome) = shell::run(&project.url_text(), &up, AtErrors::Usual) else { return };
    assert_eq!(outcome.exits(0).stderr, "");
    assert_eq!(project.query(modes), strict);
    let down = script(&project, &["b"], Direction::Down);
    assert_eq!(shell::run(&project.url_text(), &down, AtErrors::Usual).unwrap().exits(0).stderr, "");
    assert_eq!(project.applied(), ["a"]);
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query(modes), strict);
}

#[test]
fn what_stops_a_script_names_the_rows_that_are_in_the_way() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let stop = guard::sql("`t` has rows, which have no value for `t`.`n`", &"t".into(), None);
    project.revision("a", "CREATE TABLE t (id integer);", "").revision(
        "b",
        &format!(
            "-- MAY FAIL: `t`.`n` has no default\n{stop};\nALTER TABLE t ADD COLUMN n integer NOT NULL;"
        ),
        "",
    );
    upgraded(&project, "a").unwrap();
    project.execute(&["INSERT INTO t VALUES (1)"]);
    let error = upgraded(&project, "b").unwrap_err();
    assert!(error.to_string().ends_with("line 2: `t` has rows, which have no value for `t`.`n`"), "{error}");
    assert_eq!(error.hint().unwrap(), "`t`.`n` has no default");
    let up = script(&project, &["b"], Direction::Up);
    for at_errors in [AtErrors::Usual, AtErrors::GoOn] {
        let Some(outcome) = shell::run(&project.url_text(), &up, at_errors) else { return };
        assert!(outcome.stderr.contains("`t` has rows, which have no value for `t`.`n`"), "{outcome}");
        assert_eq!(project.applied(), ["a"]);
    }
    project.execute(&["DELETE FROM t"]);
    upgraded(&project, "b").unwrap();
}
