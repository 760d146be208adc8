//! The parts of EXCLUDE constraints, which a database tells of by their definition.

use super::{Deferrability, IndexKey, IndexPart, NullsOrder};

/// What an EXCLUDE constraint compares, and how (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExclusionParts {
    /// The access method.
    pub using: Option<String>,
    /// What is compared, and by which operator.
    pub parts: Vec<(IndexPart, String)>,
    /// Columns that the index carries.
    pub include: Vec<String>,
    /// The condition of rows that count, as SQL.
    pub predicate: Option<String>,
    /// When the constraint is checked.
    pub deferrable: Deferrability,
}

impl ExclusionParts {
    /// All after the name of the constraint, as SQL.
    #[must_use]
    pub fn definition(&self) -> String {
        let ExclusionParts { using, parts, include, predicate, deferrable } = self;
        let using = using.as_ref().map(|using| format!(" USING {using}")).unwrap_or_default();
        let parts: Vec<String> =
            parts.iter().map(|(part, operator)| format!("{} WITH {operator}", compared(part))).collect();
        let include: Vec<String> = include.iter().map(|column| quoted(column)).collect();
        let include =
            if include.is_empty() { String::new() } else { format!(" INCLUDE ({})", include.join(", ")) };
        let predicate = predicate.as_ref().map(|sql| format!(" WHERE ({sql})")).unwrap_or_default();
        let deferrable = match deferrable {
            Deferrability::NotDeferrable => "",
            Deferrability::InitiallyImmediate => " DEFERRABLE",
            Deferrability::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
        };
        format!("EXCLUDE{using} ({}){include}{predicate}{deferrable}", parts.join(", "))
    }
}

/// A part of an EXCLUDE constraint, as SQL.
fn compared(part: &IndexPart) -> String {
    let IndexPart { key, descending, nulls, collation, opclass, prefix_length: _ } = part;
    let mut sql = match key {
        IndexKey::Column(column) => quoted(column),
        IndexKey::Expression(expression) => format!("({expression})"),
    };
    if let Some(collation) = collation {
        sql.push_str(" COLLATE ");
        sql.push_str(&quoted(collation));
    }
    if let Some(opclass) = opclass {
        sql.push(' ');
        sql.push_str(opclass);
    }
    if *descending {
        sql.push_str(" DESC");
    }
    match nulls {
        Some(NullsOrder::First) => sql.push_str(" NULLS FIRST"),
        Some(NullsOrder::Last) => sql.push_str(" NULLS LAST"),
        None => {}
    }
    sql
}

/// Quotes that change nothing the dialect leaves out.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
