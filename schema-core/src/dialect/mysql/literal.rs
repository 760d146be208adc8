//! Literals as the servers write them back, so that a default in a model reads as the catalogue gives it.

use super::catalogue::{default_sql, instant};
use super::identifier::quote_text;
use super::types::{self, name_of, numbers_of};
use super::variant::Variant;
use crate::model::{Column, ColumnType, Default, Engine};
use crate::sql::{TokenKind, tokenize, unquote_string};

/// A default as SQL that DEFAULT takes, for a column of this type; none for NULL, which is no default.
pub(super) fn default(default: &Default, ty: &ColumnType) -> Option<String> {
    let ColumnType::Sql(ty) = ty else { return None };
    Some(match default {
        Default::Now => now(ty),
        Default::Bool(value) => number(if *value { "1" } else { "0" }, ty),
        Default::Number(digits) => number(digits, ty),
        Default::Text(text) | Default::EnumValue(text) => quote_text(text),
        Default::Sql(sql) => {
            let sql = default_sql(sql)?;
            if instant(&sql).is_some() {
                of_instant(&sql, ty)
            } else if is_number(&sql) {
                number(&sql, ty)
            } else {
                sql
            }
        }
    })
}

/// The current instant, for a column of this type.
fn now(ty: &str) -> String {
    let precision = precision(ty);
    match name_of(ty) {
        "date" => "(CURRENT_DATE)".to_owned(),
        "time" => format!("(CURRENT_TIME{precision})"),
        _ => of_instant("CURRENT_TIMESTAMP", ty),
    }
}

/// The current instant where it is a default without brackets: it must be as precise as its column.
pub(super) fn of_instant(sql: &str, ty: &str) -> String {
    match name_of(ty) {
        "datetime" | "timestamp" => format!("CURRENT_TIMESTAMP{}", precision(ty)),
        _ => format!("({sql})"),
    }
}

/// Whether a default may stand without brackets as far as it is the current instant, which only a column for instants takes so.
pub(super) fn is_instant_of_own(sql: &str, ty: &str) -> bool {
    instant(sql).is_none() || matches!(name_of(ty), "datetime" | "timestamp")
}

fn precision(ty: &str) -> String {
    numbers_of(ty).first().map(|digits| format!("({digits})")).unwrap_or_default()
}

fn is_number(sql: &str) -> bool {
    let digits = sql.strip_prefix('-').unwrap_or(sql);
    digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') && !digits.starts_with("0x")
}

/// A number as a column of this type holds it.
fn number(digits: &str, ty: &str) -> String {
    let digits = digits.replace('_', "");
    match name_of(ty) {
        "decimal" => {
            let scale = numbers_of(ty).get(1).copied().unwrap_or_default();
            usize::try_from(scale).ok().and_then(|scale| fixed(&digits, scale)).unwrap_or(digits)
        }
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => fixed(&digits, 0).unwrap_or(digits),
        "bit" => digits.parse::<u64>().map_or(digits, |value| format!("b'{value:b}'")),
        // Numbers stand in the catalogue as texts where the column is of texts.
        name if types::is_text(ty) || name == "varbinary" || name == "binary" => quote_text(&digits),
        _ => digits,
    }
}

