//! Which types hold every value of another one.

use super::types::{canonical, is_integer, is_text, most_bytes, name_of, numbers_of, values};

/// A column's type and its character set, as the server tells them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored<'a> {
    /// The type, in any spelling.
    pub(crate) ty: &'a str,
    /// Its character set; none where the type has none.
    pub(crate) charset: Option<&'a str>,
}

/// Whether a change of the type keeps each value as it is, whatever it is. Where that is not known, it is not.
pub(crate) fn keeps_values(before: Stored<'_>, after: Stored<'_>) -> bool {
    let (old, new) = (canonical(before.ty), canonical(after.ty));
    if is_text(&old) && is_text(&new) {
        let is_same_charset = before.charset == after.charset;
        return (old == new && is_same_charset)
            || (keeps_characters(before.charset, after.charset)
                && keeps_texts(&old, &new, is_same_charset, after.charset));
    }
    old == new || keeps_numbers(&old, &new) || keeps_bytes(&old, &new) || keeps_times(&old, &new)
}

/// Everything has its place in `utf8mb4`, and ASCII in all others.
fn keeps_characters(before: Option<&str>, after: Option<&str>) -> bool {
    before == after || after == Some("utf8mb4") || before == Some("ascii")
}

fn keeps_texts(old: &str, new: &str, is_same_charset: bool, charset: Option<&str>) -> bool {
    if let (Some(old_values), Some(new_values)) = (values(old), values(new)) {
        return name_of(old) == name_of(new) && old_values.iter().all(|value| new_values.contains(value));
    }
    let characters = match name_of(old) {
        "char" | "varchar" => length(old),
        "enum" => values(old)
            .and_then(|values| values.iter().map(|value| value.chars().count()).max())
            .and_then(|longest| u64::try_from(longest).ok()),
        _ => None,
    };
    match (characters, name_of(new), capacity(new)) {
        // CHAR takes spaces from the end of what it shows.
        (Some(characters), "char", _) => name_of(old) != "varchar" && Some(characters) <= length(new),
        (Some(characters), "varchar", _) => Some(characters) <= length(new),
        (Some(characters), _, Some(bytes)) => most_bytes(characters, charset) <= bytes,
        (None, _, Some(bytes)) => {
            capacity(old).is_some_and(|old| old <= bytes) && (is_same_charset || name_of(new) == "longtext")
        }
        (_, _, None) => false,
    }
}

fn keeps_numbers(old: &str, new: &str) -> bool {
    let is_unsigned = |ty: &str| ty.contains("unsigned");
    match (name_of(old), name_of(new)) {
        _ if is_unsigned(new) && !is_unsigned(old) => false,
        _ if is_integer(old) && is_integer(new) => {
            let room = |ty: &str| {
                let bits = integer_bytes(ty) * 8;
                if is_unsigned(ty) { bits } else { bits - 1 }
            };
            room(old) <= room(new)
        }
        (_, "decimal") if is_integer(old) => {
            decimal(new).is_some_and(|(whole, _)| integer_digits(old) <= whole)
        }
        (_, "double") if is_integer(old) => integer_bytes(old) <= 4,
        ("decimal", "decimal") => match (decimal(old), decimal(new)) {
            (Some(old), Some(new)) => old.0 <= new.0 && old.1 <= new.1,
            _ => false,
        },
        ("float", "double") => numbers_of(old).is_empty() && numbers_of(new).is_empty(),
        _ => false,
    }
}

fn keeps_bytes(old: &str, new: &str) -> bool {
    match (name_of(old), name_of(new)) {
        ("binary" | "varbinary", "varbinary") => length(old) <= length(new),
        ("binary" | "varbinary", _) => {
            matches!((length(old), blob(new)), (Some(old), Some(new)) if old <= new)
        }
        _ => matches!((blob(old), blob(new)), (Some(old), Some(new)) if old <= new),
    }
}

fn keeps_times(old: &str, new: &str) -> bool {
    let precision = |ty: &str| numbers_of(ty).first().copied().unwrap_or(0);
    match (name_of(old), name_of(new)) {
        ("date", "datetime") => true,
        ("datetime", "datetime") | ("timestamp", "timestamp") | ("time", "time") => {
            precision(old) <= precision(new)
        }
        _ => false,
    }
}

