//! What a statement of models makes, told by its words, so that nothing is made twice. What it really makes, the server tells.

use crate::model::Engine;
use crate::sql::{Words, unquote_identifier};

/// What a CREATE makes.
pub(super) struct Made {
    /// The last word before the name: `FUNCTION`.
    pub(super) kind: String,
    /// The parts of the name, as the engine reads them.
    pub(super) name: Vec<String>,
    /// What tells it from others of the same name: the arguments of a function, the table of a trigger.
    pub(super) more: String,
}

/// What the statement makes; none where it is no CREATE, or its name cannot be found.
pub(super) fn made(sql: &str, engine: Engine) -> Option<Made> {
    const KINDS: [&str; 20] = [
        "AGGREGATE",
        "COLLATION",
        "DOMAIN",
        "EVENT",
        "EXTENSION",
        "FUNCTION",
        "INDEX",
        "PACKAGE",
        "POLICY",
        "PROCEDURE",
        "ROLE",
        "RULE",
        "SCHEMA",
        "SEQUENCE",
        "STATISTICS",
        "TABLE",
        "TRIGGER",
        "TYPE",
        "USER",
        "VIEW",
    ];
    /// Kinds whose statements name other objects first.
    const OTHERS: [&str; 10] = [
        "ACCESS",
        "CAST",
        "CONVERSION",
        "DATA",
        "LANGUAGE",
        "OPERATOR",
        "PUBLICATION",
        "SERVER",
        "TEXT",
        "TRANSFORM",
    ];
    let mut words = Words::new(sql, engine);
    if !words.skip("CREATE") {
        return None;
    }
    let kind = loop {
        if words.is_at_end() {
            return None;
        }
        let word = words.keyword();
        if OTHERS.contains(&word.as_str()) {
            return None;
        }
        if KINDS.contains(&word.as_str()) {
            break word;
        }
    };
    if engine == Engine::Postgres && kind == "EVENT" {
        words.skip("TRIGGER");
    }
    let is_body = kind == "PACKAGE" && words.skip("BODY");
    if words.skip("IF") {
        words.skip("NOT");
        words.skip("EXISTS");
    }
    let name = words.name()?;
    let name = Words::parts(&name, engine).iter().map(|part| read(part, engine)).collect();
    let mut more = String::new();
    match kind.as_str() {
        "FUNCTION" | "PROCEDURE" | "AGGREGATE" if engine == Engine::Postgres => {
            let mut depth = 0usize;
            while let Some(word) = words.word() {
                match word {
                    "(" => depth += 1,
                    ")" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                more.push_str(&read(word, engine));
                more.push(' ');
                if depth == 0 {
                    break;
                }
            }
        }
        "TRIGGER" | "RULE" | "POLICY" if engine == Engine::Postgres => {
            let before = if kind == "RULE" { "TO" } else { "ON" };
            while !words.is_at_end() && !words.skip(before) {
                words.keyword();
            }
            let name = words.name().unwrap_or_default();
            let parts: Vec<String> =
                Words::parts(&name, engine).iter().map(|part| read(part, engine)).collect();
            more = format!("{parts:?}");
        }
        "PACKAGE" => more = if is_body { "body".to_owned() } else { String::new() },
        _ => {}
    }
    Some(Made { kind, name, more })
}

/// A word as the engine reads it: PostgreSQL writes those without quotes in small letters, others leave them and compare without regard to case.
fn read(word: &str, engine: Engine) -> String {
    match engine {
        Engine::Postgres if !word.contains('"') => word.to_lowercase(),
        Engine::Postgres | Engine::Sqlite | Engine::Mysql | Engine::Mariadb => unquote_identifier(word),
    }
}

/// A name in which two statements agree where they make the same object. Only PostgreSQL tells all names apart by case.
pub(super) fn fold(name: &str, engine: Engine) -> String {
    match engine {
        Engine::Postgres => name.to_owned(),
        Engine::Sqlite | Engine::Mysql | Engine::Mariadb => name.to_lowercase(),
    }
}

/// The object that a statement makes, as a text that two statements share where they make the same one.
pub(super) fn object_made_by(sql: &str, engine: Engine) -> Option<String> {
    let Made { kind, name, more } = made(sql, engine)?;
    // The engines have one name for each of these.
    let kind = if kind == "PROCEDURE" && engine == Engine::Postgres { "FUNCTION" } else { &kind };
    let name: Vec<String> = name.iter().map(|part| fold(part, engine)).collect();
    Some(format!("{kind} {name:?} {more}"))
}

/// The schema that a statement makes.
pub(super) fn schema_made_by(sql: &str, engine: Engine) -> Option<String> {
    let Made { kind, name, more: _ } = made(sql, engine)?;
    name.into_iter().next_back().filter(|_| kind == "SCHEMA" && engine == Engine::Postgres)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_statements_make_is_told_apart() {
        let same = |one: &str, other: &str, engine| {
            object_made_by(one, engine).unwrap() == object_made_by(other, engine).unwrap()
        };
        let function = |arguments: &str| {
            format!("CREATE OR REPLACE FUNCTION f({arguments}) RETURNS int LANGUAGE sql AS 'SELECT 1'")
        };
        assert!(same(&function("a int"), &function("A INT"), Engine::Postgres));
        assert!(!same(&function("a int"), &function("a text"), Engine::Postgres));
        assert!(same(
            "CREATE VIEW IF NOT EXISTS v AS SELECT 1",
            "CREATE VIEW \"V\" AS SELECT 2",
            Engine::Sqlite
        ));
        let view = |name: &str| format!("CREATE VIEW {name} AS SELECT 1");
        assert!(!same(&view("v"), &view("\"V\""), Engine::Postgres));
        assert!(same(&view("V"), &view("\"v\""), Engine::Postgres));
        assert!(!same(&function("a \"Mood\""), &function("a mood"), Engine::Postgres));
        let on = |table: &str| {
            format!("CREATE TRIGGER t BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION f()")
        };
        assert!(!same(&on("a"), &on("b"), Engine::Postgres));
        assert!(!same(&on("a"), &on("\"A\""), Engine::Postgres));
        assert!(same(&on("a"), &on("A"), Engine::Postgres));
        let rule = |table: &str| format!("CREATE RULE r AS ON UPDATE TO {table} DO NOTHING");
        assert!(!same(&rule("a"), &rule("b"), Engine::Postgres));
        assert_eq!(object_made_by("CREATE CAST (a AS b) WITH FUNCTION f(a)", Engine::Postgres), None);
        assert_eq!(
            schema_made_by("CREATE SCHEMA IF NOT EXISTS \"app\"", Engine::Postgres).as_deref(),
            Some("app")
        );
    }
}
