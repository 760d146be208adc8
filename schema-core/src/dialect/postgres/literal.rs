//! Literals as `pg_get_expr` writes them, so that a default in a model reads as the server gives it back.

use super::expression::{quote_literal, without_brackets};
use super::types;
use crate::model::{ColumnType, Default, Engine};
use crate::sql::{TokenKind, tokenize, unquote_string};

/// A default as the server writes it, for a column of this type; none for NULL, which is no default.
pub(super) fn default(default: &Default, ty: &ColumnType) -> Option<String> {
    let ColumnType::Sql(ty) = ty else { return None };
    Some(match default {
        Default::Now => types::now(ty).to_owned(),
        Default::Bool(value) => value.to_string(),
        Default::Number(digits) => number(digits).unwrap_or_else(|| digits.clone()),
        Default::Text(text) | Default::EnumValue(text) => labelled(text, ty),
        Default::Sql(sql) => {
            let sql = without_brackets(sql);
            match bare(sql) {
                Some(Literal::Null) => return None,
                Some(Literal::Text(text)) => labelled(&text, ty),
                Some(Literal::Number(text)) => number(&text).unwrap_or(text),
                Some(Literal::Truth(value)) => value.to_string(),
                None => current_instant(sql).map_or_else(|| as_default(sql), str::to_owned),
            }
        }
    })
}

/// An expression as it can stand behind DEFAULT, where the grammar takes these only in brackets: <https://www.postgresql.org/docs/current/sql-createtable.html>.
fn as_default(sql: &str) -> String {
    const WORDS: [&str; 14] = [
        "and", "at", "between", "collate", "ilike", "in", "is", "isnull", "like", "not", "notnull", "or",
        "overlaps", "similar",
    ];
    let mut depth = 0_usize;
    let needs_brackets = tokenize(sql, Engine::Postgres).iter().any(|token| {
        let text = token.text(sql);
        match text {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
            && token.kind == TokenKind::Word
            && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
    });
    if needs_brackets { format!("({sql})") } else { sql.to_owned() }
}

/// What a literal is worth, whatever type it is cast to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Null,
    Truth(bool),
    Number(String),
    Text(String),
}

impl Literal {
    /// What a text says that is nothing but a literal, cast or not.
    pub(super) fn read(sql: &str) -> Option<Literal> {
        let mut sql = without_brackets(sql);
        loop {
            if let Some(literal) = bare(sql) {
                return Some(literal);
            }
            let (value, ty) = sql.rsplit_once("::")?;
            // What the cast is to must be a type, or the text would be more than a literal.
            types::is_type(ty).then_some(())?;
            sql = without_brackets(value);
        }
    }

    /// The literal as a text: a number is the same with and without quotes.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Literal::Null => None,
            Literal::Truth(value) => Some(value.to_string()),
            Literal::Number(text) | Literal::Text(text) => Some(text),
        }
    }
}

/// A literal without a cast.
fn bare(sql: &str) -> Option<Literal> {
    let tokens: Vec<_> =
        tokenize(sql, Engine::Postgres).into_iter().filter(|token| !token.is_trivia()).collect();
    let texts: Vec<(TokenKind, &str)> = tokens.iter().map(|token| (token.kind, token.text(sql))).collect();
    match texts.as_slice() {
        [(TokenKind::String, text)] => Some(Literal::Text(unquote_string(text, Engine::Postgres))),
        [(TokenKind::Number, text)] | [(_, "+"), (TokenKind::Number, text)] => {
            Some(Literal::Number((*text).to_owned()))
        }
        [(_, "-"), (TokenKind::Number, text)] => Some(Literal::Number(format!("-{text}"))),
        [(TokenKind::Word, word)] => match word.to_ascii_lowercase().as_str() {
            "null" => Some(Literal::Null),
            "true" => Some(Literal::Truth(true)),
            "false" => Some(Literal::Truth(false)),
            _ => None,
        },
        _ => None,
    }
}

