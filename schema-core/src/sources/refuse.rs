//! Which statements models may say: those that make objects, and no others.

use super::made::made;
use crate::model::Engine;
use crate::sql::{Directive, TokenKind, Words, tokenize};

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
pub(super) const DIRECTIVE: Refusal = Refusal {
    reason: "a comment in it begins with `schema:`, which a script would take for a directive",
    hint: "begin the comment with another word",
};
const OFF: Refusal = Refusal {
    reason: "row-level security is off where no model switches it on",
    hint: "leave it out: it goes off once no model says `ENABLE ROW LEVEL SECURITY` or `FORCE` any more",
};
const FROM_NOW_ON: Refusal = Refusal {
    reason: "it would be another moment each time",
    hint: "say the moment itself (`AT '2031-01-01 00:00:00'`), or make the event in a revision",
};
const GRANT: Refusal = Refusal {
    reason: "these owners and grants are not compared",
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
    if has_directive(sql, engine) {
        return Some(DIRECTIVE);
    }
    match words.keyword().as_str() {
        "CREATE" => create(words, sql, engine),
        "ALTER" => alter(words, sql, engine),
        "COMMENT" if engine == Engine::Postgres => None,
        "DROP" => {
            let is_of_structs = matches!(words.keyword().as_str(), "TABLE" | "INDEX");
            (is_of_structs || !Words::new(sql, engine).skip_past(["IF", "EXISTS"])).then_some(DROP)
        }
        "GRANT" | "REVOKE" if engine == Engine::Postgres => grant(words),
        "GRANT" | "REVOKE" => Some(GRANT),
        "SET" | "RESET" | "USE" | "PRAGMA" | "BEGIN" | "START" | "COMMIT" | "ROLLBACK" | "SAVEPOINT"
        | "RELEASE" | "END" => Some(SESSION),
        _ => Some(ROWS),
    }
}

fn create(mut words: Words<'_>, sql: &str, engine: Engine) -> Option<Refusal> {
    if words.skip("OR") {
        words.skip("REPLACE");
    }
    let temporary = match engine {
        Engine::Sqlite => Some("temp"),
        Engine::Postgres => Some("pg_temp"),
        Engine::Mysql | Engine::Mariadb => None,
    };
    let made = made(sql, engine);
    let schema = made.as_ref().and_then(|made| made.name.first().filter(|_| made.name.len() > 1));
    if schema.is_some_and(|schema| Some(schema.as_str()) == temporary) {
        return Some(TEMPORARY);
    }
    if made.is_some_and(|made| made.kind == "EVENT") && is_from_now_on(words.clone()) {
        return Some(FROM_NOW_ON);
    }
    match words.keyword().as_str() {
        "TABLE" | "UNLOGGED" => Some(TABLE),
        "TEMP" | "TEMPORARY" | "GLOBAL" | "LOCAL" => Some(TEMPORARY),
        "DATABASE" | "ROLE" | "USER" | "GROUP" | "TABLESPACE" | "SUBSCRIPTION" | "SERVER" => Some(SERVER),
        _ => None,
    }
}

/// Whether an event runs at a time that is counted from its creation.
fn is_from_now_on(mut words: Words<'_>) -> bool {
    let is_relative = ["CURRENT_TIMESTAMP", "NOW", "SYSDATE", "LOCALTIME", "LOCALTIMESTAMP"];
    while !words.is_at_end() && !words.is_next("DO") {
        if words.keyword() == "AT" && is_relative.iter().any(|word| words.is_next(word)) {
            return true;
        }
    }
    false
}

/// Rights on objects of the database can be said; who is a member of a role, and rights on what belongs to the server, cannot.
fn grant(mut words: Words<'_>) -> Option<Refusal> {
    while !words.is_at_end() {
        if words.keyword() == "ON" {
            return match words.keyword().as_str() {
                "DATABASE" | "TABLESPACE" | "PARAMETER" => Some(SERVER),
                "FOREIGN" | "LANGUAGE" | "LARGE" => Some(GRANT),
                _ => None,
            };
        }
    }
    Some(SERVER)
}

