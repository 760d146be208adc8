//! MariaDB's packages and their bodies: created, changed and dropped, with what calls them.

use super::objects::{changed_and_back, compared, database};
use schema_core::apply::apply;
use schema_core::driver::Value;
use schema_core::model::Engine;
use schema_tests::mysql::differences;
use schema_tests::server::Server;

const MODE: &str = "SET sql_mode = 'ORACLE';";

const PACKAGE: &str = "CREATE PACKAGE p AS FUNCTION f(a int) RETURN int; PROCEDURE q(a int); END;";

const BODY: &str = "CREATE PACKAGE BODY p AS x int := 1; FUNCTION f(a int) RETURN int AS BEGIN RETURN a + x; END; \
     PROCEDURE q(a int) AS BEGIN SELECT a FROM logs; END; BEGIN x := 2; END;";

fn is_mariadb() -> bool {
    let Some(server) = Server::Mysql.url() else { return false };
    database(&server, "").driver().engine() == Engine::Mariadb
}

#[test]
fn packages_are_created_changed_and_dropped_and_come_back() {
    if !is_mariadb() {
        return;
    }
    let other = PACKAGE.replace("PROCEDURE q", "FUNCTION g RETURN int; PROCEDURE q");
    let other_body =
        BODY.replace("PROCEDURE q", "FUNCTION g RETURN int AS BEGIN RETURN f(3); END; PROCEDURE q");
    let strange = "CREATE PACKAGE `pack body` SQL SECURITY INVOKER COMMENT 'it''s; \"so\"' AS PROCEDURE q; END; \
         CREATE PACKAGE BODY `pack body` SQL SECURITY INVOKER COMMENT 'b' AS PROCEDURE q AS BEGIN SELECT 1 AS \"a b\"; END; END;";
    let scripts = [
        ("a new one", String::new(), PACKAGE.to_owned()),
        ("a new one with its body", String::new(), format!("{PACKAGE}{BODY}")),
        ("a new body", PACKAGE.to_owned(), format!("{PACKAGE}{BODY}")),
        (
            "another body",
            format!("{PACKAGE}{BODY}"),
            format!("{PACKAGE}{}", BODY.replace("x := 2", "x := 3")),
        ),
        ("a function more", format!("{PACKAGE}{BODY}"), format!("{other}{other_body}")),
        (
            "another comment, and the body that goes with it",
            format!("{PACKAGE}{BODY}"),
            format!("{}{BODY}", PACKAGE.replace(" AS F", " COMMENT 'new' AS F")),
        ),
        (
            "another package, and no body any more",
            format!("{PACKAGE}{BODY}"),
            PACKAGE.replace(" AS F", " COMMENT 'new' AS F"),
        ),
        ("another letter case", format!("{PACKAGE}{BODY}"), format!("{PACKAGE}{BODY}").replace(" p ", " P ")),
        (
            "another definer",
            format!("{PACKAGE}{BODY}"),
            format!("{PACKAGE}{}", BODY.replace("PACKAGE", "DEFINER = `nobody`@`localhost` PACKAGE")),
        ),
        (
            "backslashes that escape nothing",
            format!("{PACKAGE}{BODY}"),
            format!(
                "SET sql_mode = 'ORACLE,NO_BACKSLASH_ESCAPES'; {}{}",
                PACKAGE.replace(" AS F", r" COMMENT 'it''s \n, a;\' AS F"),
                BODY.replace(" AS x", r" COMMENT 'it''s \n, a;\' AS x"),
            ),
        ),
        ("names and texts that need quotes", String::new(), strange.to_owned()),
        (
            "a view that calls it",
            String::new(),
            format!(
                "{PACKAGE}{BODY} CREATE VIEW v AS SELECT p.f(id) AS x FROM logs; CREATE VIEW w AS SELECT x FROM v"
            ),
        ),
        (
            "what calls it",
            String::new(),
            format!(
                "{PACKAGE}{BODY} CREATE FUNCTION z(a int) RETURN int AS b int; BEGIN b := p.f(a); RETURN b; END; \
                 CREATE TRIGGER g BEFORE INSERT ON logs FOR EACH ROW DECLARE b int; BEGIN b := p.f(1); END"
            ),
        ),
    ];
    let scripts: Vec<(&str, String, String)> = scripts
        .into_iter()
        .map(|(what, before, after)| (what, format!("{MODE}{before}"), format!("{MODE}{after}")))
        .collect();
    let changes: Vec<(&str, &str, &str)> =
        scripts.iter().map(|(what, before, after)| (*what, before.as_str(), after.as_str())).collect();
    changed_and_back("packages", &changes);
}

#[test]
fn who_may_run_a_package_still_may_once_it_is_replaced() {
    let Some(server) = Server::Mysql.url().filter(|_| is_mariadb()) else { return };
    let user = format!("user_{}", std::process::id());
    let before = format!("{MODE}{PACKAGE}{BODY}");
    let after = before.replace("AS FUNCTION f", "COMMENT 'new' AS FUNCTION f");
    let (mut from, mut to) = (database(&server, &before), database(&server, &after));
    let name = from.driver().query("SELECT DATABASE()", &[]).unwrap().remove(0).remove(0);
    let rights = format!(
        "SELECT CONCAT_WS(' ', User, Routine_name, Routine_type, CAST(Proc_priv AS CHAR)) FROM mysql.procs_priv WHERE Db = '{}' ORDER BY 1",
        name.as_text().unwrap()
    );
    from.load(&format!(
        "CREATE USER '{user}'@'10.%'; {MODE} GRANT EXECUTE ON PACKAGE p TO '{user}'@'10.%'; \
         GRANT EXECUTE ON PACKAGE BODY p TO '{user}'@'10.%'"
    ))
    .unwrap();
    from.driver().reset_session(&[]).unwrap();
    let had = from.driver().query(&rights, &[]).unwrap();
    let comparison = compared(&mut from, &mut to);
    let done = apply(from.driver(), &comparison.up().unwrap(), &[]);
    let has = from.driver().query(&rights, &[]).unwrap();
    let is_equal = differences(&to.dump(), &from.dump());
    from.load(&format!("DROP USER '{user}'@'10.%'")).unwrap();
    done.unwrap();
    assert_eq!(is_equal, "");
    assert_eq!((had.len(), &has), (2, &had));
    from.driver().execute(MODE).unwrap();
    assert_eq!(from.driver().query("SELECT p.f(1)", &[]).unwrap(), [[Value::Integer(3)]]);
}
