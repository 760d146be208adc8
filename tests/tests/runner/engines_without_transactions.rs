//! Tables whose engine has no transactions (MySQL, MariaDB): what is written to them stays, whatever becomes of the run.

use crate::upgraded;
use schema_core::ErrorClass;
use schema_core::runner::{self, RunOptions, Settlement};
use schema_core::sql::parse_seed;
use schema_tests::crash::Crashing;
use schema_tests::migrations::{Project, ids};
use schema_tests::server::Server;
use std::collections::BTreeMap;

const STARTED: &str = "SELECT step FROM schema_history_steps WHERE state = 'started'";

/// Loses the connection before every call of an upgrade to `b`, and returns how many runs had to be settled by a person. Each statement must have run once then.
fn cut_everywhere(
    project: &Project,
    settled: impl Fn(&Project, &str) -> Settlement,
    check: impl Fn(&Project),
) -> usize {
    let mut in_doubt = 0;
    for calls in 0.. {
        project.clear();
        let mut driver = Crashing::new(project.driver(), calls);
        let (directory, options) = (project.directory(), RunOptions::default());
        let result = runner::upgrade(&mut driver, &directory, &ids(&["b"]), &options, &mut |_| {});
        let has_crashed = driver.has_crashed();
        drop(driver);
        if has_crashed {
            let mut result = upgraded(project, "b");
            while let Err(error) = &result
                && error.class() == ErrorClass::InDoubt
            {
                in_doubt += 1;
                let settlement = settled(project, &project.query(STARTED)[0]);
                runner::resolve(project.driver().as_mut(), &project.directory(), settlement, &mut |_| {})
                    .unwrap();
                result = upgraded(project, "b");
            }
            result.unwrap_or_else(|error| panic!("call {calls}: {error}"));
        } else {
            result.unwrap();
        }
        check(project);
        assert_eq!(project.applied(), ["a", "b"]);
        assert!(project.query("SELECT revision FROM schema_history_steps").is_empty());
        if !has_crashed {
            break;
        }
    }
    in_doubt
}

fn engines(project: &Project) -> Vec<String> {
    let wanted = "SELECT ENGINE FROM information_schema.ENGINES WHERE TRANSACTIONS = 'NO' AND SUPPORT IN ('YES', 'DEFAULT') \
                  AND ENGINE IN ('MyISAM', 'Aria', 'MEMORY', 'CSV', 'ARCHIVE')";
    project.query(wanted)
}

#[test]
fn each_statement_runs_once_wherever_the_run_is_cut() {
    let Some(project) = Project::on(Server::Mysql) else { return };
    let engines = engines(&project);
    assert!(engines.len() >= 3, "{engines:?}");
    for engine in engines {
        let Some(mut project) = Project::on(Server::Mysql) else { return };
        // CSV has neither keys nor columns without NOT NULL, ARCHIVE no UPDATE.
        project
            .revision(
                "a",
                &format!("CREATE TABLE log (n int NOT NULL) ENGINE={engine};\nCREATE TABLE safe (n int);"),
                "",
            )
            .revision(
                "b",
                &format!(
                    "INSERT INTO safe VALUES (1);
                     INSERT INTO log VALUES (1), (10);
                     INSERT INTO safe VALUES (2);
                     CREATE TABLE own (n int NOT NULL) ENGINE={engine};
                     INSERT INTO safe VALUES (3);
                     INSERT INTO own SELECT n FROM log;
                     INSERT INTO log SELECT count(*) FROM safe;"
                ),
                "",
            );
        let settled = |project: &Project, step: &str| {
            let ran = match step {
                "2" => "SELECT n FROM log WHERE n = 10",
                "6" => "SELECT n FROM own LIMIT 1",
                "7" => "SELECT n FROM log WHERE n = 3",
                step => panic!("step {step} is in doubt"),
            };
            if project.query(ran).is_empty() { Settlement::Redo } else { Settlement::Done }
        };
        let in_doubt = cut_everywhere(&project, settled, |project| {
            let sum =
                |table: &str| project.query(&format!("SELECT concat(count(*), ' ', sum(n)) FROM {table}"));
            assert_eq!([sum("safe"), sum("log"), sum("own")].concat(), ["3 6", "3 14", "2 11"], "{engine}");
        });
        // Lost before its commit, each of the three is in doubt; what has not written anything is done again unasked.
        assert!((3..40).contains(&in_doubt), "{engine}: {in_doubt}");
    }
}

