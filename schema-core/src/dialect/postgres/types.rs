//! Rust's types and declared types, as `format_type` spells them.

use super::identifier::{quote, quote_name};
use crate::model::{ColumnType, Engine, EnumType, QualifiedName};
use crate::sql::{TokenKind, tokenize, unquote_identifier};
use std::collections::BTreeMap;

/// The type of a column.
pub(super) struct Resolved {
    /// As `format_type` spells it.
    pub(super) text: String,
    /// Whether it was written as `serial`, which is an integer with a sequence.
    pub(super) serial: bool,
}

/// The type of a column in PostgreSQL; none for a type that is not declared.
pub(super) fn resolve(ty: &ColumnType, enums: &BTreeMap<&str, &EnumType>) -> Option<Resolved> {
    let text = match ty {
        ColumnType::Bool => "boolean".to_owned(),
        ColumnType::I8 | ColumnType::I16 | ColumnType::U8 => "smallint".to_owned(),
        ColumnType::I32 | ColumnType::U16 => "integer".to_owned(),
        ColumnType::I64 | ColumnType::U32 => "bigint".to_owned(),
        ColumnType::U64 => "numeric(20,0)".to_owned(),
        ColumnType::F32 => "real".to_owned(),
        ColumnType::F64 => "double precision".to_owned(),
        ColumnType::Text => "text".to_owned(),
        ColumnType::Char => "character(1)".to_owned(),
        ColumnType::Bytes | ColumnType::FixedBytes(_) => "bytea".to_owned(),
        ColumnType::Date => "date".to_owned(),
        ColumnType::Time => "time without time zone".to_owned(),
        ColumnType::DateTime => "timestamp without time zone".to_owned(),
        ColumnType::Instant => "timestamp with time zone".to_owned(),
        ColumnType::Uuid => "uuid".to_owned(),
        ColumnType::Json => "jsonb".to_owned(),
        ColumnType::Decimal { precision: None, scale: _ } => "numeric".to_owned(),
        ColumnType::Decimal { precision: Some(precision), scale } => {
            format!("numeric({precision},{})", scale.unwrap_or_default())
        }
        ColumnType::IpNetwork => "inet".to_owned(),
        ColumnType::Array(item) => {
            let item = resolve(item, enums)?.text;
            // An array has no fixed number of dimensions.
            if item.ends_with("[]") { item } else { format!("{item}[]") }
        }
        ColumnType::Enum(name) => quote_name(&enums.get(name.as_str())?.name),
        ColumnType::Domain(_) | ColumnType::Composite(_) => return None,
        ColumnType::Sql(text) => return Some(written(text)),
    };
    Some(Resolved { text, serial: false })
}

/// A type as `format_type` spells it, as far as text alone tells.
#[must_use]
pub fn canonical(text: &str) -> String {
    written(text).text
}

/// Whether a built-in type has this name (`pg_type` of PostgreSQL 15). The server is asked as well; this is for before that.
pub(super) fn is_built_in(name: &str) -> bool {
    BUILT_IN.binary_search(&name).is_ok()
}

const BUILT_IN: [&str; 98] = [
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "bit",
    "bool",
    "box",
    "bpchar",
    "bytea",
    "char",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "event_trigger",
    "fdw_handler",
    "float4",
    "float8",
    "gtsvector",
    "index_am_handler",
    "inet",
    "int2",
    "int2vector",
    "int4",
    "int4multirange",
    "int4range",
    "int8",
    "int8multirange",
    "int8range",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "path",
    "point",
    "polygon",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "table_am_handler",
    "text",
    "tid",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "trigger",
    "tsm_handler",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "varbit",
    "varchar",
    "void",
    "xid",
    "xid8",
    "xml",
];

/// Whether the text has the form of a type.
pub(super) fn is_type(text: &str) -> bool {
    Written::read(text).is_some()
}

