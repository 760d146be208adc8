//! Which statements models may say: those that make objects, and no others.

use crate::model::Engine;
use crate::sql::Words;

/// Why models cannot say a statement, and what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) reason: &'static str,
    pub(super) hint: &'static str,
}

const TABLE: Refusal =
    Refusal { reason: "structs say tables", hint: "derive `Table` for a struct, or say it in a revision" };
const ALTER_TABLE: Refusal = Refusal {
    reason: "structs say tables; SQL beside them switches only row-level security, triggers and rules",
    hint: "say it on the struct, or in a revision",
};
const SERVER: Refusal =
    Refusal { reason: "it is the server's, not the schema's", hint: "run it once by hand, or in a revision" };
const TEMPORARY: Refusal =
    Refusal { reason: "it would be gone with the session", hint: "leave `TEMPORARY` out" };
const GRANT: Refusal = Refusal {
    reason: "owners and grants are not compared",
    hint: "say them in a revision; they are kept when an object is recreated",
};
const DROP: Refusal = Refusal {
    reason: "it drops what is there, and models say what is to be there",
    hint: "leave it out: what models no longer say is dropped, or drop it in a revision",
};
const ROWS: Refusal = Refusal {
    reason: "models say objects, and this makes none",
    hint: "write rows and what is done once into a revision (`schema-cli revision`)",
};
const SESSION: Refusal = Refusal {
    reason: "models say objects, and this sets the session",
    hint: "leave it out; a function keeps settings of its own with `SET`",
};

/// Why models cannot say the statement; none where they can.
pub(super) fn refusal(sql: &str, engine: Engine) -> Option<Refusal> {
    let mut words = Words::new(sql, engine);
    match words.keyword().as_str() {
        "CREATE" => create(words),
        "ALTER" => alter(words, sql, engine),
        "COMMENT" if engine == Engine::Postgres => None,
        "DROP" => (!has_word(sql, engine, "IF")).then_some(DROP),
        "GRANT" | "REVOKE" => Some(GRANT),
        "SET" | "RESET" | "USE" | "PRAGMA" | "BEGIN" | "START" | "COMMIT" | "ROLLBACK" | "SAVEPOINT"
        | "RELEASE" | "END" => Some(SESSION),
        _ => Some(ROWS),
    }
}

fn create(mut words: Words<'_>) -> Option<Refusal> {
    if words.skip("OR") {
        words.skip("REPLACE");
    }
    match words.keyword().as_str() {
        "TABLE" | "UNLOGGED" => Some(TABLE),
        "TEMP" | "TEMPORARY" | "GLOBAL" | "LOCAL" => Some(TEMPORARY),
        "DATABASE" | "ROLE" | "USER" | "GROUP" | "TABLESPACE" | "SUBSCRIPTION" | "SERVER" => Some(SERVER),
        _ => None,
    }
}

fn alter(mut words: Words<'_>, sql: &str, engine: Engine) -> Option<Refusal> {
    let kind = words.keyword();
    if has_word(sql, engine, "OWNER") {
        return Some(GRANT);
    }
    match kind.as_str() {
        "TABLE" => {
            if words.skip("IF") {
                words.skip("EXISTS");
            }
            words.skip("ONLY");
            words.name();
            let action = words.keyword();
            let what = if action == "NO" || action == "FORCE" { "ROW".to_owned() } else { words.keyword() };
            let is_switch = matches!(action.as_str(), "ENABLE" | "DISABLE" | "FORCE" | "NO")
                && matches!(what.as_str(), "ROW" | "TRIGGER" | "RULE" | "ALWAYS" | "REPLICA");
            (!is_switch).then_some(ALTER_TABLE)
        }
        "DATABASE" | "ROLE" | "USER" | "GROUP" | "SYSTEM" | "TABLESPACE" | "SUBSCRIPTION" | "SERVER"
        | "INSTANCE" => Some(SERVER),
        "DEFAULT" => Some(GRANT),
        _ => None,
    }
}

fn has_word(sql: &str, engine: Engine, word: &str) -> bool {
    let mut words = Words::new(sql, engine);
    while !words.is_at_end() {
        if words.skip(word) {
            return true;
        }
        words.keyword();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_make_objects_are_taken() {
        for sql in [
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "create or replace trigger t BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION f()",
            "CREATE VIRTUAL TABLE docs USING fts5(body)",
            "CREATE UNIQUE INDEX i ON totals (id)",
            "ALTER TABLE ONLY app.\"t\" ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE t FORCE ROW LEVEL SECURITY",
            "ALTER TABLE t NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE t ENABLE ALWAYS TRIGGER a",
            "COMMENT ON FUNCTION f() IS 'x'",
            "DROP FUNCTION IF EXISTS f()",
        ] {
            assert_eq!(refusal(sql, Engine::Postgres), None, "{sql}");
        }
    }

    #[test]
    fn others_are_refused_for_a_reason() {
        for (sql, expected) in [
            ("CREATE TABLE t (a int)", TABLE),
            ("CREATE TEMP VIEW v AS SELECT 1", TEMPORARY),
            ("ALTER TABLE t ADD COLUMN a int", ALTER_TABLE),
            ("ALTER TABLE t ALTER COLUMN a SET STORAGE plain", ALTER_TABLE),
            ("ALTER FUNCTION f() OWNER TO bob", GRANT),
            ("GRANT SELECT ON t TO bob", GRANT),
            ("CREATE ROLE bob", SERVER),
            ("DROP FUNCTION f()", DROP),
            ("INSERT INTO t VALUES (1)", ROWS),
            ("SELECT cron.schedule('x', '* * * * *', 'SELECT 1')", ROWS),
            ("SET search_path = app", SESSION),
        ] {
            assert_eq!(refusal(sql, Engine::Postgres), Some(expected), "{sql}");
        }
    }
}
