//! Types in one spelling.
//!
//! <https://dev.mysql.com/doc/refman/8.0/en/data-types.html>, <https://mariadb.com/kb/en/data-types/>

use super::quote_text;
use crate::model::Engine;
use crate::sql::{TokenKind, tokenize, unquote_identifier, unquote_string};

/// A type with what its text says beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The type in its one spelling.
    pub(super) text: String,
    /// Its character set.
    pub(super) charset: Option<String>,
    /// Its collation.
    pub(super) collation: Option<String>,
    /// It is SERIAL: numbered by the engine, unique and not NULL.
    pub(super) serial: bool,
}

/// A type in its one spelling, as far as text alone tells: of a model, of COLUMN_TYPE or of SHOW CREATE TABLE.
///
/// ```
/// use schema_core::dialect::mysql::canonical_type;
///
/// assert_eq!(canonical_type("INTEGER(11) UNSIGNED"), "int unsigned");
/// assert_eq!(canonical_type("numeric(5)"), "decimal(5,0)");
/// ```
#[must_use]
pub fn canonical(text: &str) -> String {
    written(text).text
}

/// The values of an `enum` or `set` type, in order.
#[must_use]
pub fn values(ty: &str) -> Option<Vec<String>> {
    let parts = Parts::read(ty)?;
    let has_values = (parts.name == "enum" || parts.name == "set") && !parts.arguments.is_empty();
    has_values.then(|| parts.values())
}

/// An `enum` or `set` type of these values.
#[must_use]
pub fn of_values(name: &str, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|value| quote_text(value)).collect();
    format!("{name}({})", values.join(","))
}

/// The type without arguments and what follows them: `varchar` of `varchar(20)`, `int` of `int unsigned`.
pub(crate) fn name_of(ty: &str) -> &str {
    ty.split(['(', ' ']).next().unwrap_or_default()
}

/// The arguments of a type that are numbers: 10 and 2 of `decimal(10,2)`.
pub(crate) fn numbers_of(ty: &str) -> Vec<u64> {
    let inside = ty.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    inside.into_iter().flat_map(|inside| inside.split(',')).filter_map(|it| it.trim().parse().ok()).collect()
}

/// Whether the type has a character set and a collation.
pub(crate) fn is_text(ty: &str) -> bool {
    ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"].contains(&name_of(ty))
}

/// Whether a column of the type can be part of a key only with a length.
pub(crate) fn needs_prefix(ty: &str) -> bool {
    ["tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob"]
        .contains(&name_of(ty))
}

/// Whether the type is of points, lines and the like.
pub(crate) fn is_spatial(ty: &str) -> bool {
    const SPATIAL: [&str; 8] = [
        "geometry",
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geometrycollection",
    ];
    SPATIAL.contains(&name_of(ty))
}

/// Whether the type is of whole numbers.
pub(crate) fn is_integer(ty: &str) -> bool {
    ["tinyint", "smallint", "mediumint", "int", "bigint"].contains(&name_of(ty))
}

/// Whether the type is of numbers.
pub(crate) fn is_number(ty: &str) -> bool {
    is_integer(ty) || ["decimal", "float", "double", "year"].contains(&name_of(ty))
}

/// Whether a foreign key may lead from a column of one type to one of the other; of texts, lengths may differ.
pub(super) fn comparable(own: &str, other: &str) -> bool {
    let loose = ["char", "varchar", "binary", "varbinary", "datetime", "timestamp", "time", "enum", "set"];
    own == other
        || name_of(own) == name_of(other) && loose.contains(&name_of(own))
        || is_integer(own)
            && name_of(own) == name_of(other)
            && own.contains("unsigned") == other.contains("unsigned")
        || [own, other].iter().all(|ty| ["char", "varchar"].contains(&name_of(ty)))
        || [own, other].iter().all(|ty| ["binary", "varbinary"].contains(&name_of(ty)))
}

/// The most bytes that so many characters take; four each where the character set is open.
pub(crate) fn most_bytes(characters: u64, charset: Option<&str>) -> u64 {
    characters * charset.map_or(4, bytes_per_character)
}

fn bytes_per_character(charset: &str) -> u64 {
    match charset {
        "utf8mb4" | "utf32" | "utf16" | "utf16le" | "gb18030" => 4,
        "utf8mb3" | "ujis" | "eucjpms" => 3,
        "ucs2" | "big5" | "gbk" | "sjis" | "cp932" | "euckr" | "gb2312" => 2,
        _ => 1,
    }
}