fn written(text: &str) -> Resolved {
    let plain = |text: String| Resolved { text, serial: false };
    let Some(Written { name, modifiers, array }) = Written::read(text) else {
        return plain(text.trim_ascii().to_owned());
    };
    let items = if array { "[]" } else { "" };
    let Name::Words(words) = name else {
        let Name::Identifier { schema, name } = name else { return plain(text.trim_ascii().to_owned()) };
        let name = QualifiedName { schema, name };
        let modifiers = modifiers.map(|it| format!("({})", it.join(","))).unwrap_or_default();
        return plain(format!("{}{modifiers}{items}", quote_name(&name)));
    };
    if let ("serial" | "serial4" | "bigserial" | "serial8" | "smallserial" | "serial2", None, false) =
        (words.as_str(), &modifiers, array)
    {
        let text = match words.as_str() {
            "bigserial" | "serial8" => "bigint",
            "smallserial" | "serial2" => "smallint",
            _ => "integer",
        };
        return Resolved { text: text.to_owned(), serial: true };
    }
    let modifiers = modifiers.unwrap_or_default();
    plain(format!("{}{items}", built_in(&words, &modifiers).unwrap_or_else(|| other(&words, &modifiers))))
}

/// A type of PostgreSQL's own that has several names, or modifiers of its own.
fn built_in(words: &str, modifiers: &[String]) -> Option<String> {
    let modified = |name: &str| match modifiers {
        [] => name.to_owned(),
        list => format!("{name}({})", list.join(",")),
    };
    let precise = |name: &str, rest: &str| format!("{}{rest}", modified(name));
    let text = match words {
        "int" | "int4" | "integer" => "integer".to_owned(),
        "int2" | "smallint" => "smallint".to_owned(),
        "int8" | "bigint" => "bigint".to_owned(),
        "float4" | "real" => "real".to_owned(),
        "float8" | "double precision" => "double precision".to_owned(),
        "float" => match modifiers {
            [digits] if digits.parse::<u32>().is_ok_and(|digits| digits <= 24) => "real".to_owned(),
            _ => "double precision".to_owned(),
        },
        "numeric" | "decimal" | "dec" => match modifiers {
            [precision] => format!("numeric({precision},0)"),
            _ => modified("numeric"),
        },
        "bool" | "boolean" => "boolean".to_owned(),
        "varchar"
        | "character varying"
        | "char varying"
        | "nchar varying"
        | "national character varying"
        | "national char varying" => modified("character varying"),
        "char" | "character" | "nchar" | "national character" | "national char" => match modifiers {
            [] => "character(1)".to_owned(),
            _ => modified("character"),
        },
        "bpchar" if !modifiers.is_empty() => modified("character"),
        "bit" => match modifiers {
            [] => "bit(1)".to_owned(),
            _ => modified("bit"),
        },
        "varbit" | "bit varying" => modified("bit varying"),
        "timestamp" | "timestamp without time zone" => precise("timestamp", " without time zone"),
        "timestamptz" | "timestamp with time zone" => precise("timestamp", " with time zone"),
        "time" | "time without time zone" => precise("time", " without time zone"),
        "timetz" | "time with time zone" => precise("time", " with time zone"),
        // The fields of an interval stand before its precision.
        _ if words == "interval" || words.starts_with("interval ") => modified(words),
        _ => return None,
    };
    Some(text)
}

fn other(words: &str, modifiers: &[String]) -> String {
    let name = if words.contains(' ') { words.to_owned() } else { quote(words) };
    match modifiers {
        [] => name,
        list => format!("{name}({})", list.join(",")),
    }
}

/// A declared type in its parts.
struct Written {
    name: Name,
    modifiers: Option<Vec<String>>,
    array: bool,
}

enum Name {
    /// Bare words in lower case, as `timestamp with time zone`.
    Words(String),
    /// A quoted or qualified name.
    Identifier { schema: Option<String>, name: String },
}

