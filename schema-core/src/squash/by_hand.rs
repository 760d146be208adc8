//! What in a script the planner has not written and could not write: statements that do more than the schemas before and after them tell.

use super::names::{Name, Names, columns, table};
use crate::dialect;
use crate::model::{DatabaseSchema, Engine};
use crate::sql::{Plan, Script, ScriptStatement, TokenKind, Words, tokenize};
use std::collections::BTreeSet;

/// A statement that stops a squash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ByHand {
    /// Its line.
    pub(super) line: usize,
    /// What is wrong with it.
    pub(super) what: &'static str,
}

/// What a script turns into what.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    pub(super) engine: Engine,
    pub(super) before: &'a DatabaseSchema,
    pub(super) after: &'a DatabaseSchema,
}

/// What the planner did not write and could not, if anything; `plan` makes of the schema before what the script makes of it.
pub(super) fn find(script: &Script, plan: &Plan, sides: Sides<'_>) -> Option<ByHand> {
    let engine = sides.engine;
    let planned: BTreeSet<String> =
        plan.statements.iter().map(|statement| words_of(&statement.sql, engine)).collect();
    script.statements.iter().find_map(|statement| {
        if planned.contains(&words_of(&statement.sql, engine)) && statement.batch.is_none() {
            return None;
        }
        reason(statement, sides).map(|what| ByHand { line: statement.line, what })
    })
}

/// What stops a squash whatever the schemas are.
pub(super) fn find_data(script: &Script) -> Option<ByHand> {
    script.statements.iter().find_map(|statement| {
        let what = if statement.rust.is_some() {
            "it runs a function of the application"
        } else if statement.batch.is_some() {
            "it changes rows, in batches"
        } else {
            return None;
        };
        Some(ByHand { line: statement.line, what })
    })
}

/// The statement without spaces and comments.
fn words_of(sql: &str, engine: Engine) -> String {
    let tokens = tokenize(sql, engine);
    let words: Vec<&str> =
        tokens.iter().filter(|token| !token.is_trivia()).map(|token| token.text(sql)).collect();
    words.join(" ")
}

/// What stands alone in ALTER TABLE and speaks of rows, of other tables, or of more than definitions.
const BEYOND_DEFINITIONS: [&str; 11] = [
    "ATTRIBUTE",
    "AUTO_INCREMENT",
    "CASCADE",
    "COALESCE",
    "CONVERT",
    "DETACH",
    "DISCARD",
    "EXCHANGE",
    "IMPORT",
    "RESTART",
    "TRUNCATE",
];

/// What DROP may stand before in ALTER TABLE where no rows go with it.
const WITHOUT_ROWS: [&str; 11] = [
    "CHECK",
    "CONSTRAINT",
    "DEFAULT",
    "EXPRESSION",
    "FOREIGN",
    "IDENTITY",
    "INDEX",
    "KEY",
    "NOT",
    "PRIMARY",
    "VALUE",
];

/// What DROP and ALTER may be about where the schemas tell all of it.
const DEFINITIONS: [&str; 14] = [
    "AGGREGATE",
    "DOMAIN",
    "EVENT",
    "FUNCTION",
    "INDEX",
    "MATERIALIZED",
    "POLICY",
    "PROCEDURE",
    "RULE",
    "SEQUENCE",
    "STATISTICS",
    "TRIGGER",
    "TYPE",
    "VIEW",
];

const ROWS: &str = "it changes rows, or may";
const DROPS: &str = "it drops what the schemas do not tell";
const MORE: &str = "it does more than a change of the schema tells";