/// A plain number rounded to so many digits behind the point, half away from zero, as the servers do.
fn fixed(digits: &str, scale: usize) -> Option<String> {
    let (sign, plain) = match digits.strip_prefix('-') {
        Some(plain) => ("-", plain),
        None => ("", digits.strip_prefix('+').unwrap_or(digits)),
    };
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) || plain.is_empty() {
        return None;
    }
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(scale).collect();
    let up = fraction.as_bytes().get(scale).is_some_and(|digit| *digit >= b'5');
    let mut all: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if up {
        let mut carry = true;
        for digit in all.iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == b'9';
            *digit = if carry { b'0' } else { *digit + 1 };
        }
        if carry {
            all.insert(0, b'1');
        }
    }
    let all = String::from_utf8(all).ok()?;
    let (whole, fraction) = all.split_at_checked(all.len() - scale)?;
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let zero = whole == "0" && fraction.bytes().all(|digit| digit == b'0');
    let sign = if zero { "" } else { sign };
    Some(if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// Whether the servers create or alter the column's table only in a session that takes dates of zero: its default has a month or day of zero.
pub(crate) fn defaults_to_zero_date(column: &Column, variant: Variant) -> bool {
    match &column.default {
        Some(Default::Sql(sql)) => is_moment(column) && is_zero_date(sql),
        None => variant == Variant::Mariadb && has_implicit_zero_date(column),
        Some(
            Default::Now | Default::Bool(_) | Default::Number(_) | Default::Text(_) | Default::EnumValue(_),
        ) => false,
    }
}

/// Whether MariaDB gives the column a date of zero as its default where none is written.
fn has_implicit_zero_date(column: &Column) -> bool {
    is_moment(column) && column.on_update.is_some() && !column.nullable
}

/// Leaves out the default that MariaDB gives by itself: nobody can tell it from one that was written.
pub(crate) fn leave_out_implicit_zero_date(column: &mut Column, variant: Variant) {
    if variant == Variant::Mariadb && has_implicit_zero_date(column) {
        column.default.take_if(|default| matches!(default, Default::Sql(sql) if is_all_zeros(sql)));
    }
}

fn is_moment(column: &Column) -> bool {
    matches!(&column.ty, ColumnType::Sql(ty) if matches!(name_of(ty), "date" | "datetime" | "timestamp"))
}

/// What is computed is looked at only when a row needs it.
fn is_zero_date(sql: &str) -> bool {
    let is_literal = sql.starts_with(|first: char| first == '\'' || first.is_ascii_digit());
    is_literal && (sql.contains("-00") || is_all_zeros(sql))
}

/// Whether a literal is no moment at all: `'0000-00-00 00:00:00'`.
fn is_all_zeros(sql: &str) -> bool {
    let digits = || sql.bytes().filter(u8::is_ascii_digit);
    digits().next().is_some() && digits().all(|digit| digit == b'0')
}

/// What a literal is worth, whatever its quotes and however many zeros it ends with; none for an expression.
pub(super) fn value(sql: &str, ty: &str) -> Option<String> {
    let tokens: Vec<_> =
        tokenize(sql, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
    let texts: Vec<(TokenKind, &str)> = tokens.iter().map(|token| (token.kind, token.text(sql))).collect();
    let text = match texts.as_slice() {
        [(TokenKind::String, text)] => unquote_string(text, Engine::Mysql),
        [(TokenKind::Number, text)] => (*text).to_owned(),
        [(_, "-"), (TokenKind::Number, text)] => format!("-{text}"),
        [(TokenKind::Blob, text)] => blob_value(text)?,
        _ => return None,
    };
    Some(match name_of(ty) {
        "decimal" | "float" | "double" | "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year"
        | "bit" => match text.parse::<f64>() {
            // So many digits are exact; more of them are compared as they are.
            Ok(number) if text.bytes().filter(u8::is_ascii_digit).count() <= 15 => {
                trimmed(&number.to_string())
            }
            Ok(_) | Err(_) => trimmed(&text),
        },
        "datetime" | "timestamp" | "time" => {
            let text = if name_of(ty) != "time" && text.len() == "2020-01-01".len() {
                format!("{text} 00:00:00")
            } else {
                text
            };
            trimmed(&text)
        }
        _ => text,
    })
}

/// The number of `b'101'` or `x'0F'`, where it is one.
fn blob_value(text: &str) -> Option<String> {
    let (base, rest) = match text.split_at_checked(1)? {
        ("b" | "B", rest) => (2, rest),
        ("x" | "X", rest) => (16, rest),
        _ => return None,
    };
    let digits = rest.strip_prefix('\'')?.strip_suffix('\'')?;
    u64::from_str_radix(digits, base).ok().map(|number| number.to_string())
}

/// Without the zeros that end a fraction.
fn trimmed(text: &str) -> String {
    if text.contains('.') && !text.contains(['e', 'E']) {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(ty: &str, value: &Default) -> Option<String> {
        default(value, &ColumnType::Sql(ty.to_owned()))
    }

    #[test]
    fn literals_are_written_as_the_servers_do() {
        for (ty, value, sql) in [
            ("tinyint(1)", Default::Bool(true), Some("1")),
            ("bit(1)", Default::Bool(false), Some("b'0'")),
            ("bit(3)", Default::Number("5".to_owned()), Some("b'101'")),
            ("decimal(12,2)", Default::Number("0".to_owned()), Some("0.00")),
            ("decimal(5,0)", Default::Number("1.5".to_owned()), Some("2")),
            ("decimal(5,1)", Default::Number("-9.96".to_owned()), Some("-10.0")),
            ("int", Default::Number("1_000".to_owned()), Some("1000")),
            ("varchar(5)", Default::Number("7".to_owned()), Some("'7'")),
            ("varchar(50)", Default::Text("it's \\".to_owned()), Some("'it''s \\\\'")),
            ("enum('a','b')", Default::EnumValue("a".to_owned()), Some("'a'")),
            ("datetime(6)", Default::Now, Some("CURRENT_TIMESTAMP(6)")),
            ("datetime", Default::Now, Some("CURRENT_TIMESTAMP")),
            ("date", Default::Now, Some("(CURRENT_DATE)")),
            ("time(6)", Default::Now, Some("(CURRENT_TIME(6))")),
            ("datetime(6)", Default::Sql("now()".to_owned()), Some("CURRENT_TIMESTAMP(6)")),
            ("char(36)", Default::Sql("uuid()".to_owned()), Some("(uuid())")),
            ("int", Default::Sql("(NULL)".to_owned()), None),
            ("int", Default::Sql("TRUE".to_owned()), Some("1")),
        ] {
            assert_eq!(on(ty, &value).as_deref(), sql, "{ty} {value:?}");
        }
    }

    #[test]
    fn dates_of_zero_are_known_by_a_month_or_day_of_zero() {
        let column = |ty: &str, default: Option<&str>| Column {
            default: default.map(|sql| Default::Sql(sql.to_owned())),
            ..Column::new("at", ColumnType::Sql(ty.to_owned()))
        };
        for (ty, default, is_zero) in [
            ("date", "'0000-00-00'", true),
            ("datetime(6)", "'2020-01-00 00:00:00.000000'", true),
            ("timestamp", "0", true),
            ("date", "'2020-10-10'", false),
            ("datetime", "'2020-01-01 00:00:00'", false),
            ("date", "(cast('0000-00-00' as date))", false),
            ("datetime", "CURRENT_TIMESTAMP", false),
            ("varchar(20)", "'0000-00-00'", false),
        ] {
            let column = column(ty, Some(default));
            assert_eq!(defaults_to_zero_date(&column, Variant::Mysql), is_zero, "{ty} {default}");
        }
        let touched = Column {
            on_update: Some("CURRENT_TIMESTAMP".to_owned()),
            nullable: false,
            ..column("datetime", None)
        };
        assert!(defaults_to_zero_date(&touched, Variant::Mariadb));
        assert!(!defaults_to_zero_date(&touched, Variant::Mysql));
        assert!(!defaults_to_zero_date(&Column { nullable: true, ..touched }, Variant::Mariadb));
    }

    #[test]
    fn a_literal_is_worth_the_same_in_other_words() {
        for (ty, left, right) in [
            ("decimal(12,2)", "0", "0.00"),
            ("int", "'7'", "7"),
            ("bit(3)", "b'101'", "5"),
            ("datetime(6)", "'2020-01-01'", "'2020-01-01 00:00:00.000000'"),
            ("double", "1.50", "1.5"),
        ] {
            assert_eq!(value(left, ty), value(right, ty));
        }
        assert_ne!(value("'0'", "varchar(5)"), value("'0.0'", "varchar(5)"));
        let decimal = "decimal(35,30)";
        assert_ne!(value("1.0000000000123456789123", decimal), value("1.00000000001234567891234", decimal));
        assert_eq!(value("1.000000000012345678912300", decimal), value("1.0000000000123456789123", decimal));
        assert_eq!(value("(uuid())", "char(36)"), None);
    }
}