/// The bytes that a column takes in a key, of which `length` characters count; the least where its character set is open.
pub(super) fn bytes_in_key(ty: &str, length: Option<u32>, charset: Option<&str>) -> u64 {
    let bytes = charset.map_or(1, bytes_per_character);
    let whole = numbers_of(ty).first().copied().unwrap_or_default();
    let counted = length.map_or(whole, u64::from);
    match name_of(ty) {
        "char" | "varchar" => counted * bytes,
        name if needs_prefix(ty) => counted * if name.ends_with("text") { bytes } else { 1 },
        "binary" | "varbinary" => counted,
        "bigint" | "double" | "datetime" => 8,
        "int" | "float" | "timestamp" => 4,
        "mediumint" | "date" | "time" => 3,
        "smallint" => 2,
        _ => 1,
    }
}

pub(super) fn written(text: &str) -> Written {
    let plain = |text: String| Written { text, charset: None, collation: None, serial: false };
    let Some(parts) = Parts::read(text) else {
        // A line may end a comment: what is not understood stays as it is.
        return plain(text.trim_ascii().to_owned());
    };
    let (charset, collation) = (parts.charset.clone(), parts.collation.clone());
    match parts.name.as_str() {
        "serial" => Written { serial: true, ..plain("bigint unsigned".to_owned()) },
        name if NATIONAL.iter().any(|(national, _)| *national == name) => {
            let charset = charset.or_else(|| Some("utf8mb3".to_owned()));
            Written { charset, collation, ..plain(parts.spelled()) }
        }
        _ => Written { charset, collation, ..plain(parts.spelled()) },
    }
}

/// What a name of a type is short or another word for.
const ALIASES: [(&str, &str); 28] = [
    ("int1", "tinyint"),
    ("int2", "smallint"),
    ("int3", "mediumint"),
    ("middleint", "mediumint"),
    ("integer", "int"),
    ("int4", "int"),
    ("int8", "bigint"),
    ("dec", "decimal"),
    ("fixed", "decimal"),
    ("numeric", "decimal"),
    ("double precision", "double"),
    ("real", "double"),
    ("float8", "double"),
    ("float4", "float"),
    ("character", "char"),
    ("varcharacter", "varchar"),
    ("char varying", "varchar"),
    ("character varying", "varchar"),
    ("long", "mediumtext"),
    ("long varchar", "mediumtext"),
    ("long char varying", "mediumtext"),
    ("long character varying", "mediumtext"),
    ("long varbinary", "mediumblob"),
    ("char byte", "binary"),
    ("varchar byte", "varbinary"),
    ("geomcollection", "geometrycollection"),
    ("bool", "tinyint"),
    ("boolean", "tinyint"),
];

/// Types of the national character set, which is `utf8mb3`.
const NATIONAL: [(&str, &str); 9] = [
    ("nchar", "char"),
    ("national char", "char"),
    ("national character", "char"),
    ("nvarchar", "varchar"),
    ("nchar varying", "varchar"),
    ("nchar varchar", "varchar"),
    ("national varchar", "varchar"),
    ("national char varying", "varchar"),
    ("national character varying", "varchar"),
];

/// A declared type in its parts.
struct Parts {
    /// Bare words in lower case.
    name: String,
    arguments: Vec<String>,
    unsigned: bool,
    zerofill: bool,
    srid: Option<String>,
    charset: Option<String>,
    collation: Option<String>,
}

