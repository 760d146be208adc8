//! Rust's types in SQLite.

use super::expression;
use crate::model::{ColumnType, Default, Engine};
use crate::sql::{TokenKind, tokenize};

/// A type that SQLite has nothing for.
pub(super) struct NoType {
    pub(super) what: &'static str,
    pub(super) hint: &'static str,
}

/// The declared type of a column; in a STRICT table its storage class.
pub(super) fn resolve(ty: &ColumnType, strict: bool) -> Result<String, NoType> {
    let name = match ty {
        ColumnType::Bool
        | ColumnType::I8
        | ColumnType::I16
        | ColumnType::I32
        | ColumnType::I64
        | ColumnType::U8
        | ColumnType::U16
        | ColumnType::U32 => "INTEGER",
        ColumnType::U64 if strict => "INTEGER",
        ColumnType::U64 => {
            return Err(NoType {
                what: "the type `u64`",
                hint: "use `i64`, or write `sqlite(type = \"TEXT\")`",
            });
        }
        ColumnType::F32 | ColumnType::F64 => "REAL",
        ColumnType::Text
        | ColumnType::Char
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::DateTime
        | ColumnType::Instant
        | ColumnType::Json
        | ColumnType::IpNetwork
        | ColumnType::Enum(_) => "TEXT",
        ColumnType::Domain(_) => {
            return Err(NoType {
                what: "a domain that is not declared",
                hint: "derive `SqlType` with `#[sql_type(domain = \"..\")]`",
            });
        }
        ColumnType::Composite(_) => {
            return Err(NoType {
                what: "a composite type",
                hint: "limit the column with `only(postgres)`, or write `sqlite(type = \"TEXT\")`",
            });
        }
        ColumnType::Bytes | ColumnType::FixedBytes(_) | ColumnType::Uuid => "BLOB",
        ColumnType::Decimal { precision: _, scale: _ } if strict => "ANY",
        ColumnType::Decimal { precision: _, scale: _ } => "NUMERIC",
        ColumnType::Array(_) => {
            return Err(NoType {
                what: "an array",
                hint: "use `Json<Vec<T>>`, write `sqlite(type = \"TEXT\")`, or limit it with `only(postgres)`",
            });
        }
        ColumnType::Sql(text) if strict => storage_class(text),
        ColumnType::Sql(text) => return Ok(text.clone()),
    };
    Ok(name.to_owned())
}

/// The class in which a STRICT table stores a declared type, by <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>.
fn storage_class(declared: &str) -> &'static str {
    let upper = declared.to_ascii_uppercase();
    if upper == "ANY" {
        return "ANY";
    }
    match affinity(declared) {
        Affinity::Integer if upper == "INT" => "INT",
        Affinity::Integer => "INTEGER",
        Affinity::Text => "TEXT",
        Affinity::Blob => "BLOB",
        Affinity::Real => "REAL",
        Affinity::Numeric => "ANY",
    }
}

/// What SQLite prefers to store in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

/// The affinity of a declared type, by the rules of <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>.
pub(super) fn affinity(declared: &str) -> Affinity {
    let upper = declared.to_ascii_uppercase();
    let has = |part: &str| upper.contains(part);
    if has("INT") {
        Affinity::Integer
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        Affinity::Text
    } else if has("BLOB") || upper.is_empty() {
        Affinity::Blob
    } else if has("REAL") || has("FLOA") || has("DOUB") {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}

/// The current instant, in the form of the column's type.
pub(super) fn now(ty: &ColumnType) -> &'static str {
    match ty {
        ColumnType::Date => "CURRENT_DATE",
        ColumnType::Time => "CURRENT_TIME",
        // CURRENT_TIMESTAMP says no zone, and a reader of instants wants one: chrono, time and jiff all read this.
        ColumnType::Instant => "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
        ColumnType::Bool
        | ColumnType::I8
        | ColumnType::I16
        | ColumnType::I32
        | ColumnType::I64
        | ColumnType::U8
        | ColumnType::U16
        | ColumnType::U32
        | ColumnType::U64
        | ColumnType::F32
        | ColumnType::F64
        | ColumnType::Text
        | ColumnType::Char
        | ColumnType::Bytes
        | ColumnType::FixedBytes(_)
        | ColumnType::DateTime
        | ColumnType::Uuid
        | ColumnType::Json
        | ColumnType::Decimal { precision: _, scale: _ }
        | ColumnType::IpNetwork
        | ColumnType::Array(_)
        | ColumnType::Enum(_)
        | ColumnType::Domain(_)
        | ColumnType::Composite(_)
        | ColumnType::Sql(_) => "CURRENT_TIMESTAMP",
    }
}

/// SQL as it stands behind DEFAULT: a literal as it is, anything else in brackets.
pub(super) fn default_expression(sql: &str) -> String {
    let sql = sql.trim();
    if is_literal(sql) || expression::is_in_brackets(sql) { sql.to_owned() } else { format!("({sql})") }
}

/// The words that are values by themselves; behind DEFAULT, every other word is a text.
pub(super) const VALUES: [&str; 6] =
    ["NULL", "TRUE", "FALSE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"];

/// Whether a default needs no brackets.
fn is_literal(sql: &str) -> bool {
    let tokens: Vec<_> =
        tokenize(sql, Engine::Sqlite).into_iter().filter(|token| !token.is_trivia()).collect();
    let unsigned = match tokens.split_first() {
        Some((sign, rest)) if !rest.is_empty() && matches!(sign.text(sql), "-" | "+") => rest,
        _ => tokens.as_slice(),
    };
    let [only] = unsigned else { return false };
    match only.kind {
        TokenKind::Number | TokenKind::String | TokenKind::Blob => true,
        TokenKind::Word => VALUES.iter().any(|word| only.text(sql).eq_ignore_ascii_case(word)),
        TokenKind::Whitespace
        | TokenKind::LineComment
        | TokenKind::BlockComment
        | TokenKind::QuotedIdentifier
        | TokenKind::Parameter
        | TokenKind::Punctuation
        | TokenKind::Unterminated(_)
        | TokenKind::Unknown => false,
    }
}

/// Whether a row that leaves the column out gets a value there, not NULL.
pub(super) fn gives_value(default: Option<&Default>) -> bool {
    match default {
        None => false,
        Some(Default::Sql(default)) => expression::canonical(default) != expression::canonical("NULL"),
        Some(_) => true,
    }
}

/// Whether the default is the same for every row and moment, so that ADD COLUMN takes it for rows that are there.
pub(super) fn is_constant(default: &str) -> bool {
    is_literal(default)
        && !["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"]
            .iter()
            .any(|word| default.eq_ignore_ascii_case(word))
}
