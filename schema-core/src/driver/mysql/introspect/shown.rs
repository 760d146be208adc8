//! What the catalogue garbles and SHOW CREATE tells right.
//!
//! The catalogue's own texts are of `utf8mb3`, which holds no characters beyond the first plane: there stands `?` for each of their bytes. MySQL 9 also reads
//! the bytes of expressions as `latin1`, and both servers take escapes out of the bodies of triggers. SHOW CREATE gives the bytes as they were.

use super::details::has_cut_default;
use crate::dialect::mysql::{Variant, catalogue as spelling, types};
use crate::driver::mysql::connection::NO_TEXT;
use crate::driver::mysql::show_create::{bracketed, parts, significant, top_level};
use crate::model::{ColumnType, Default, Engine, IndexKey, Table};
use crate::sql::{Token, TokenKind, unquote_identifier, unquote_string};

/// Whether an expression may be another than the catalogue says.
pub(super) fn may_be_garbled(text: &str) -> bool {
    !text.is_ascii() || text.contains(['?', '\\']) || has_introducer(text)
}

/// Whether a literal is of another character set than a statement is.
fn has_introducer(text: &str) -> bool {
    text.split('\'').any(|before| {
        let (_, word) = before.rsplit_once('_').unwrap_or_default();
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether an expression or a default of the table may be.
pub(super) fn is_in_doubt(table: &Table) -> bool {
    let sql = |default: &Default| match default {
        Default::Sql(sql) => may_be_garbled(sql),
        Default::Now | Default::Bool(_) | Default::Number(_) | Default::Text(_) | Default::EnumValue(_) => {
            false
        }
    };
    let column = |column: &crate::model::Column| {
        column.default.as_ref().is_some_and(sql)
            || has_cut_default(column)
            || column.generated.as_ref().is_some_and(|generated| may_be_garbled(&generated.expression))
    };
    let mut keys = table.indexes.iter().flat_map(|index| &index.parts).map(|part| &part.key);
    table.columns.iter().any(column)
        || table.checks.iter().any(|check| may_be_garbled(&check.expression))
        || keys.any(|key| matches!(key, IndexKey::Expression(text) if may_be_garbled(text)))
}

/// Puts what SHOW CREATE TABLE tells in place of what the catalogue does.
pub(super) fn correct(table: &mut Table, create: &str) {
    let tokens = significant(create);
    for part in parts(create, &tokens) {
        let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
        // The catalogue does not tell it better, but without bytes that are no text.
        if create.get(first.span.start..last.span.end).is_none_or(|text| text.contains(NO_TEXT)) {
            continue;
        }
        let word = first.text(create);
        if first.kind == TokenKind::QuotedIdentifier {
            correct_column(table, create, &unquote_identifier(word), part);
        } else if word.eq_ignore_ascii_case("CONSTRAINT") {
            correct_check(table, create, part);
        } else {
            correct_index(table, create, part);
        }
    }
}

fn expression(text: &str) -> String {
    // No more escaped on MySQL than on MariaDB.
    spelling::expression(Variant::Mariadb, text)
}

fn correct_column(table: &mut Table, create: &str, name: &str, part: &[Token]) {
    /// What may stand behind a default.
    const BEHIND: [&str; 8] =
        ["CHECK", "COLUMN_FORMAT", "COMMENT", "GENERATED", "INVISIBLE", "ON", "STORAGE", "WITHOUT"];
    let Some(column) = table.columns.iter_mut().find(|column| column.name == name) else { return };
    let words = top_level(create, part);
    for (place, (position, word)) in words.iter().enumerate() {
        let rest = part.get(position + 1..).unwrap_or_default();
        match word.as_str() {
            "AS" => {
                if let (Some(generated), Some(text)) = (&mut column.generated, bracketed(create, rest)) {
                    generated.expression = expression(text);
                }
            }
            "CHECK" => {
                let check = table.checks.iter_mut().find(|check| check.column.as_deref() == Some(name));
                if let (Some(check), Some(text)) = (check, bracketed(create, rest)) {
                    check.expression = expression(text);
                }
            }
            "DEFAULT" => {
                let mut later = words.iter().skip(place + 1);
                let end = later.find(|(_, word)| BEHIND.contains(&word.as_str())).map(|(end, _)| *end);
                let value = part.get(position + 1..end.unwrap_or(part.len())).unwrap_or_default();
                let text = value
                    .first()
                    .zip(value.last())
                    .and_then(|(first, last)| create.get(first.span.start..last.span.end));
                let ColumnType::Sql(ty) = &column.ty else { continue };
                let read = if has_cut_default(column) { of_bytes } else { default };
                if let (Some(known), Some(text)) = (&mut column.default, text)
                    && let Some(default) = read(text, ty)
                {
                    *known = default;
                }
            }
            _ => {}
        }
    }
}

/// A default that is a text or an expression; other literals the catalogue tells right.
fn default(text: &str, ty: &str) -> Option<Default> {
    if let Some(digits) = text.strip_prefix("0x") {
        // MySQL's way to write what is beyond the first plane.
        let text = types::is_text(ty).then(|| from_hex(digits)).flatten()?;
        return spelling::default(Variant::Mysql, &text, false, ty);
    }
    let is_literal = !text.starts_with('(') && !text.contains('(');
    if is_literal && !types::is_text(ty) {
        return None;
    }
    spelling::default(Variant::Mariadb, text, true, ty)
}

/// A default of bytes, which MySQL's catalogue cuts at the first that is zero. A fixed length is filled with zeros, which nobody writes.
fn of_bytes(text: &str, ty: &str) -> Option<Default> {
    let mut bytes = match text.strip_prefix("0x") {
        Some(digits) => bytes_of(digits)?,
        None if text.starts_with('\'') => unquote_string(text, Engine::Mysql).into_bytes(),
        None => return None,
    };
    if types::name_of(ty) == "binary" {
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
    }
    if bytes.is_empty() {
        return Some(Default::Sql("''".to_owned()));
    }
    let digits: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    Some(Default::Sql(format!("0x{digits}")))
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let byte = |start: usize| u8::from_str_radix(digits.get(start..start + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn from_hex(digits: &str) -> Option<String> {
    String::from_utf8(bytes_of(digits)?).ok()
}

fn correct_check(table: &mut Table, create: &str, part: &[Token]) {
    let [_, name, check, rest @ ..] = part else { return };
    if !check.text(create).eq_ignore_ascii_case("CHECK") {
        return;
    }
    let name = unquote_identifier(name.text(create));
    let found = table.checks.iter_mut().find(|check| check.name.as_ref() == Some(&name));
    if let (Some(found), Some(text)) = (found, bracketed(create, rest)) {
        found.expression = expression(text);
    }
}

fn correct_index(table: &mut Table, create: &str, part: &[Token]) {
    let Some(place) = part.iter().position(|token| token.kind == TokenKind::QuotedIdentifier) else { return };
    let (Some(name), Some(rest)) = (part.get(place), part.get(place + 1..)) else { return };
    let name = unquote_identifier(name.text(create));
    let Some(index) = table.indexes.iter_mut().find(|index| index.name.as_ref() == Some(&name)) else {
        return;
    };
    for (part, shown) in index.parts.iter_mut().zip(parts(create, rest)) {
        if let (IndexKey::Expression(known), Some(text)) = (&mut part.key, bracketed(create, shown)) {
            *known = expression(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::mysql::trigger;
    use crate::model::{Check, Column, Generated, Index, IndexPart};

    #[test]
    fn texts_are_those_of_show_create() {
        let text = |name: &str, default: Option<&str>| Column {
            default: default.map(|text| Default::Sql(text.to_owned())),
            ..Column::new(name, ColumnType::Sql("varchar(30)".to_owned()))
        };
        let mut table = Table::new("t");
        table.columns = vec![
            Column::new("id", ColumnType::Sql("int".to_owned())),
            text("é", Some("'?'")),
            Column {
                generated: Some(Generated { expression: "?".to_owned(), stored: false }),
                ..text("g", None)
            },
            text("x", Some("(concat('????'))")),
        ];
        table.checks = vec![Check { name: Some("c".to_owned()), ..Check::new("`Ã©` <> '?'") }];
        let key = IndexPart::new(IndexKey::Expression("?".to_owned()));
        table.indexes = vec![Index { name: Some("i".to_owned()), ..Index::new(vec![key]) }];
        assert!(is_in_doubt(&table));
        correct(
            &mut table,
            "CREATE TABLE `t` (\n  `id` int NOT NULL DEFAULT '1',\n  `é` varchar(30) DEFAULT 0xF09F9880 COMMENT 'c',\n  \
             `g` varchar(30) GENERATED ALWAYS AS (concat(`é`,_utf8mb4'😀,\\\\')) VIRTUAL,\n  \
             `x` varchar(30) DEFAULT (concat(_utf8mb4'😀',_utf8mb4'it\\'s')),\n  KEY `i` ((concat(`x`,_utf8mb4'😀'))),\n  \
             CONSTRAINT `c` CHECK (((`é` <> _utf8mb4'😀') and (`x` <> _utf8mb4'a\\\\b\\nc')))\n) ENGINE=InnoDB",
        );
        let default = |place: usize| table.columns[place].default.clone();
        assert_eq!(default(1), Some(Default::Sql("'😀'".to_owned())));
        assert_eq!(default(3), Some(Default::Sql("(concat('😀','it\\'s'))".to_owned())));
        assert_eq!(table.columns[2].generated.as_ref().unwrap().expression, "concat(`é`,'😀,\\\\')");
        assert_eq!(table.checks[0].expression, "(`é` <> '😀') and (`x` <> 'a\\\\b\\nc')");
        assert!(
            matches!(&table.indexes[0].parts[0].key, IndexKey::Expression(text) if text == "concat(`x`,'😀')")
        );
    }

    #[test]
    fn bodies_of_triggers_are_found() {
        let create = "CREATE DEFINER=`root`@`localhost` trigger tr before insert on t2 for each row follows `x` set new.x = 'a\\nb😀'";
        assert_eq!(trigger::body(create), Some("set new.x = 'a\\nb😀'"));
    }
}
