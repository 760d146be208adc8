//! What the catalogues of both servers say, in this dialect's spelling: for the driver, which reads them.

use super::expression::{canonical, without_brackets};
use super::identifier::quote_text;
use super::types;
use super::variant::Variant;
use crate::model::{Default, Engine};
use crate::sql::{TokenKind, tokenize, unquote_string};

/// A default, from COLUMN_DEFAULT.
///
/// MySQL writes literals without quotes and says in EXTRA (`DEFAULT_GENERATED`) that a default is an expression; MariaDB writes SQL.
#[must_use]
pub fn default(variant: Variant, text: &str, is_expression: bool, ty: &str) -> Option<Default> {
    let sql = match variant {
        Variant::Mariadb => expression(variant, text),
        Variant::Mysql if is_expression => expression(variant, text),
        // Whatever it looks like: `0x1F` and `now()` are texts too.
        Variant::Mysql if types::is_text(ty) => quote_text(text),
        Variant::Mysql if is_instant(text) => expression(variant, text),
        Variant::Mysql if types::is_number(ty) || text.starts_with("b'") || text.starts_with("0x") => {
            text.to_owned()
        }
        Variant::Mysql => quote_text(text),
    };
    default_sql(&sql).map(Default::Sql)
}

/// The value that ON UPDATE sets, from EXTRA.
#[must_use]
pub fn on_update(extra: &str) -> Option<String> {
    let lower = extra.to_ascii_lowercase();
    let start = lower.find("on update ")? + "on update ".len();
    // MariaDB puts a comma before what follows.
    let word = lower.get(start..)?.split([' ', ',']).next()?;
    instant(word)
}

/// An expression: of a CHECK, a generated column, a part of an index.
///
/// MySQL escapes the quotes in it once more and puts the character set before literals.
#[must_use]
pub fn expression(variant: Variant, text: &str) -> String {
    let text = match variant {
        Variant::Mysql => unescaped(text),
        Variant::Mariadb => text.to_owned(),
    };
    without_brackets(&without_introducers(&text)).to_owned()
}

/// A default as this dialect writes it; none for NULL.
pub(super) fn default_sql(sql: &str) -> Option<String> {
    let sql = without_brackets(sql);
    if let Some(instant) = instant(sql) {
        return Some(instant);
    }
    let tokens: Vec<_> =
        tokenize(sql, Engine::Mysql).into_iter().filter(|token| !token.is_trivia()).collect();
    let texts: Vec<(TokenKind, &str)> = tokens.iter().map(|token| (token.kind, token.text(sql))).collect();
    Some(match texts.as_slice() {
        [(TokenKind::String, text)] => quote_text(&unquote_string(text, Engine::Mysql)),
        [(TokenKind::Word, introducer), (TokenKind::String, text)]
            if introducer.eq_ignore_ascii_case("_utf8mb4") =>
        {
            quote_text(&unquote_string(text, Engine::Mysql))
        }
        [(TokenKind::Blob, text)] => text.to_owned().to_string(),
        [(TokenKind::Number, text)] | [(_, "+"), (TokenKind::Number, text)] => (*text).to_owned(),
        [(_, "-"), (TokenKind::Number, text)] => format!("-{text}"),
        [(TokenKind::Word, word)] if word.eq_ignore_ascii_case("null") => return None,
        [(TokenKind::Word, word)] if word.eq_ignore_ascii_case("true") => "1".to_owned(),
        [(TokenKind::Word, word)] if word.eq_ignore_ascii_case("false") => "0".to_owned(),
        _ => format!("({sql})"),
    })
}

/// The current instant, however it is written: `CURRENT_TIMESTAMP` or `CURRENT_TIMESTAMP(6)`.
pub(super) fn instant(sql: &str) -> Option<String> {
    let words = canonical(sql).replace(' ', "");
    let rest = ["current_timestamp", "now", "localtimestamp", "localtime"]
        .iter()
        .find_map(|name| words.strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with('(')))?;
    let bare = words == "now";
    match rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        None if rest.is_empty() && !bare => Some("CURRENT_TIMESTAMP".to_owned()),
        Some("" | "0") => Some("CURRENT_TIMESTAMP".to_owned()),
        Some(digits) if digits.len() == 1 && digits.bytes().all(|digit| digit.is_ascii_digit()) => {
            Some(format!("CURRENT_TIMESTAMP({digits})"))
        }
        None | Some(_) => None,
    }
}

fn is_instant(text: &str) -> bool {
    instant(text).is_some()
}

