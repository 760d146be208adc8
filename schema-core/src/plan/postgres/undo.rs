//! What takes back a statement on an object that is known by its own.

use crate::model::{Engine, Object, ObjectKind};
use crate::sql::{Token, tokenize};

/// Whether a statement on a materialized view goes with an index, or another of the list says the same thing otherwise.
pub(super) fn is_said_again(sql: &str, others: &[String]) -> bool {
    let subject = |sql: &str| sql.split_once(" IS '").map(|(subject, _)| subject.to_owned());
    sql.starts_with("CREATE ")
        || subject(sql).is_some_and(|said| others.iter().any(|other| subject(other).as_ref() == Some(&said)))
}

/// What takes back a statement on an object that stays; none where only dropping the object does.
pub(super) fn undo(object: &Object, sql: &str) -> Option<String> {
    let target = object.target.as_deref()?;
    match object.id.kind {
        ObjectKind::Trigger | ObjectKind::Rule => {
            let words = [" DISABLE ", " ENABLE ALWAYS ", " ENABLE REPLICA "];
            let kind = object.id.kind.words().to_ascii_uppercase();
            words.iter().find_map(|word| {
                let (table, name) = sql.split_once(&format!("{word}{kind} "))?;
                Some(format!("{table} ENABLE {kind} {name}"))
            })
        }
        ObjectKind::MaterializedView => undo_on_view(target, sql),
        // It is taken from its column first of all.
        ObjectKind::Sequence => Some(format!("ALTER {target} OWNED BY NONE")),
        ObjectKind::Statistics => {
            sql.starts_with("ALTER STATISTICS ").then(|| format!("ALTER {target} SET STATISTICS -1"))
        }
        ObjectKind::Domain => {
            if sql.starts_with("COMMENT ") {
                return no_comment(sql);
            }
            let part = sql.strip_prefix(&format!("ALTER {target} "))?;
            if part.starts_with("SET DEFAULT ") {
                return Some(format!("ALTER {target} DROP DEFAULT"));
            }
            if part == "SET NOT NULL" {
                return Some(format!("ALTER {target} DROP NOT NULL"));
            }
            let constraint = part.strip_prefix("ADD CONSTRAINT ")?;
            let name = tokenize(constraint, Engine::Postgres).first()?.text(constraint).to_owned();
            Some(format!("ALTER {target} DROP CONSTRAINT {name}"))
        }
        ObjectKind::VirtualTable
        | ObjectKind::ShadowTable
        | ObjectKind::Extension
        | ObjectKind::Collation
        | ObjectKind::CompositeType
        | ObjectKind::RangeType
        | ObjectKind::Function
        | ObjectKind::Procedure
        | ObjectKind::Package
        | ObjectKind::PackageBody
        | ObjectKind::Event
        | ObjectKind::ForeignTable
        | ObjectKind::Policy
        | ObjectKind::NotNull
        | ObjectKind::Setting
        | ObjectKind::Detail
        | ObjectKind::Other => None,
    }
}

/// What takes a comment away.
fn no_comment(sql: &str) -> Option<String> {
    let tokens = tokenize(sql, Engine::Postgres);
    let end = tokens.iter().rfind(|token| token.text(sql) == "IS")?;
    Some(format!("{} NULL", sql.get(..end.span.end)?))
}

/// What takes back an option, an index, statistics, or a comment on one of these.
fn undo_on_view(target: &str, sql: &str) -> Option<String> {
    if let Some(option) = sql.strip_prefix(&format!("ALTER {target} SET (")) {
        return Some(format!("ALTER {target} RESET ({})", option.split_once(" = ")?.0));
    }
    let tokens: Vec<Token> =
        tokenize(sql, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect();
    let word = |place: usize| tokens.get(place).map_or("", |token| token.text(sql));
    let place = |wanted: &str| tokens.iter().position(|token| token.text(sql) == wanted);
    match (word(0), word(1)) {
        ("COMMENT", _) => no_comment(sql),
        ("CREATE", "STATISTICS") => {
            let end = place("ON").or_else(|| place("("))?;
            let end = place("(").map_or(end, |bracket| bracket.min(end));
            Some(format!(
                "DROP STATISTICS {}",
                sql.get(tokens.get(2)?.span.start..tokens.get(end - 1)?.span.end)?
            ))
        }
        // The index is in the schema of the view, which stands behind ON.
        ("CREATE", _) => {
            let index = place("INDEX")? + 1;
            let schema = if word(index + 3) == "." { format!("{}.", word(index + 2)) } else { String::new() };
            Some(format!("DROP INDEX {schema}{}", word(index)))
        }
        (_, _) => None,
    }
}
