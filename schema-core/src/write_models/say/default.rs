//! Defaults in the grammar's words, where they mean what the database has.

use super::types::{Types, table_of};
use crate::comparison::compare;
use crate::dialect::{self, Scope};
use crate::model::{
    Column, ColumnType, DatabaseSchema, Declared, Default, Document, Engine, QualifiedName, Table,
};
use crate::sql::{TokenKind, tokenize, unquote_string};

/// A literal of SQL.
enum Literal {
    Truth(bool),
    Number(String),
    Text(String),
}

/// A default for a column of a type: in words where the comparison finds these equal to it, else as SQL.
pub(super) fn default(
    engine: Engine,
    types: &Types,
    column: &Column,
    ty: &ColumnType,
    strict: bool,
) -> Option<Default> {
    let sql = match column.default.as_ref()? {
        Default::Sql(sql) => sql,
        other @ (Default::Now
        | Default::Bool(_)
        | Default::Number(_)
        | Default::Text(_)
        | Default::EnumValue(_)) => return Some(other.clone()),
    };
    let candidates = candidates(engine, types, sql, ty);
    let said = |default: Default| Column { default: Some(default), ..Column::new("c", ty.clone()) };
    let there = Column { default: column.default.clone(), ..Column::new("c", column.ty.clone()) };
    let holds = |default: &Default| is_equal(engine, types, &there, said(default.clone()), strict);
    Some(candidates.into_iter().find(holds).unwrap_or_else(|| Default::Sql(sql.clone())))
}

/// Whether a column that a model says is the one that a database has.
fn is_equal(engine: Engine, types: &Types, there: &Column, said: Column, strict: bool) -> bool {
    let mut document = Document::empty();
    let enums = types.enums_of(&said.ty);
    document.enums = enums.iter().cloned().map(Declared::new).collect();
    document.tables.push(table_of(engine, said, strict));
    let Ok(desired) = dialect::resolve(&document, engine) else { return false };
    let options = desired.tables.first().map(|table| table.options.clone()).unwrap_or_default();
    let table = Table { columns: vec![there.clone()], options, ..Table::new(QualifiedName::new("t")) };
    let current = DatabaseSchema { tables: vec![table], enums, ..DatabaseSchema::default() };
    compare(engine, current, desired, Scope::Models, &[]).is_ok_and(|comparison| comparison.is_empty())
}

/// What a default could be, in the order of preference; only what the derive takes for a column of the type.
fn candidates(engine: Engine, types: &Types, sql: &str, ty: &ColumnType) -> Vec<Default> {
    let kind = Kind::of(ty);
    let mut candidates = Vec::new();
    match literal(sql, engine) {
        Some(Literal::Truth(value)) if kind == Kind::Truth => candidates.push(Default::Bool(value)),
        Some(Literal::Number(number)) => match kind {
            Kind::Truth if number == "0" || number == "1" => candidates.push(Default::Bool(number == "1")),
            Kind::Integer(least, greatest) => {
                let value = number.parse::<i128>().ok();
                if value.is_some_and(|value| (least..=greatest).contains(&value)) {
                    candidates.push(Default::Number(number));
                }
            }
            Kind::Number | Kind::Open => candidates.push(Default::Number(number)),
            Kind::Truth | Kind::Text | Kind::Time | Kind::Enum => {}
        },
        Some(Literal::Text(text)) => match kind {
            Kind::Text | Kind::Time | Kind::Open => candidates.push(Default::Text(text)),
            Kind::Enum => {
                let enums = types.enums_of(ty);
                if enums.iter().flat_map(|it| &it.values).any(|value| value.name == text) {
                    candidates.push(Default::EnumValue(text));
                }
            }
            Kind::Truth | Kind::Integer(_, _) | Kind::Number => {}
        },
        Some(Literal::Truth(_)) => {}
        None => {
            let lower = sql.to_ascii_lowercase();
            let is_now = ["now", "current_", "localtime"].iter().any(|word| lower.contains(word));
            if is_now && matches!(kind, Kind::Time | Kind::Open) {
                candidates.push(Default::Now);
            }
        }
    }
    candidates
}

/// What defaults a type takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Truth,
    Integer(i128, i128),
    Number,
    Text,
    Time,
    Enum,
    /// The compiler does not know.
    Open,
}

impl Kind {
    fn of(ty: &ColumnType) -> Self {
        match ty {
            ColumnType::Bool => Kind::Truth,
            ColumnType::I8 => Kind::Integer(i8::MIN.into(), i8::MAX.into()),
            ColumnType::I16 => Kind::Integer(i16::MIN.into(), i16::MAX.into()),
            ColumnType::I32 => Kind::Integer(i32::MIN.into(), i32::MAX.into()),
            ColumnType::I64 => Kind::Integer(i64::MIN.into(), i64::MAX.into()),
            ColumnType::U8 => Kind::Integer(0, u8::MAX.into()),
            ColumnType::U16 => Kind::Integer(0, u16::MAX.into()),
            ColumnType::U32 => Kind::Integer(0, u32::MAX.into()),
            ColumnType::U64 => Kind::Integer(0, u64::MAX.into()),
            ColumnType::F32 | ColumnType::F64 | ColumnType::Decimal { precision: _, scale: _ } => {
                Kind::Number
            }
            ColumnType::Date | ColumnType::Time | ColumnType::DateTime | ColumnType::Instant => Kind::Time,
            ColumnType::Text
            | ColumnType::Bytes
            | ColumnType::FixedBytes(_)
            | ColumnType::Uuid
            | ColumnType::Json
            | ColumnType::IpNetwork
            | ColumnType::Array(_) => Kind::Text,
            ColumnType::Enum(_) => Kind::Enum,
            ColumnType::Char | ColumnType::Domain(_) | ColumnType::Composite(_) | ColumnType::Sql(_) => {
                Kind::Open
            }
        }
    }
}

/// The literal that SQL is, a cast aside; numbers only in the form in which Rust has them.
fn literal(sql: &str, engine: Engine) -> Option<Literal> {
    let tokens: Vec<_> = tokenize(sql, engine).into_iter().filter(|token| !token.is_trivia()).collect();
    let texts: Vec<(TokenKind, &str)> = tokens.iter().map(|token| (token.kind, token.text(sql))).collect();
    let mut texts = texts.as_slice();
    while let [(_, "("), inside @ .., (_, ")")] = texts {
        texts = inside;
    }
    let (negative, texts) = match texts {
        [(_, "-"), rest @ ..] => (true, rest),
        _ => (false, texts),
    };
    let (&(kind, text), rest) = texts.split_first()?;
    if rest.first().is_some_and(|(_, next)| !next.starts_with(':')) {
        return None;
    }
    let is_word = |word: &str| kind == TokenKind::Word && text.eq_ignore_ascii_case(word);
    if kind == TokenKind::Number && is_canonical(text) {
        Some(Literal::Number(if negative { format!("-{text}") } else { text.to_owned() }))
    } else if kind == TokenKind::String && !negative {
        Some(Literal::Text(unquote_string(text, engine)))
    } else {
        (is_word("true") || is_word("false")).then(|| Literal::Truth(is_word("true")))
    }
}

/// Whether Rust reads a number as it is written: `0`, `12.50`.
fn is_canonical(number: &str) -> bool {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let are_digits =
        |text: &str| !text.is_empty() && text.len() <= 18 && text.bytes().all(|it| it.is_ascii_digit());
    are_digits(whole) && are_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}