/// The words for the current instant as the server writes them.
pub(super) fn current_instant(sql: &str) -> Option<&'static str> {
    const WORDS: [&str; 5] =
        ["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIMESTAMP", "LOCALTIME"];
    let words: String = sql.split_whitespace().collect();
    if words.eq_ignore_ascii_case("now()") {
        return Some("now()");
    }
    WORDS.into_iter().find(|word| words.eq_ignore_ascii_case(word))
}

/// A text with the type that it is a literal of.
fn labelled(text: &str, ty: &str) -> String {
    if ty == "boolean"
        && let Some(value) = truth(text)
    {
        return value.to_string();
    }
    if ty == "integer"
        && let Ok(value) = text.trim().parse::<i32>()
    {
        return number(&value.to_string()).unwrap_or_else(|| value.to_string());
    }
    format!("{}::{}", quote_literal(text), types::of_literal(ty))
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "t" | "true" | "y" | "yes" | "on" | "1" => Some(true),
        "f" | "false" | "n" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// A number as the server writes it: what could be read as something else stands in quotes, with its type.
fn number(text: &str) -> Option<String> {
    let text = text.replace('_', "");
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(&text).trim_start()),
    };
    let sign = if negative { "-" } else { "" };
    if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty() {
        let digits = digits.trim_start_matches('0');
        let digits = if digits.is_empty() { "0" } else { digits };
        let whole = if digits == "0" { digits.to_owned() } else { format!("{sign}{digits}") };
        return Some(match (whole.parse::<i32>(), whole.parse::<i64>()) {
            (Ok(value), _) if value >= 0 => whole,
            (Ok(_), _) => format!("'{whole}'::integer"),
            (Err(_), Ok(_)) => format!("'{whole}'::bigint"),
            (Err(_), Err(_)) => format!("'{whole}'::numeric"),
        });
    }
    let plain = expanded(digits)?;
    let zero = plain.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let sign = if zero { "" } else { sign };
    Some(if sign.is_empty() && plain.contains('.') { plain } else { format!("'{sign}{plain}'::numeric") })
}