impl Written {
    /// Reads a type; none where it is none that this knows the form of.
    fn read(text: &str) -> Option<Written> {
        let tokens: Vec<(TokenKind, &str)> = tokenize(text, Engine::Postgres)
            .iter()
            .filter(|token| !token.is_trivia())
            .map(|token| (token.kind, token.text(text)))
            .collect();
        let mut rest = tokens.as_slice();
        let mut array = false;
        loop {
            rest = match rest {
                [before @ .., (_, "["), (_, "]")]
                | [before @ .., (_, "["), (TokenKind::Number, _), (_, "]")]
                    if !before.is_empty() =>
                {
                    before
                }
                [before @ .., (TokenKind::Word, word)]
                    if word.eq_ignore_ascii_case("array") && !before.is_empty() =>
                {
                    before
                }
                _ => break,
            };
            array = true;
        }
        let (name, rest) = Self::read_name(rest)?;
        let (modifiers, rest) = match rest {
            [(_, "("), rest @ ..] => {
                let end = rest.iter().position(|(_, text)| *text == ")")?;
                let (list, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
                let items = list.split(|(_, text)| *text == ",");
                let items = items.map(|item| item.iter().map(|(_, text)| *text).collect::<String>());
                (Some(items.collect()), rest)
            }
            rest => (None, rest),
        };
        let name = match (name, rest) {
            (name, []) => name,
            (Name::Words(words), rest) => {
                let more = Self::read_words(rest)?;
                Name::Words(format!("{words} {more}"))
            }
            (Name::Identifier { .. }, _) => return None,
        };
        Some(Written { name, modifiers, array })
    }

    fn read_name<'a, 'b>(tokens: &'a [(TokenKind, &'b str)]) -> Option<(Name, &'a [(TokenKind, &'b str)])> {
        match tokens {
            [(first, schema), (_, "."), (second, name), rest @ ..] if first.is_name() && second.is_name() => {
                let (schema, name) = (identifier(schema), identifier(name));
                // What is qualified with `pg_catalog` is PostgreSQL's own; its `char` alone is not what the bare word means.
                if schema != "pg_catalog" {
                    Some((Name::Identifier { schema: Some(schema), name }, rest))
                } else if name == "char" {
                    Some((Name::Identifier { schema: None, name }, rest))
                } else {
                    Some((Name::Words(name), rest))
                }
            }
            [(TokenKind::QuotedIdentifier, name), rest @ ..] => {
                let name = identifier(name);
                // The names in the catalogue mean the same in quotes; the standard's words do not.
                let in_catalogue = ["bool", "int2", "int4", "int8", "float4", "float8", "varchar", "numeric"]
                    .contains(&name.as_str())
                    || ["bpchar", "timestamptz", "timetz", "varbit"].contains(&name.as_str());
                let name =
                    if in_catalogue { Name::Words(name) } else { Name::Identifier { schema: None, name } };
                Some((name, rest))
            }
            tokens => {
                let end =
                    tokens.iter().position(|(kind, _)| *kind != TokenKind::Word).unwrap_or(tokens.len());
                let (words, rest) = tokens.split_at_checked(end)?;
                Some((Name::Words(Self::read_words(words)?), rest))
            }
        }
    }

    fn read_words(tokens: &[(TokenKind, &str)]) -> Option<String> {
        let words: Vec<String> = tokens
            .iter()
            .map(|(kind, text)| (*kind == TokenKind::Word).then(|| text.to_ascii_lowercase()))
            .collect::<Option<_>>()?;
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// The name that an identifier stands for: a bare one in lower case.
fn identifier(text: &str) -> String {
    if text.starts_with('"') { unquote_identifier(text) } else { text.to_ascii_lowercase() }
}

/// A type without its modifiers, as a literal of it is labelled: `character varying` for `character varying(50)`.
pub(super) fn of_literal(ty: &str) -> String {
    if let Some(item) = ty.strip_suffix("[]") {
        return format!("{}[]", of_literal(item));
    }
    if ty.starts_with("interval") {
        return ty.to_owned();
    }
    let Some((name, rest)) = ty.split_once('(') else { return ty.to_owned() };
    let rest = rest.split_once(')').map_or("", |(_, rest)| rest);
    match name {
        "character" => "bpchar".to_owned(),
        "bit" => "\"bit\"".to_owned(),
        name => format!("{name}{rest}"),
    }
}

/// The current instant, for a column of this type.
pub(super) fn now(ty: &str) -> &'static str {
    match of_literal(ty).as_str() {
        "date" => "CURRENT_DATE",
        "time without time zone" => "LOCALTIME",
        "time with time zone" => "CURRENT_TIME",
        "timestamp without time zone" => "LOCALTIMESTAMP",
        _ => "now()",
    }
}