impl Parts {
    /// Reads a type; none where it is none that this knows the form of.
    fn read(text: &str) -> Option<Parts> {
        let tokens: Vec<(TokenKind, &str)> = tokenize(text, Engine::Mysql)
            .iter()
            .filter(|token| !token.is_trivia())
            .map(|token| (token.kind, token.text(text)))
            .collect();
        let word = |position: usize| match tokens.get(position) {
            Some((TokenKind::Word, word)) => Some(word.to_ascii_lowercase()),
            Some(_) | None => None,
        };
        let is_behind = |position: usize, word: &str| {
            position > 0
                && (["unsigned", "signed", "zerofill", "collate", "charset", "srid", "ref_system_id"]
                    .contains(&word)
                    || ["binary", "ascii", "unicode"].contains(&word)
                    || word == "character" && self::word_at(&tokens, position + 1) == Some("set"))
        };
        let mut name = Vec::new();
        let mut at = 0;
        while let Some(next) = word(at).filter(|next| !is_behind(at, next)) {
            name.push(next);
            at += 1;
        }
        let mut parts = Parts {
            name: name.join(" "),
            arguments: Vec::new(),
            unsigned: false,
            zerofill: false,
            srid: None,
            charset: None,
            collation: None,
        };
        if parts.name.is_empty() {
            return None;
        }
        if tokens.get(at).is_some_and(|(_, text)| *text == "(") {
            let end = at + tokens.get(at..)?.iter().position(|(_, text)| *text == ")")?;
            let inside = tokens.get(at + 1..end)?;
            parts.arguments = inside
                .split(|(kind, text)| *kind == TokenKind::Punctuation && *text == ",")
                .map(|item| item.iter().map(|(_, text)| *text).collect())
                .collect();
            at = end + 1;
        }
        let name_at = |position: usize| match tokens.get(position) {
            Some((TokenKind::Word | TokenKind::QuotedIdentifier, name)) => {
                Some(unquote_identifier(name).to_ascii_lowercase())
            }
            Some((TokenKind::String, name)) => Some(unquote_string(name, Engine::Mysql).to_ascii_lowercase()),
            Some(_) | None => None,
        };
        while at < tokens.len() {
            let next = word(at)?;
            at += 1;
            match next.as_str() {
                "unsigned" => parts.unsigned = true,
                "signed" => {}
                "zerofill" => (parts.unsigned, parts.zerofill) = (true, true),
                "byte" => parts.name.push_str(" byte"),
                "collate" | "charset" | "character" => {
                    at += usize::from(next == "character");
                    let name = name_at(at)?;
                    at += 1;
                    let place = if next == "collate" { &mut parts.collation } else { &mut parts.charset };
                    *place = Some(if next == "collate" { collation(&name) } else { charset(&name) });
                }
                "ascii" => parts.charset = Some("latin1".to_owned()),
                "unicode" => parts.charset = Some("ucs2".to_owned()),
                "srid" | "ref_system_id" => {
                    at += usize::from(tokens.get(at).is_some_and(|(_, text)| *text == "="));
                    parts.srid = Some(tokens.get(at).map(|(_, text)| (*text).to_owned())?);
                    at += 1;
                }
                _ => return None,
            }
        }
        Some(parts)
    }

    /// The texts among the arguments, as values of an `enum` or `set`: the server cuts spaces at their ends.
    fn values(&self) -> Vec<String> {
        let value = |text: &String| unquote_string(text, Engine::Mysql).trim_end_matches(' ').to_owned();
        self.arguments.iter().map(value).collect()
    }

    fn spelled(&self) -> String {
        let name = ALIASES
            .iter()
            .chain(&NATIONAL)
            .find(|(alias, _)| *alias == self.name)
            .map_or(self.name.as_str(), |(_, name)| name);
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let signs = match (self.unsigned, self.zerofill) {
            (_, true) => " unsigned zerofill",
            (true, false) => " unsigned",
            (false, false) => "",
        };
        let modified = |arguments: &[&str]| match arguments {
            [] => format!("{name}{signs}"),
            list => format!("{name}({}){signs}", list.join(",")),
        };
        match (name, arguments.as_slice()) {
            ("enum" | "set", [_, ..]) => of_values(name, &self.values()),
            ("tinyint", _) if ["bool", "boolean"].contains(&self.name.as_str()) => "tinyint(1)".to_owned(),
            ("tinyint", ["1"]) if !self.unsigned => "tinyint(1)".to_owned(),
            ("tinyint" | "smallint" | "mediumint" | "int" | "bigint", _) if self.zerofill => {
                modified(&[arguments.first().copied().unwrap_or_else(|| usual_width(name))])
            }
            ("tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year", _) => modified(&[]),
            ("decimal", []) => modified(&["10", "0"]),
            ("decimal", [precision]) => modified(&[precision, "0"]),
            ("float", [bits]) if bits.parse().is_ok_and(|bits: u32| bits > 24) => format!("double{signs}"),
            ("float", [_]) => modified(&[]),
            ("bit" | "char" | "binary", []) => modified(&["1"]),
            ("datetime" | "timestamp" | "time", ["0"]) => modified(&[]),
            ("blob", [length]) => match length.parse::<u64>() {
                Ok(0..=255) => "tinyblob".to_owned(),
                Ok(256..=65_535) => "blob".to_owned(),
                Ok(65_536..=16_777_215) => "mediumblob".to_owned(),
                Ok(_) => "longblob".to_owned(),
                Err(_) => modified(&arguments),
            },
            (name, _) if is_spatial(name) => match self.srid.as_deref() {
                Some(srid) => format!("{name} srid {srid}"),
                None => name.to_owned(),
            },
            (_, list) => modified(list),
        }
    }
}

