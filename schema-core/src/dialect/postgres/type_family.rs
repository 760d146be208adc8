//! What is known of the types that PostgreSQL brings along: which compare with each other, and how they are indexed.

use super::types::of_literal;

/// Whether the two ends of a foreign key may be of these types, as far as that is known of the types that PostgreSQL brings along:
/// <https://www.postgresql.org/docs/current/btree.html#BTREE-BEHAVIOR>.
pub(crate) fn comparable(own: &str, referenced: &str) -> bool {
    use Family::{Bytes, Exact, Float, Identity, Instant, Integer, Json, Text, Time, Truth};
    let (own, referenced) = (of_literal(own), of_literal(referenced));
    let (Some(left), Some(right)) = (Family::of(&own), Family::of(&referenced)) else {
        return own == referenced || Family::of(&own).is_none() && Family::of(&referenced).is_none();
    };
    match (left, right) {
        (Integer, Integer | Exact | Float)
        | (Exact, Exact | Float)
        | (Float, Float)
        | (Text, Text)
        | (Instant, Instant)
        | (Truth, Truth)
        | (Bytes, Bytes) => true,
        (Identity | Time | Json, _) | (_, Identity | Time | Json) => own == referenced,
        (Integer | Exact | Float | Text | Instant | Truth | Bytes, _) => false,
    }
}

/// Types that compare with each other.
#[derive(Clone, Copy)]
enum Family {
    Integer,
    Exact,
    Float,
    Text,
    Instant,
    Time,
    Truth,
    Bytes,
    Identity,
    Json,
}

impl Family {
    fn of(ty: &str) -> Option<Family> {
        Some(match ty {
            "smallint" | "integer" | "bigint" => Family::Integer,
            "numeric" => Family::Exact,
            "real" | "double precision" => Family::Float,
            "text" | "character varying" | "bpchar" | "name" => Family::Text,
            "date" | "timestamp without time zone" | "timestamp with time zone" => Family::Instant,
            "time without time zone" | "time with time zone" => Family::Time,
            "boolean" => Family::Truth,
            "bytea" => Family::Bytes,
            "uuid" | "inet" | "cidr" | "macaddr" | "money" => Family::Identity,
            "json" | "jsonb" | "xml" => Family::Json,
            _ => return None,
        })
    }
}

/// The operator class that an index on a column of this type has where none is named.
pub(super) fn usual_opclass(method: Option<&str>, ty: &str) -> Option<&'static str> {
    let ty = of_literal(ty);
    Some(match (method.unwrap_or("btree"), ty.as_str()) {
        ("gin", "jsonb") => "jsonb_ops",
        ("gin", "tsvector") => "tsvector_ops",
        ("gin", ty) if ty.ends_with("[]") => "array_ops",
        ("gist", "tsvector") => "tsvector_ops",
        ("gist", ty) if ty.ends_with("range") => "range_ops",
        ("btree" | "hash", ty) => match ty {
            "smallint" => "int2_ops",
            "integer" => "int4_ops",
            "bigint" => "int8_ops",
            "real" => "float4_ops",
            "double precision" => "float8_ops",
            "numeric" => "numeric_ops",
            "boolean" => "bool_ops",
            "text" | "character varying" => "text_ops",
            "bpchar" => "bpchar_ops",
            "bytea" => "bytea_ops",
            "date" => "date_ops",
            "time without time zone" => "time_ops",
            "timestamp without time zone" => "timestamp_ops",
            "timestamp with time zone" => "timestamptz_ops",
            "uuid" => "uuid_ops",
            "inet" => "inet_ops",
            "jsonb" => "jsonb_ops",
            ty if ty.ends_with("[]") => "array_ops",
            _ => return None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_foreign_key_compare() {
        for (own, referenced, may) in [
            ("integer", "bigint", true),
            ("integer", "numeric(20,0)", true),
            ("numeric", "integer", false),
            ("text", "character varying(50)", true),
            ("text", "integer", false),
            ("uuid", "text", false),
            ("timestamp with time zone", "date", true),
            ("import_status", "import_status", true),
            ("import_status", "text", false),
            ("citext", "hstore", true),
        ] {
            assert_eq!(comparable(own, referenced), may, "{own} → {referenced}");
        }
    }
}