/// The text as it was before MySQL's catalogue escaped it (<https://bugs.mysql.com/bug.php?id=100607>).
fn unescaped(text: &str) -> String {
    if !text.contains("\\'") {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let mut plain = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.push(match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('0') => '\0',
                Some('Z') => '\u{1a}',
                Some(escaped) => escaped,
                None => '\\',
            }),
            letter => plain.push(letter),
        }
    }
    plain
}

/// The text without `_utf8mb4` before its literals.
fn without_introducers(sql: &str) -> String {
    let tokens = tokenize(sql, Engine::Mysql);
    let mut kept = String::with_capacity(sql.len());
    for (position, token) in tokens.iter().enumerate() {
        let before_literal = tokens.get(position + 1).is_some_and(|next| next.kind == TokenKind::String);
        let text = token.text(sql);
        if !(token.kind == TokenKind::Word && text.eq_ignore_ascii_case("_utf8mb4") && before_literal) {
            kept.push_str(text);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(default: Option<Default>) -> Option<String> {
        if let Some(Default::Sql(text)) = default { Some(text) } else { None }
    }

    #[test]
    fn defaults_of_mysql_are_sql() {
        for (raw, is_expression, ty, sql) in [
            ("0", false, "int", Some("0")),
            ("-1.50", false, "decimal(5,2)", Some("-1.50")),
            ("0", false, "varchar(3)", Some("'0'")),
            ("it's \\ x", false, "varchar(20)", Some("'it''s \\\\ x'")),
            ("", false, "varchar(3)", Some("''")),
            ("0x1F'", false, "varchar(9)", Some("'0x1F'''")),
            ("b'1'", false, "enum('b''1''')", Some("'b''1'''")),
            ("CURRENT_TIMESTAMP", false, "varchar(30)", Some("'CURRENT_TIMESTAMP'")),
            ("0x6100", false, "binary(2)", Some("0x6100")),
            ("b'101'", false, "bit(3)", Some("b'101'")),
            ("CURRENT_TIMESTAMP(6)", true, "datetime(6)", Some("CURRENT_TIMESTAMP(6)")),
            ("uuid()", true, "char(36)", Some("(uuid())")),
            ("concat(_utf8mb4\\'a\\',_utf8mb4\\'b\\')", true, "varchar(3)", Some("(concat('a','b'))")),
            ("2020-01-01", false, "date", Some("'2020-01-01'")),
        ] {
            assert_eq!(text(default(Variant::Mysql, raw, is_expression, ty)).as_deref(), sql, "{raw}");
        }
    }

    #[test]
    fn defaults_of_mariadb_are_sql() {
        for (raw, ty, sql) in [
            ("NULL", "int", None),
            ("0", "int", Some("0")),
            ("-1", "int", Some("-1")),
            ("'it''s \\\\ x'", "varchar(20)", Some("'it''s \\\\ x'")),
            ("current_timestamp(6)", "datetime(6)", Some("CURRENT_TIMESTAMP(6)")),
            ("current_timestamp()", "datetime", Some("CURRENT_TIMESTAMP")),
            ("uuid()", "char(36)", Some("(uuid())")),
            ("(1 + 2)", "int", Some("(1 + 2)")),
            ("b'101'", "bit(3)", Some("b'101'")),
        ] {
            assert_eq!(text(default(Variant::Mariadb, raw, false, ty)).as_deref(), sql, "{raw}");
        }
    }

    #[test]
    fn expressions_are_what_somebody_wrote() {
        assert_eq!(expression(Variant::Mysql, "(`s` <> _utf8mb4\\'it\\\\\\'s\\')"), "`s` <> 'it\\'s'");
        assert_eq!(expression(Variant::Mysql, "(`a` > 0)"), "`a` > 0");
        assert_eq!(expression(Variant::Mysql, "concat(`a\\Zb`,_utf8mb4\\'c\\')"), "concat(`a\u{1a}b`,'c')");
        assert_eq!(expression(Variant::Mariadb, "`s` <> 'it\\'s'"), "`s` <> 'it\\'s'");
    }

    #[test]
    fn on_update_is_read_from_what_else_there_is() {
        for extra in [
            "on update current_timestamp(6)",
            "on update current_timestamp(6), INVISIBLE",
            "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6) INVISIBLE",
        ] {
            assert_eq!(on_update(extra).as_deref(), Some("CURRENT_TIMESTAMP(6)"), "{extra}");
        }
        assert_eq!(
            on_update("DEFAULT_GENERATED on update CURRENT_TIMESTAMP").as_deref(),
            Some("CURRENT_TIMESTAMP")
        );
        assert_eq!(on_update("auto_increment"), None);
    }
}