/// A number without an exponent.
fn expanded(digits: &str) -> Option<String> {
    /// No default has more digits; a larger exponent is left to the server.
    const MOST: usize = 400;
    let lower = digits.to_ascii_lowercase();
    let (mantissa, exponent) = match lower.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<isize>().ok()?),
        None => (lower.as_str(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: String = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) || exponent.unsigned_abs() > MOST {
        return None;
    }
    let point = isize::try_from(whole.len()).ok()?.checked_add(exponent)?;
    let (before, after) = match usize::try_from(point) {
        Ok(point) if point >= all.len() => (format!("{all}{}", "0".repeat(point - all.len())), String::new()),
        Ok(point) => {
            let (before, after) = all.split_at_checked(point)?;
            (before.to_owned(), after.to_owned())
        }
        Err(_) => (String::new(), format!("{}{all}", "0".repeat(point.unsigned_abs()))),
    };
    let before = before.trim_start_matches('0');
    let before = if before.is_empty() { "0" } else { before };
    Some(if after.is_empty() { before.to_owned() } else { format!("{before}.{after}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(ty: &str, value: &Default) -> Option<String> {
        default(value, &ColumnType::Sql(ty.to_owned()))
    }

    #[test]
    fn brackets_stay_where_the_grammar_wants_them() {
        for (written, spelled) in [
            ("now() AT TIME ZONE 'utc'", "(now() AT TIME ZONE 'utc')"),
            ("((now() at time zone 'utc'))", "(now() at time zone 'utc')"),
            ("(1 + 2)", "1 + 2"),
            ("coalesce(a IS NULL, b)", "coalesce(a IS NULL, b)"),
            ("f(1) IS NOT NULL", "(f(1) IS NOT NULL)"),
            ("'a is b'::text || 'c'", "'a is b'::text || 'c'"),
        ] {
            let default = Default::Sql(written.to_owned());
            assert_eq!(on("text", &default).as_deref(), Some(spelled), "{written}");
        }
    }

    #[test]
    fn numbers_are_written_as_the_server_does() {
        for (written, spelled) in [
            ("0", "0"),
            ("007", "7"),
            ("1_000", "1000"),
            ("-1", "'-1'::integer"),
            ("-0", "0"),
            ("3000000000", "'3000000000'::bigint"),
            ("-2147483648", "'-2147483648'::integer"),
            ("18446744073709551615", "'18446744073709551615'::numeric"),
            ("1.50", "1.50"),
            ("-1.5", "'-1.5'::numeric"),
            (".5", "0.5"),
            ("1e10", "'10000000000'::numeric"),
            ("0.1e1", "'1'::numeric"),
            ("1.25e1", "12.5"),
            ("1e-2", "0.01"),
        ] {
            assert_eq!(number(written).as_deref(), Some(spelled), "{written}");
        }
    }

    #[test]
    fn literals_have_the_type_of_their_column() {
        let text = Default::Text("it's \\ x".to_owned());
        let cases = [
            ("text", "'it''s \\ x'::text"),
            ("character varying(50)", "'it''s \\ x'::character varying"),
            ("character(3)", "'it''s \\ x'::bpchar"),
            ("import_status", "'it''s \\ x'::import_status"),
            ("timestamp(3) with time zone", "'it''s \\ x'::timestamp with time zone"),
            ("bit(3)", "'it''s \\ x'::\"bit\""),
            ("character varying(5)[]", "'it''s \\ x'::character varying[]"),
        ];
        for (ty, spelled) in cases {
            assert_eq!(on(ty, &text).as_deref(), Some(spelled));
        }
        assert_eq!(on("boolean", &Default::Bool(true)).as_deref(), Some("true"));
        assert_eq!(on("boolean", &Default::Sql("'f'".to_owned())).as_deref(), Some("false"));
        assert_eq!(on("integer", &Default::Sql("('7')".to_owned())).as_deref(), Some("7"));
        assert_eq!(on("text", &Default::Sql("NULL".to_owned())), None);
        assert_eq!(on("text", &Default::Sql("(lower('A'))".to_owned())).as_deref(), Some("lower('A')"));
    }

    #[test]
    fn the_current_instant_is_of_the_columns_type() {
        for (ty, spelled) in [
            ("timestamp with time zone", "now()"),
            ("timestamp(3) with time zone", "now()"),
            ("timestamp without time zone", "LOCALTIMESTAMP"),
            ("date", "CURRENT_DATE"),
            ("time without time zone", "LOCALTIME"),
            ("text", "now()"),
        ] {
            assert_eq!(on(ty, &Default::Now).as_deref(), Some(spelled));
        }
        let sql = Default::Sql("current_timestamp".to_owned());
        assert_eq!(on("timestamp with time zone", &sql).as_deref(), Some("CURRENT_TIMESTAMP"));
    }

    #[test]
    fn a_literal_is_read_through_its_casts() {
        for (sql, value) in [
            ("'x'::text", Some("x")),
            ("'x'::character varying", Some("x")),
            ("'x'::bpchar(3)", Some("x")),
            ("(0)::numeric", Some("0")),
            ("'-1'::integer", Some("-1")),
            ("-1", Some("-1")),
            ("('now'::text)::timestamp(3) without time zone", Some("now")),
            ("'a::b'::\"My Type\"", Some("a::b")),
            ("TRUE", Some("true")),
            ("NULL::text", None),
            ("'a'::text || 'b'::text", None),
            ("lower('A'::text)", None),
            ("now()", None),
        ] {
            assert_eq!(Literal::read(sql).and_then(Literal::into_text).as_deref(), value, "{sql}");
        }
        assert_eq!(Literal::read("NULL::text"), Some(Literal::Null));
        assert_eq!(Literal::read("'a'::text || 'b'::text"), None);
    }
}
