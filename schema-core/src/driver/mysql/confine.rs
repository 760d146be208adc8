//! What a statement would do beyond the scratch database that it is tried on.

use super::connection::{Connection, get};
use crate::dialect::mysql::{StatementEffect, Version};
use crate::driver::DriverError;
use crate::model::Engine;
use crate::sql::{
    Effect, Token, TokenKind, Words, has_nested_executed_comment, tokenize, unquote_identifier,
    with_executed_comments,
};
use std::collections::BTreeSet;

/// What is read by everybody and changed by nobody.
const READ_ONLY: [&str; 3] = ["information_schema", "performance_schema", "sys"];

/// The databases of a server that a statement tried on this one must not reach, in lower case.
pub(super) fn other_databases(
    connection: &mut Connection,
    own: Option<&str>,
) -> Result<BTreeSet<String>, DriverError> {
    let rows = connection.rows("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA", ())?;
    let own = own.map(str::to_lowercase);
    let mut names = BTreeSet::new();
    for row in rows {
        names.insert(get::<String>(&row, 0)?.to_lowercase());
    }
    names.retain(|name| Some(name) != own.as_ref() && !READ_ONLY.contains(&name.as_str()));
    Ok(names)
}

/// Why a statement must not be tried; none where it reaches nothing else. The databases are all others, in lower case.
pub(super) fn beyond(
    statement: &str,
    engine: Engine,
    version: Version,
    databases: &BTreeSet<String>,
) -> Option<String> {
    if has_nested_executed_comment(statement, engine) {
        return Some("it has a comment inside a comment that the server runs".to_owned());
    }
    let statement = &*with_executed_comments(statement, engine, version.number());
    if !is_about_schema_or_rows(statement, engine) {
        return Some("it changes more than tables, views, routines and rows".to_owned());
    }
    mentioned(statement, engine, databases)
        .map(|name| format!("it names the database `{}`", name.escape_debug()))
}

fn is_about_schema_or_rows(statement: &str, engine: Engine) -> bool {
    let mut words = Words::new(statement, engine);
    match words.keyword().as_str() {
        "ALTER" | "CREATE" | "DROP" | "RENAME" => match StatementEffect::of(statement, engine) {
            StatementEffect::Define { kind, .. } | StatementEffect::Drop { kind, .. } => kind != "DATABASE",
            StatementEffect::RenameSeveral { .. } => true,
            StatementEffect::Repeatable | StatementEffect::Other => {
                let _ = words.skip("OR") && words.skip("REPLACE");
                words.skip("TEMPORARY")
            }
        },
        "SET" => Effect::of(statement, engine).is_transactional && !has_word(statement, engine, &["GLOBAL"]),
        "SELECT" | "TABLE" | "VALUES" | "WITH" => !has_word(statement, engine, &["OUTFILE", "DUMPFILE"]),
        "ANALYZE" | "BEGIN" | "CALL" | "CHECK" | "CHECKSUM" | "DELETE" | "DESC" | "DESCRIBE" | "DO"
        | "EXPLAIN" | "INSERT" | "LOCK" | "OPTIMIZE" | "REPAIR" | "REPLACE" | "SHOW" | "TRUNCATE"
        | "UNLOCK" | "UPDATE" => true,
        _ => false,
    }
}

fn has_word(statement: &str, engine: Engine, words: &[&str]) -> bool {
    tokenize(statement, engine).iter().any(|token| {
        let text = token.text(statement).to_ascii_uppercase();
        let name =
            text.strip_prefix("@@").map_or(text.as_str(), |rest| rest.split('.').next().unwrap_or(rest));
        matches!(token.kind, TokenKind::Word | TokenKind::Parameter) && words.contains(&name)
    })
}

/// The first of these databases that qualifies a name.
fn mentioned(statement: &str, engine: Engine, databases: &BTreeSet<String>) -> Option<String> {
    let tokens: Vec<Token> =
        tokenize(statement, engine).into_iter().filter(|token| !token.is_trivia()).collect();
    let is_name = |token: &Token| token.kind.is_name();
    tokens.windows(2).find_map(|pair| {
        let [name, dot] = pair else { return None };
        let name = Some(name).filter(|name| is_name(name) && dot.text(statement) == ".")?;
        let name = unquote_identifier(name.text(statement));
        databases.contains(&name.to_lowercase()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_beyond_the_copy_is_known() {
        let databases = BTreeSet::from(["app".to_owned(), "audit".to_owned()]);
        let version = Version { major: 10, minor: 11, patch: 19 };
        let beyond = |statement: &str| beyond(statement, Engine::Mariadb, version, &databases);
        for statement in [
            "CREATE TABLE t (a int)",
            "CREATE TEMPORARY TABLE t (a int)",
            "UPDATE t, u SET t.a = u.b",
            "SET foreign_key_checks = 0",
            "SELECT 'app.t'",
            "DROP PROCEDURE p",
            // It does not run there.
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t",
            "CREATE UNIQUE INDEX i ON t (a)",
            "CREATE TABLE t (a int) /*!50100 ROW_FORMAT = DYNAMIC */",
            "CREATE TABLE t (a int) /*!999999 COMMENT = 'app.t' */",
            "DROP TABLE /* app.t */ t",
        ] {
            assert_eq!(beyond(statement), None, "{statement}");
        }
        for statement in [
            "ALTER TABLE app.t ADD a int",
            "INSERT INTO `APP` . t VALUES (1)",
            "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW INSERT INTO audit.log VALUES (1)",
            "USE app",
            "DROP DATABASE app",
            "GRANT SELECT ON t TO ann",
            "CREATE USER ann",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM app.t",
            "SET GLOBAL a = 1",
            "SET @a = 1, @@global.b = 1",
            "SELECT 1 INTO OUTFILE '/tmp/x'",
            "DROP TABLE /*! app.t */",
            "DROP TABLE /*!50100 `app` */ . t",
            "/*!50003 DROP */ DATABASE app",
            "/*M!100000 SET GLOBAL a = 1 */",
            "SELECT 1 /*! INTO OUTFILE '/tmp/x' */",
            "DROP TABLE /*! t /* */ , app.t -- */",
            "EXECUTE IMMEDIATE 'DROP TABLE app.t'",
        ] {
            assert!(beyond(statement).is_some(), "{statement}");
        }
    }
}
