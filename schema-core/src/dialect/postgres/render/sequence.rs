//! The sequences that number columns.

use super::super::{quote_text, usual_sequence};
use crate::model::{AutoIncrement, Column, ColumnType, QualifiedName, SequenceOptions};

/// The name of a sequence, as SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceName(pub String);

impl SequenceName {
    /// The default that takes the next number.
    #[must_use]
    pub fn next_value(&self) -> String {
        format!("nextval({}::regclass)", quote_text(&self.0))
    }
}

/// The name of the sequence of a column.
#[must_use]
pub fn sequence_name(table: &QualifiedName, column: &Column) -> SequenceName {
    let given = column.sequence.as_ref().and_then(|options| options.name.clone());
    SequenceName(given.unwrap_or_else(|| usual_sequence(table, &column.name)))
}

/// What a sequence is of where nobody says anything.
const BIGINT: &str = "bigint";

/// The type that the numbers of a column have: its own, where a sequence can have that.
#[must_use]
pub fn usual_sequence_type(column: &Column) -> &str {
    match &column.ty {
        ColumnType::Sql(ty) if ["smallint", "integer"].contains(&ty.as_str()) => ty,
        _ => BIGINT,
    }
}

/// The type of the sequence of a column.
#[must_use]
pub fn sequence_type(column: &Column) -> &str {
    let given = column.sequence.as_ref().and_then(|options| options.ty.as_deref());
    given.unwrap_or_else(|| usual_sequence_type(column))
}

/// The least and the greatest number of a sequence of this type, where nobody says anything.
///
/// <https://www.postgresql.org/docs/current/sql-createsequence.html>
#[must_use]
pub fn usual_bounds(ty: &str, increment: i64) -> (i64, i64) {
    let (least, greatest) = match ty {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    if increment > 0 { (1, greatest) } else { (least, -1) }
}

/// How an identity column is numbered.
#[must_use]
pub fn identity(column: &Column) -> String {
    let kind = match column.auto {
        Some(AutoIncrement::IdentityAlways) => "ALWAYS",
        Some(AutoIncrement::Usual | AutoIncrement::Autoincrement | AutoIncrement::Serial) | None => {
            "BY DEFAULT"
        }
    };
    let mut all = Vec::new();
    if let Some(sequence) = &column.sequence {
        all.extend(sequence.name.as_ref().map(|name| format!("SEQUENCE NAME {name}")));
        all.extend(options(sequence));
    }
    let all = if all.is_empty() { String::new() } else { format!(" ({})", all.join(" ")) };
    format!("GENERATED {kind} AS IDENTITY{all}")
}

/// CREATE SEQUENCE for a serial column, to which it does not belong yet.
#[must_use]
pub fn create_sequence(table: &QualifiedName, column: &Column) -> String {
    let SequenceName(name) = sequence_name(table, column);
    let mut sql = format!("CREATE SEQUENCE {name} AS {}", sequence_type(column));
    for option in column.sequence.iter().flat_map(options) {
        sql.push(' ');
        sql.push_str(&option);
    }
    sql
}

/// ALTER SEQUENCE that makes any sequence of this name what a column has.
#[must_use]
pub fn alter_sequence(table: &QualifiedName, column: &Column) -> String {
    let SequenceName(name) = sequence_name(table, column);
    let given = column.sequence.clone().unwrap_or_default();
    let SequenceOptions { name: _, ty: _, comment: _, start, increment, min, max, cache, cycle } = given;
    let increment = increment.unwrap_or(1);
    let bound = |word: &str, number: Option<i64>| match number {
        Some(number) => format!("{word} {number}"),
        None => format!("NO {word}"),
    };
    let start = start.unwrap_or_else(|| if increment > 0 { min.unwrap_or(1) } else { max.unwrap_or(-1) });
    format!(
        "ALTER SEQUENCE {name} AS {} INCREMENT BY {increment} {} {} START WITH {start} CACHE {} {}",
        sequence_type(column),
        bound("MINVALUE", min),
        bound("MAXVALUE", max),
        cache.unwrap_or(1),
        if cycle { "CYCLE" } else { "NO CYCLE" },
    )
}

/// All options but the name, each as SQL.
#[must_use]
pub fn options(options: &SequenceOptions) -> Vec<String> {
    let SequenceOptions { name: _, ty: _, comment: _, start, increment, min, max, cache, cycle } = options;
    let mut all = Vec::new();
    all.extend(increment.map(|number| format!("INCREMENT BY {number}")));
    all.extend(min.map(|number| format!("MINVALUE {number}")));
    all.extend(max.map(|number| format!("MAXVALUE {number}")));
    all.extend(start.map(|number| format!("START WITH {number}")));
    all.extend(cache.map(|number| format!("CACHE {number}")));
    all.extend(cycle.then(|| "CYCLE".to_owned()));
    all
}
