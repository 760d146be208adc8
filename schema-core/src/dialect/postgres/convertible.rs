//! Between which types values can be converted at all.
//!
//! The server has a cast for some pairs of types (`pg_cast`); for the others a value is written as text and read as the other type. For many pairs no
//! value survives that: the text of a `uuid` is never a `bigint`. Measured with values of each type.

use super::types::of_literal;

/// The types that PostgreSQL brings along, where values of different types are never or only by chance read as one another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Bits,
    Boolean,
    Bytes,
    Date,
    Hardware,
    Json,
    Money,
    Network,
    Number,
    Time,
    Uuid,
}

impl Family {
    /// None for texts, for types that others have made, and for those that nothing is known of.
    fn of(ty: &str) -> Option<Self> {
        let family = match of_literal(ty).as_str() {
            "\"bit\"" | "bit varying" => Family::Bits,
            "boolean" => Family::Boolean,
            "bytea" => Family::Bytes,
            "date" | "timestamp without time zone" | "timestamp with time zone" => Family::Date,
            "macaddr" | "macaddr8" => Family::Hardware,
            "json" | "jsonb" => Family::Json,
            "money" => Family::Money,
            "inet" | "cidr" => Family::Network,
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "oid" => {
                Family::Number
            }
            "time without time zone" | "time with time zone" => Family::Time,
            "uuid" => Family::Uuid,
            name if name.starts_with("interval") => Family::Time,
            _ => return None,
        };
        Some(family)
    }
}

/// Whether values can become the other type, and come back: a change that cannot be undone with rows in the table is none. Types that nothing is known
/// of may be convertible; an array is where its items are.
pub(crate) fn is_convertible(from: &str, to: &str) -> bool {
    let (from, to) = (item(from), item(to));
    let (Some(left), Some(right)) = (Family::of(from), Family::of(to)) else { return true };
    use Family::{Bits, Boolean, Bytes, Date, Hardware, Json, Money, Network, Number, Time, Uuid};
    match (left, right) {
        // An `interval` is a time with a time zone, but not the other way round.
        (Time, Time) => {
            let zoned = |ty: &str| of_literal(ty) == "time with time zone";
            let interval = |ty: &str| ty.starts_with("interval");
            !(zoned(from) && interval(to) || interval(from) && zoned(to))
        }
        // `1.0` is no truth value.
        (Number, Boolean) => !has_scale(from),
        (Boolean, Number) => !has_scale(to),
        (Number, Json | Money | Bits)
        | (Json | Money | Bits, Number)
        | (Json, Boolean | Bits)
        | (Boolean | Bits, Json) => true,
        (Bits | Boolean | Bytes | Date | Hardware | Json | Money | Network | Number | Uuid, other) => {
            left == other
        }
        (Time, _) => false,
    }
}

/// Whether a `numeric` always has decimal places.
fn has_scale(ty: &str) -> bool {
    let scale = ty.split_once(',').and_then(|(_, rest)| rest.split_once(')'));
    scale.is_some_and(|(scale, _)| scale.trim().parse::<i64>().is_ok_and(|scale| scale > 0))
}

fn item(ty: &str) -> &str {
    ty.strip_suffix("[]").unwrap_or(ty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_read_as_the_other_type_is_not_convertible() {
        for (left, right, convertible) in [
            ("uuid", "bigint", false),
            ("uuid", "numeric(40,0)", false),
            ("uuid", "boolean", false),
            ("uuid", "date", false),
            ("uuid", "jsonb", false),
            ("uuid", "bytea", false),
            ("uuid[]", "bigint[]", false),
            ("uuid", "bigint[]", false),
            ("bytea", "integer", false),
            ("date", "integer", false),
            ("timestamp with time zone", "bigint", false),
            ("timestamp(3) without time zone", "double precision", false),
            ("timestamp with time zone", "time without time zone", false),
            ("interval", "bigint", false),
            ("interval day to second", "time with time zone", false),
            ("boolean", "date", false),
            ("boolean", "numeric(3,1)", false),
            ("json", "date", false),
            ("jsonb", "uuid", false),
            ("money", "boolean", false),
            ("inet", "macaddr", false),
            ("uuid", "text", true),
            ("uuid", "character varying(40)", true),
            ("uuid[]", "text", true),
            ("uuid", "status", true),
            ("uuid", "app.id", true),
            ("integer", "boolean", true),
            ("numeric(10,0)", "boolean", true),
            ("bigint", "boolean", true),
            ("money", "integer", true),
            ("numeric(10,2)", "jsonb", true),
            ("integer", "bit(8)", true),
            ("date", "timestamp(3) with time zone", true),
            ("interval", "time without time zone", true),
            ("time(0) without time zone", "time with time zone", true),
            ("inet", "cidr", true),
            ("integer", "bigint[]", true),
        ] {
            assert_eq!(is_convertible(left, right), convertible, "{left} → {right}");
            assert_eq!(is_convertible(right, left), convertible, "{right} → {left}");
        }
    }
}