/// Of what owners can be said.
const OWNED: [&str; 11] = [
    "TABLE",
    "VIEW",
    "MATERIALIZED",
    "SEQUENCE",
    "FUNCTION",
    "PROCEDURE",
    "ROUTINE",
    "AGGREGATE",
    "TYPE",
    "DOMAIN",
    "SCHEMA",
];

fn alter(mut words: Words<'_>, sql: &str, engine: Engine) -> Option<Refusal> {
    let kind = words.keyword();
    if Words::new(sql, engine).skip_past(["OWNER", "TO"]) {
        return (engine != Engine::Postgres || !OWNED.contains(&kind.as_str())).then_some(GRANT);
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
            match (action.as_str(), what.as_str()) {
                ("DISABLE" | "NO", "ROW") => Some(OFF),
                ("ENABLE" | "FORCE", "ROW")
                | ("ENABLE" | "DISABLE", "TRIGGER" | "RULE" | "ALWAYS" | "REPLICA") => None,
                _ => Some(ALTER_TABLE),
            }
        }
        "DATABASE" | "ROLE" | "USER" | "GROUP" | "SYSTEM" | "TABLESPACE" | "SUBSCRIPTION" | "SERVER"
        | "INSTANCE" => Some(SERVER),
        _ => None,
    }
}

/// Whether a script would take a comment of it for a directive.
pub(super) fn has_directive(sql: &str, engine: Engine) -> bool {
    tokenize(sql, engine).iter().any(|token| {
        let text = token.text(sql);
        token.kind == TokenKind::LineComment && Directive::parse(text).is_some()
    })
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
            "ALTER TABLE t ENABLE ALWAYS TRIGGER a",
            "ALTER POLICY own ON t USING (owner = current_user)",
            "COMMENT ON FUNCTION f() IS 'x'",
            "DROP FUNCTION IF EXISTS f()",
            "ALTER FUNCTION f() OWNER TO bob",
            "GRANT SELECT (a), UPDATE ON t TO bob WITH GRANT OPTION",
            "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO bob",
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
            ("ALTER EVENT TRIGGER e OWNER TO bob", GRANT),
            ("GRANT USAGE ON FOREIGN SERVER s TO bob", GRANT),
            ("GRANT CONNECT ON DATABASE d TO bob", SERVER),
            ("GRANT reader TO bob", SERVER),
            ("CREATE ROLE bob", SERVER),
            ("DROP FUNCTION f()", DROP),
            ("INSERT INTO t VALUES (1)", ROWS),
            ("SELECT cron.schedule('x', '* * * * *', 'SELECT 1')", ROWS),
            ("SET search_path = app", SESSION),
            ("CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", TEMPORARY),
            ("DROP TABLE IF EXISTS t", DROP),
            ("ALTER TABLE t DISABLE ROW LEVEL SECURITY", OFF),
            ("ALTER TABLE t NO FORCE ROW LEVEL SECURITY", OFF),
        ] {
            assert_eq!(refusal(sql, Engine::Postgres), Some(expected), "{sql}");
        }
    }

    #[test]
    fn statements_on_other_engines_are_refused_for_their_own_reasons() {
        let event = "CREATE EVENT e ON SCHEDULE AT CURRENT_TIMESTAMP + INTERVAL 3 DAY DO DELETE FROM t";
        assert_eq!(refusal(event, Engine::Mysql), Some(FROM_NOW_ON));
        assert_eq!(refusal("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @at = NOW()", Engine::Mysql), None);
        let trigger = "CREATE TRIGGER temp.t AFTER INSERT ON users BEGIN SELECT 1; END";
        assert_eq!(refusal(trigger, Engine::Sqlite), Some(TEMPORARY));
        let commented = "CREATE TRIGGER t AFTER INSERT ON users BEGIN\n-- schema: autocommit\nSELECT 1; END";
        assert_eq!(refusal(commented, Engine::Mariadb), Some(DIRECTIVE));
    }
}
