//! Rust's types, in code.

use super::Scene;
use crate::model::{ColumnType, Engine};
use crate::write_models::style::DateKind;

impl Scene<'_> {
    /// The type of a field that allows no NULL.
    pub(super) fn rust_type(&mut self, ty: &ColumnType) -> String {
        let with_crate = |(of_crate, name)| (Some(of_crate), name);
        let (of_crate, name) = match ty {
            ColumnType::Bool => (None, "bool"),
            ColumnType::I8 => (None, "i8"),
            ColumnType::I16 => (None, "i16"),
            ColumnType::I32 => (None, "i32"),
            ColumnType::I64 => (None, "i64"),
            ColumnType::U8 => (None, "u8"),
            ColumnType::U16 => (None, "u16"),
            ColumnType::U32 => (None, "u32"),
            ColumnType::U64 => (None, "u64"),
            ColumnType::F32 => (None, "f32"),
            ColumnType::F64 => (None, "f64"),
            // Types that models make have no structs here: they are SQL text.
            ColumnType::Text | ColumnType::Domain(_) | ColumnType::Composite(_) => (None, "String"),
            ColumnType::Char => (None, "char"),
            ColumnType::Bytes => (None, "Vec<u8>"),
            ColumnType::FixedBytes(length) => return format!("[u8; {length}]"),
            ColumnType::Date => with_crate(self.style.dates.type_of(DateKind::Date)),
            ColumnType::Time => with_crate(self.style.dates.type_of(DateKind::Time)),
            ColumnType::DateTime => with_crate(self.style.dates.type_of(DateKind::DateTime)),
            ColumnType::Instant => with_crate(self.style.dates.type_of(DateKind::Instant)),
            ColumnType::Uuid => (Some("uuid"), "uuid::Uuid"),
            ColumnType::Json => (Some("serde_json"), "serde_json::Value"),
            ColumnType::Decimal { precision: _, scale: _ } => with_crate(self.style.decimals.type_of()),
            ColumnType::IpNetwork => (Some("ipnetwork"), "ipnetwork::IpNetwork"),
            ColumnType::Array(item) => return format!("Vec<{}>", self.rust_type(item)),
            ColumnType::Enum(name) => return self.names.enum_type(name).to_owned(),
            ColumnType::Sql(text) => return self.type_beside(text),
        };
        self.crates.extend(of_crate);
        name.to_owned()
    }

    /// A type that holds values of an SQL type which is named beside it.
    fn type_beside(&mut self, text: &str) -> String {
        if self.engine == Engine::Postgres
            && let Some(item) = text.strip_suffix("[]")
        {
            return format!("Vec<{}>", self.type_beside(item));
        }
        let ty = match self.engine {
            Engine::Sqlite => by_affinity(text),
            Engine::Postgres | Engine::Mysql | Engine::Mariadb => by_name(text, self.engine),
        };
        self.rust_type(&ty)
    }
}

/// What SQLite mostly has in a column of a declared type (<https://www.sqlite.org/datatype3.html>).
fn by_affinity(declared: &str) -> ColumnType {
    let upper = declared.to_ascii_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| upper.contains(part));
    if has(&["INT"]) {
        ColumnType::I64
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        ColumnType::Text
    } else if has(&["BLOB"]) {
        ColumnType::Bytes
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        ColumnType::F64
    } else if has(&["BOOL"]) {
        ColumnType::Bool
    } else if has(&["NUM", "DEC", "MONEY"]) {
        ColumnType::F64
    } else {
        ColumnType::Text
    }
}

/// What drivers read of a type that has arguments, or that Rust has no type for.
fn by_name(text: &str, engine: Engine) -> ColumnType {
    let name = text.split(['(', ' ']).next().unwrap_or_default();
    let is_unsigned = text.contains(" unsigned");
    match name {
        "smallserial" => ColumnType::I16,
        "serial" | "integer" => ColumnType::I32,
        "bigserial" => ColumnType::I64,
        "smallint" | "year" => {
            if is_unsigned {
                ColumnType::U16
            } else {
                ColumnType::I16
            }
        }
        "tinyint" => {
            if is_unsigned {
                ColumnType::U8
            } else {
                ColumnType::I8
            }
        }
        "int" | "mediumint" => {
            if is_unsigned {
                ColumnType::U32
            } else {
                ColumnType::I32
            }
        }
        "bigint" => {
            if is_unsigned {
                ColumnType::U64
            } else {
                ColumnType::I64
            }
        }
        "float" | "real" => ColumnType::F32,
        "double" => ColumnType::F64,
        "numeric" | "decimal" => ColumnType::Decimal { precision: None, scale: None },
        "boolean" => ColumnType::Bool,
        "uuid" => ColumnType::Uuid,
        "json" | "jsonb" => ColumnType::Json,
        "date" => ColumnType::Date,
        "time" if !text.contains("with time zone") => ColumnType::Time,
        "datetime" => ColumnType::DateTime,
        "timestamp" if engine != Engine::Postgres || text.contains("with time zone") => ColumnType::Instant,
        "timestamp" => ColumnType::DateTime,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" | "bytea" | "bit" => {
            ColumnType::Bytes
        }
        _ => ColumnType::Text,
    }
}