/// Of CHAR, VARCHAR, BINARY and VARBINARY.
fn length(ty: &str) -> Option<u64> {
    numbers_of(ty).first().copied().or_else(|| ["char", "binary"].contains(&name_of(ty)).then_some(1))
}

/// How many bytes a type of texts without a length holds.
fn capacity(ty: &str) -> Option<u64> {
    match name_of(ty) {
        "tinytext" => Some(0xff),
        "text" => Some(0xffff),
        "mediumtext" => Some(0xff_ffff),
        "longtext" => Some(0xffff_ffff),
        _ => None,
    }
}

/// How many bytes a type of bytes without a length holds.
fn blob(ty: &str) -> Option<u64> {
    match name_of(ty) {
        "tinyblob" => Some(0xff),
        "blob" => Some(0xffff),
        "mediumblob" => Some(0xff_ffff),
        "longblob" => Some(0xffff_ffff),
        _ => None,
    }
}

fn integer_bytes(ty: &str) -> u64 {
    match name_of(ty) {
        "tinyint" => 1,
        "smallint" => 2,
        "mediumint" => 3,
        "int" => 4,
        _ => 8,
    }
}

/// The digits of its greatest number.
fn integer_digits(ty: &str) -> u64 {
    match name_of(ty) {
        "tinyint" => 3,
        "smallint" => 5,
        "mediumint" => 8,
        "int" => 10,
        _ => 20,
    }
}

/// The digits in front of the point and behind it.
fn decimal(ty: &str) -> Option<(u64, u64)> {
    let [digits, behind] = numbers_of(ty).try_into().ok()?;
    Some((digits.checked_sub(behind)?, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps(old: &str, new: &str) -> bool {
        let stored = |ty| Stored { ty, charset: is_text(&canonical(ty)).then_some("utf8mb4") };
        keeps_values(stored(old), stored(new))
    }

    #[test]
    fn what_is_wider_keeps_values_and_what_is_narrower_does_not() {
        for (narrow, wide) in [
            ("int", "bigint"),
            ("int(10) unsigned", "bigint"),
            ("tinyint unsigned", "smallint unsigned"),
            ("int", "decimal(10,0)"),
            ("int", "double"),
            ("decimal(10,2)", "decimal(12,3)"),
            ("float", "double"),
            ("char(3)", "varchar(3)"),
            ("varchar(20)", "varchar(21)"),
            ("varchar(100)", "text"),
            ("text", "longtext"),
            ("enum('a','b')", "enum('b','a','c')"),
            ("enum('a','bcd')", "varchar(3)"),
            ("set('a')", "set('a','b')"),
            ("binary(16)", "varbinary(16)"),
            ("varbinary(20)", "blob"),
            ("tinyblob", "blob"),
            ("date", "datetime"),
            ("datetime", "datetime(6)"),
        ] {
            assert!(keeps(narrow, wide), "{narrow} → {wide}");
            assert!(!keeps(wide, narrow), "{wide} → {narrow}");
            assert!(keeps(narrow, narrow) && keeps(wide, wide));
        }
    }

    #[test]
    fn what_may_lose_a_value_is_not_taken_for_keeping_it() {
        for (old, new) in [
            ("int", "int unsigned"),
            ("int unsigned", "int"),
            ("int", "float"),
            ("bigint", "double"),
            ("decimal(10,2)", "decimal(10,3)"),
            ("varchar(20)", "char(20)"),
            ("varchar(20000)", "text"),
            ("text", "varchar(60000)"),
            ("timestamp", "datetime"),
            ("datetime", "timestamp"),
            ("json", "longtext"),
            ("varchar(20)", "int"),
        ] {
            assert!(!keeps(old, new), "{old} → {new}");
        }
    }

    #[test]
    fn a_character_set_holds_another_or_not() {
        let stored = |charset| Stored { ty: "varchar(10)", charset: Some(charset) };
        assert!(keeps_values(stored("latin1"), stored("utf8mb4")));
        assert!(keeps_values(stored("ascii"), stored("latin1")));
        assert!(!keeps_values(stored("utf8mb4"), stored("latin1")));
        let text = |charset| Stored { ty: "text", charset: Some(charset) };
        assert!(!keeps_values(text("latin1"), text("utf8mb4")), "as many characters take more bytes");
    }
}