fn reason(statement: &ScriptStatement, sides: Sides<'_>) -> Option<&'static str> {
    let engine = sides.engine;
    let sql = statement.sql.as_str();
    let mut words = Words::new(sql, engine);
    match words.keyword().as_str() {
        "CREATE" if BESIDE_THE_SCHEMA.contains(&words.keyword().as_str()) => Some(MORE),
        "CREATE" => creates_rows(sql, engine).then_some("it fills a table"),
        "ALTER" => {
            let what = words.keyword();
            if what == "TABLE" {
                (beyond_definitions(sql, engine) || !drops_what_goes(words, sides)).then_some(MORE)
            } else {
                let is_definition = DEFINITIONS.contains(&what.as_str());
                (!is_definition || beyond_definitions(sql, engine)).then_some(MORE)
            }
        }
        "DROP" if words.skip("TABLE") => {
            (!tables_go(words, sides) || has_word(sql, engine, "CASCADE")).then_some(DROPS)
        }
        "DROP" => {
            let what = words.keyword();
            let is_definition = DEFINITIONS.contains(&what.as_str()) && what != "SEQUENCE";
            (!is_definition || has_word(sql, engine, "CASCADE")).then_some(DROPS)
        }
        "RENAME" if words.is_next("TABLE") => None,
        "COMMENT" | "GRANT" | "REVOKE" | "ANALYZE" | "VACUUM" | "REINDEX" | "RESET" => None,
        "SET" => {
            let of_server = |word: &String| ["GLOBAL", "PERSIST", "PERSIST_ONLY"].contains(&word.as_str());
            let beyond = outside_brackets(sql, engine).iter().any(of_server);
            (beyond || sql.contains("@@")).then_some(MORE)
        }
        "INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "MERGE" | "WITH" | "COPY" | "TRUNCATE" | "LOAD" => {
            Some(ROWS)
        }
        _ => Some(MORE),
    }
}

/// The words outside of brackets, in upper case.
fn outside_brackets(sql: &str, engine: Engine) -> Vec<String> {
    let mut depth = 0_usize;
    let mut words = Vec::new();
    for token in tokenize(sql, engine).iter().filter(|token| !token.is_trivia()) {
        let text = token.text(sql);
        match text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ if depth == 0 && token.kind == TokenKind::Word => words.push(text.to_ascii_uppercase()),
            _ => {}
        }
    }
    words
}

fn has_word(sql: &str, engine: Engine, word: &str) -> bool {
    outside_brackets(sql, engine).iter().any(|found| found == word)
}

/// What is made beside the schema, so that no comparison of schemas brings it back.
const BESIDE_THE_SCHEMA: [&str; 10] = [
    "ACCESS",
    "DATABASE",
    "LANGUAGE",
    "PUBLICATION",
    "ROLE",
    "SUBSCRIPTION",
    "TABLESPACE",
    "TEMP",
    "TEMPORARY",
    "USER",
];

/// `CREATE TABLE … AS SELECT`, and MySQL's forms without AS.
fn creates_rows(sql: &str, engine: Engine) -> bool {
    let words = outside_brackets(sql, engine);
    let is_table = words
        .iter()
        .take(4)
        .take_while(|word| !["VIEW", "TRIGGER"].contains(&word.as_str()))
        .any(|word| word == "TABLE");
    let selects = || {
        let tokens = tokenize(sql, engine);
        let tokens: Vec<&str> =
            tokens.iter().filter(|token| !token.is_trivia()).map(|token| token.text(sql)).collect();
        tokens.windows(2).any(|pair| pair[0] == "(" && pair[1].eq_ignore_ascii_case("SELECT"))
    };
    is_table && (words.iter().any(|word| ["AS", "SELECT", "EXECUTE"].contains(&word.as_str())) || selects())
}

fn beyond_definitions(sql: &str, engine: Engine) -> bool {
    let words = outside_brackets(sql, engine);
    words.iter().any(|word| BEYOND_DEFINITIONS.contains(&word.as_str()))
        || words.windows(2).any(|pair| {
            let (first, second) = (pair[0].as_str(), pair[1].as_str());
            match first {
                "USING" => second != "INDEX",
                "SET" => second == "SCHEMA",
                _ => false,
            }
        })
}

/// Whether the columns that an ALTER TABLE drops are not there after it. Of one that is dropped and added again the schemas show nothing.
fn drops_what_goes(mut words: Words<'_>, Sides { engine, before, after }: Sides<'_>) -> bool {
    if words.skip("IF") {
        words.skip("EXISTS");
    }
    words.skip("ONLY");
    let Some(owner) = words.name().map(|name| Name::read(&name, engine)) else { return false };
    let fold = dialect::spelling(engine).fold;
    let has = |schema: &DatabaseSchema, column: &str| {
        columns(schema, &owner, engine).is_some_and(|(_, all)| all.iter().any(|it| fold(it) == fold(column)))
    };
    while !words.is_at_end() {
        if !words.skip("DROP") {
            words.word();
            continue;
        }
        if WITHOUT_ROWS.iter().any(|what| words.is_next(what)) {
            continue;
        }
        words.skip("COLUMN");
        if words.skip("IF") {
            words.skip("EXISTS");
        }
        let Some(column) = words.name().map(|name| Name::read(&name, engine).name) else { return false };
        if !has(before, &column) || has(after, &column) {
            return false;
        }
    }
    true
}