fn word_at<'a>(tokens: &[(TokenKind, &'a str)], position: usize) -> Option<&'a str> {
    tokens.get(position).map(|(_, text)| *text).filter(|text| text.eq_ignore_ascii_case("set")).map(|_| "set")
}

/// The width that a number without one is filled to.
fn usual_width(name: &str) -> &'static str {
    match name {
        "tinyint" => "3",
        "smallint" => "5",
        "mediumint" => "8",
        "bigint" => "20",
        _ => "10",
    }
}

/// A character set in its one spelling: `utf8` is what the servers call `utf8mb3` now.
pub(super) fn charset(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    if name == "utf8" { "utf8mb3".to_owned() } else { name }
}

/// A collation in its one spelling.
pub(super) fn collation(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => name,
    }
}

/// The character set that a collation belongs to.
pub(super) fn charset_of(collation: &str) -> String {
    // MariaDB's collations of Unicode 14 serve several character sets, and go without one in their names.
    let name = self::collation(collation);
    let set = name.split('_').next().unwrap_or_default();
    if set == "uca1400" { "utf8mb4".to_owned() } else { set.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_are_spelled_in_one_way() {
        for (declared, spelled) in [
            ("int", "int"),
            ("a#b\n2!", "a#b\n2!"),
            ("INT(11)", "int"),
            ("INTEGER UNSIGNED", "int unsigned"),
            ("int(10) unsigned", "int unsigned"),
            ("int unsigned zerofill", "int(10) unsigned zerofill"),
            ("int(5) zerofill", "int(5) unsigned zerofill"),
            ("tinyint(1)", "tinyint(1)"),
            ("tinyint(4)", "tinyint"),
            ("tinyint(1) unsigned", "tinyint unsigned"),
            ("bool", "tinyint(1)"),
            ("BOOLEAN", "tinyint(1)"),
            ("int8", "bigint"),
            ("middleint", "mediumint"),
            ("decimal", "decimal(10,0)"),
            ("numeric(5)", "decimal(5,0)"),
            ("dec( 10 , 2 ) unsigned", "decimal(10,2) unsigned"),
            ("float", "float"),
            ("float(24)", "float"),
            ("float(53)", "double"),
            ("float(7,3)", "float(7,3)"),
            ("double precision", "double"),
            ("REAL", "double"),
            ("bit", "bit(1)"),
            ("bit(8)", "bit(8)"),
            ("year(4)", "year"),
            ("char", "char(1)"),
            ("character varying(20)", "varchar(20)"),
            ("varchar(20) character set latin1", "varchar(20)"),
            ("national varchar(20)", "varchar(20)"),
            ("char byte", "binary(1)"),
            ("datetime(0)", "datetime"),
            ("TIMESTAMP(6)", "timestamp(6)"),
            ("blob(100)", "tinyblob"),
            ("long varbinary", "mediumblob"),
            ("enum('a', 'it''s', 'b\\\\c')", "enum('a','it''s','b\\\\c')"),
            ("ENUM(\"x\",'y ')", "enum('x','y')"),
            ("set('a','b,c')", "set('a','b,c')"),
            ("point srid 4326", "point srid 4326"),
            ("GEOMCOLLECTION", "geometrycollection"),
            ("json", "json"),
            ("UUID", "uuid"),
        ] {
            assert_eq!(canonical(declared), spelled, "{declared}");
            assert_eq!(canonical(spelled), spelled, "spelled twice: {declared}");
        }
    }

    #[test]
    fn a_type_brings_its_character_set() {
        let found = written("varchar(20) CHARACTER SET utf8 COLLATE utf8_bin");
        assert_eq!(found.charset.as_deref(), Some("utf8mb3"));
        assert_eq!(found.collation.as_deref(), Some("utf8mb3_bin"));
        assert_eq!(written("nchar(3)").charset.as_deref(), Some("utf8mb3"));
        assert_eq!(charset_of("utf8mb4_0900_ai_ci"), "utf8mb4");
        assert_eq!(charset_of("binary"), "binary");
    }

    #[test]
    fn values_are_read_and_written() {
        let values = values("enum('a','it''s','d,e')").unwrap();
        assert_eq!(values, ["a", "it's", "d,e"]);
        assert_eq!(of_values("enum", &values), "enum('a','it''s','d,e')");
        assert_eq!(super::values("varchar(3)"), None);
    }

    #[test]
    fn a_serial_is_a_number_with_more() {
        assert_eq!(written("SERIAL").text, "bigint unsigned");
        assert!(written("SERIAL").serial);
    }
}