#[test]
fn what_triggers_functions_and_views_write_is_seen() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project
        .revision(
            "a",
            "CREATE TABLE log (n int) ENGINE=MyISAM;
             CREATE TABLE safe (n int);
             CREATE VIEW v AS SELECT n FROM log WHERE n > 0;
             CREATE FUNCTION noted(x int) RETURNS int DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO log VALUES (x); RETURN x; END;",
            "",
        )
        .revision(
            "b",
            "INSERT INTO safe VALUES (noted(1));
             INSERT INTO v VALUES (2);
             CREATE TRIGGER g AFTER INSERT ON safe FOR EACH ROW INSERT INTO log VALUES (NEW.n * 10);
             INSERT INTO safe VALUES (3);
             UPDATE safe SET n = n + 1;
             DROP TRIGGER g;",
            "",
        );
    let settled = |project: &Project, step: &str| {
        let ran = match step {
            "1" => "SELECT n FROM log WHERE n = 1",
            "2" => "SELECT n FROM log WHERE n = 2",
            "4" => "SELECT n FROM log WHERE n = 30",
            step => panic!("step {step} is in doubt"),
        };
        assert!(!project.query(ran).is_empty(), "step {step} left nothing");
        // The part in the other table was rolled back.
        match step {
            "1" => project.execute(&["INSERT INTO safe VALUES (1)"]),
            "4" => project.execute(&["INSERT INTO safe VALUES (3)", "DELETE FROM log WHERE n = 30 LIMIT 1"]),
            _ => {}
        }
        Settlement::Done
    };
    let in_doubt = cut_everywhere(&project, settled, |project| {
        assert_eq!(project.query("SELECT n FROM safe ORDER BY n"), ["2", "4"]);
        assert_eq!(project.query("SELECT n FROM log ORDER BY n"), ["1", "2", "30"]);
    });
    assert!(in_doubt >= 3, "{in_doubt}");
}

#[test]
fn a_statement_that_is_refused_half_way_is_in_doubt_and_is_not_repeated() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project
        .revision("a", "CREATE TABLE t (n int PRIMARY KEY) ENGINE=MyISAM;\nINSERT INTO t VALUES (3);", "")
        .revision("b", "INSERT INTO t VALUES (1), (2), (3), (4);", "");
    assert_eq!(upgraded(&project, "b").unwrap_err().class(), ErrorClass::Refused);
    assert_eq!(project.query("SELECT n FROM t ORDER BY n"), ["1", "2", "3"]);
    assert_eq!(upgraded(&project, "b").unwrap_err().class(), ErrorClass::InDoubt);
    // One that has written nothing may be corrected.
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project
        .revision("a", "CREATE TABLE t (n int PRIMARY KEY) ENGINE=MyISAM;\nINSERT INTO t VALUES (3);", "")
        .revision("b", "INSERT INTO t VALUES (3), (4);", "");
    assert_eq!(upgraded(&project, "b").unwrap_err().class(), ErrorClass::Refused);
    project.execute(&["DELETE FROM t WHERE n = 3"]);
    upgraded(&project, "b").unwrap();
    assert_eq!(project.query("SELECT n FROM t ORDER BY n"), ["3", "4"]);
}

#[test]
fn a_key_that_a_statement_generated_is_not_read_behind_it() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    let table = "(id int AUTO_INCREMENT PRIMARY KEY, parent int) ENGINE";
    project
        .revision("a", &format!("CREATE TABLE t {table}=MyISAM;\nCREATE TABLE s {table}=InnoDB;"), "")
        .revision(
            "b",
            "INSERT INTO t (parent) VALUES (NULL);\nINSERT INTO s (parent) VALUES (LAST_INSERT_ID());",
            "",
        );
    let error = upgraded(&project, "b").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage, "{error}");
    assert!(project.query("SELECT id FROM t").is_empty());
}

#[test]
fn a_seed_is_put_in_as_a_whole_or_refused() {
    let Some(project) = Project::on(Server::Mysql) else { return };
    project.execute(&["CREATE TABLE t (n int) ENGINE=MyISAM", "CREATE TABLE s (n int)"]);
    let seed = |text: &str| {
        let statements = parse_seed(text, project.engine()).unwrap();
        let checksum = schema_core::revision::Checksum::of(text);
        let (values, options) = (BTreeMap::new(), RunOptions::default());
        runner::seed(project.driver().as_mut(), &statements, &values, &checksum, &options, &mut |_| {})
    };
    let error = seed("INSERT INTO s VALUES (1);\nINSERT INTO t VALUES (1);").unwrap_err();
    assert_eq!(error.class(), ErrorClass::Usage);
    assert!(error.to_string().starts_with("line 2 of the seed"), "{error}");
    assert!(project.query("SELECT n FROM s").is_empty());
    assert!(seed("INSERT INTO s VALUES (1);").unwrap());
}

#[test]
fn the_history_has_transactions_whatever_the_servers_usual_engine_is() {
    let Some(mut project) = Project::on(Server::Mysql) else { return };
    project.revision("a", "CREATE TABLE t (n int);", "");
    let mut driver = project.driver();
    driver.execute("SET default_storage_engine = MyISAM").unwrap();
    runner::upgrade(driver.as_mut(), &project.directory(), &ids(&["a"]), &RunOptions::default(), &mut |_| {})
        .unwrap();
    let engines = "SELECT DISTINCT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME LIKE 'schema_history%'";
    assert_eq!(project.query(engines), ["InnoDB"]);
}