/// Whether the tables that a DROP TABLE names are not there after it.
fn tables_go(mut words: Words<'_>, Sides { engine, before, after }: Sides<'_>) -> bool {
    if words.skip("IF") {
        words.skip("EXISTS");
    }
    loop {
        let Some(name) = words.name().map(|name| Name::read(&name, engine)) else { return false };
        if table(before, &name, engine).is_none() || table(after, &name, engine).is_some() {
            return false;
        }
        if !words.skip_mark(",") {
            return true;
        }
    }
}

/// The renames that a script makes.
pub(super) fn renames(script: &Script, names: &mut Names, engine: Engine) {
    for statement in &script.statements {
        names.read(&statement.sql, engine);
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_schema::schema;
    use super::*;

    fn found(sql: &str, engine: Engine) -> Option<usize> {
        let script = Script::parse(sql, engine).unwrap();
        let (before, after) =
            (schema(&[("t", &["a", "b"]), ("gone", &["a", "b"])]), schema(&[("t", &["a"])]));
        let sides = Sides { engine, before: &before, after: &after };
        find(&script, &Plan::default(), sides).map(|found| found.line)
    }

    #[test]
    fn definitions_pass_whoever_wrote_them() {
        for sql in [
            "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED, c text DEFAULT 'SELECT');",
            "CREATE VIEW v AS SELECT 1;",
            "CREATE UNIQUE INDEX i ON t (a);",
            "ALTER TABLE t ADD COLUMN b int;",
            "ALTER TABLE t DROP CONSTRAINT c;",
            "ALTER TABLE t ALTER COLUMN a DROP NOT NULL;",
            "ALTER TABLE IF EXISTS ONLY public.t DROP \"b\", ADD COLUMN c int;",
            "DROP TABLE IF EXISTS gone;",
            "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i;",
            "ALTER TABLE t RENAME COLUMN a TO b;",
            "DROP INDEX i;",
            "COMMENT ON TABLE t IS 'UPDATE';",
            "SET lock_timeout = '3s';",
        ] {
            assert_eq!(found(sql, Engine::Postgres), None, "{sql}");
        }
        assert_eq!(found("RENAME TABLE a TO b;", Engine::Mysql), None);
    }

    #[test]
    fn what_schemas_do_not_tell_is_found_with_its_line() {
        for sql in [
            "UPDATE t SET a = 1;",
            "CREATE TABLE t AS SELECT 1;",
            "CREATE TABLE t (a) AS VALUES (1);",
            "CREATE TABLE t AS (SELECT 1);",
            "CREATE ROLE r;",
            "ALTER TABLE t DROP COLUMN a;",
            "ALTER TABLE t DROP \"a\";",
            "ALTER TABLE t ALTER a TYPE int USING a::int;",
            "ALTER TABLE t SET SCHEMA s;",
            "ALTER SCHEMA s RENAME TO u;",
            "ALTER TABLE t DROP COLUMN b, DROP COLUMN a;",
            "DROP TABLE t;",
            "DROP TABLE gone, t;",
            "DROP VIEW v CASCADE;",
            "DO $$ BEGIN END $$;",
            "SELECT setval('s', 3);",
            "TRUNCATE t;",
        ] {
            assert_eq!(
                found(&format!("CREATE VIEW v AS SELECT 1;\n{sql}"), Engine::Postgres),
                Some(2),
                "{sql}"
            );
        }
        assert_eq!(found("ALTER TABLE t AUTO_INCREMENT = 7;", Engine::Mysql), Some(1));
        assert_eq!(found("CREATE TABLE t (a int) SELECT 1 AS a;", Engine::Mysql), Some(1));
    }

    #[test]
    fn what_the_planner_writes_passes() {
        let mut plan = Plan::default();
        plan.statements.push(crate::sql::Statement::new("", "ALTER TABLE t  DROP COLUMN a"));
        let script = Script::parse("-- drop it\nALTER TABLE t DROP COLUMN a;", Engine::Postgres).unwrap();
        let (before, after) = (schema(&[]), schema(&[]));
        let sides = Sides { engine: Engine::Postgres, before: &before, after: &after };
        assert_eq!(find(&script, &plan, sides), None);
    }
}