/// The type with the name of an enum type in it changed; other types as they are.
#[must_use]
pub fn rename(ty: &str, from: &QualifiedName, to: &QualifiedName) -> String {
    let (item, items) = match ty.strip_suffix("[]") {
        Some(item) => (item, "[]"),
        None => (ty, ""),
    };
    if item == quote_name(from) { format!("{}{items}", quote_name(to)) } else { ty.to_owned() }
}

/// The type without the name of the usual schema before it.
pub(super) fn without_schema(ty: &str, schema: &str) -> String {
    let prefix = format!("{}.", quote(schema));
    ty.strip_prefix(&prefix).unwrap_or(ty).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_are_spelled_as_the_server_does() {
        for (declared, spelled) in [
            ("int", "integer"),
            ("INT4", "integer"),
            ("int8", "bigint"),
            ("float", "double precision"),
            ("float(24)", "real"),
            ("float(25)", "double precision"),
            ("DOUBLE  PRECISION", "double precision"),
            ("decimal", "numeric"),
            ("decimal(10)", "numeric(10,0)"),
            ("numeric(10, 2)", "numeric(10,2)"),
            ("bool", "boolean"),
            ("varchar", "character varying"),
            ("varchar(50)", "character varying(50)"),
            ("character varying ( 50 )", "character varying(50)"),
            ("char", "character(1)"),
            ("char(3)", "character(3)"),
            ("bpchar", "bpchar"),
            ("bpchar(3)", "character(3)"),
            ("\"char\"", "\"char\""),
            ("bit", "bit(1)"),
            ("varbit(4)", "bit varying(4)"),
            ("timestamp", "timestamp without time zone"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("time", "time without time zone"),
            ("timetz", "time with time zone"),
            ("interval", "interval"),
            ("interval(3)", "interval(3)"),
            ("INTERVAL YEAR TO MONTH", "interval year to month"),
            ("interval day to second(3)", "interval day to second(3)"),
            ("int[]", "integer[]"),
            ("int[3][]", "integer[]"),
            ("integer ARRAY", "integer[]"),
            ("varchar(5) array[3]", "character varying(5)[]"),
            ("text", "text"),
            ("JSONB", "jsonb"),
            ("pg_catalog.int4", "integer"),
            ("pg_catalog.\"char\"", "\"char\""),
            ("Import_Status", "import_status"),
            ("\"import_status\"", "import_status"),
            ("\"Import Status\"[]", "\"Import Status\"[]"),
            ("other.\"Enum\"", "other.\"Enum\""),
            ("geometry(Point, 4326)", "geometry(Point,4326)"),
            ("what is 'this'", "what is 'this'"),
        ] {
            assert_eq!(canonical(declared), spelled, "{declared}");
            assert_eq!(canonical(spelled), spelled, "spelled twice: {declared}");
        }
    }

    #[test]
    fn a_serial_is_an_integer_with_a_sequence() {
        for (declared, spelled, serial) in [
            ("serial", "integer", true),
            ("bigserial", "bigint", true),
            ("SERIAL2", "smallint", true),
            ("int", "integer", false),
            ("serial[]", "serial[]", false),
        ] {
            let found = written(declared);
            assert_eq!((found.text.as_str(), found.serial), (spelled, serial));
        }
    }

    #[test]
    fn an_enum_types_name_is_changed_in_a_type_and_nowhere_else() {
        let (from, to) = (QualifiedName::new("status"), QualifiedName::new("State"));
        assert_eq!(rename("status", &from, &to), "\"State\"");
        assert_eq!(rename("status[]", &from, &to), "\"State\"[]");
        assert_eq!(rename("other.status", &from, &to), "other.status");
        assert_eq!(rename("status2", &from, &to), "status2");
    }
}
