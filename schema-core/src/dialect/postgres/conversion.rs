//! What a change of a column's type needs, and what it does to the values that are there.
//!
//! <https://www.postgresql.org/docs/current/sql-altertable.html> and the casts of `pg_cast`; what is rewritten was measured.

use super::quote;
use super::types::of_literal;

/// A change of type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The expression that makes the new value, where the server does not find one itself.
    pub using: Option<String>,
    /// Whether every row is rewritten.
    pub rewrites: bool,
    /// Whether a value that is there may be refused.
    pub may_fail: bool,
    /// What values may lose.
    pub loses: Option<&'static str>,
}

/// How values of a column get from one type to another.
#[must_use]
pub fn conversion(column: &str, from: &str, to: &str) -> Conversion {
    conversion_of(&quote(column), from, to)
}

/// How a value, said by an expression, gets from one type to another.
#[must_use]
pub fn conversion_of(value: &str, from: &str, to: &str) -> Conversion {
    if let Some(conversion) = of_arrays(value, from, to) {
        return conversion;
    }
    let (old, new) = (Type::of(from), Type::of(to));
    let route = Route::between(&old.name, &new.name);
    let may_fail = match route {
        Route::Assignment | Route::Cast => false,
        Route::ReadAsText | Route::Through("text") => true,
        // A truth value is 0 or 1.
        Route::Through("integer") => narrows(&Type::of("smallint"), &new),
        Route::Through(between) => narrows(&Type::of(between), &new),
    };
    Conversion {
        may_fail: may_fail || narrows(&old, &new),
        using: route.expression(value, to),
        rewrites: !keeps_rows(&old, &new),
        loses: loss(&old, &new),
    }
}

/// How a value gets from one type to the other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Route {
    /// The server converts it unasked.
    Assignment,
    /// There is a cast.
    Cast,
    /// It is a text, which is read as the other type.
    ReadAsText,
    /// It becomes this type first.
    Through(&'static str),
}

impl Route {
    fn between(from: &str, to: &str) -> Self {
        if from == to || assigns(from, to) {
            Route::Assignment
        } else if casts(from, to) {
            Route::Cast
        } else if is_text(from) {
            Route::ReadAsText
        } else if from == "boolean" && NUMBERS.contains(&to) {
            Route::Through("integer")
        } else if from == "money" && NUMBERS.contains(&to) {
            Route::Through("numeric")
        } else {
            Route::Through("text")
        }
    }

    /// The value in the other type, where the server must be asked for it.
    fn expression(self, value: &str, to: &str) -> Option<String> {
        match self {
            Route::Assignment => None,
            Route::Cast | Route::ReadAsText => Some(format!("{value}::{to}")),
            Route::Through(between) => Some(format!("{value}::{between}::{to}")),
        }
    }
}

/// What a text that is an array looks like, as a regular expression.
const LIKE_AN_ARRAY: &str = r"'^(\[.*\]=)?[{].*[}]$'";

/// A value becomes the only item of an array, an array its first item; arrays become others item by item.
fn of_arrays(column: &str, from: &str, to: &str) -> Option<Conversion> {
    match (from.strip_suffix("[]"), to.strip_suffix("[]")) {
        (None, Some(item)) if is_text(&of_literal(from)) && !is_text(&of_literal(item)) => Some(Conversion {
            using: Some(format!("{column}::{to}")),
            rewrites: true,
            may_fail: true,
            loses: None,
        }),
        // What looks like an array was one, as the down script has it.
        (None, Some(item)) if is_text(&of_literal(from)) => Some(Conversion {
            using: Some(format!(
                "CASE WHEN {column} ~ {LIKE_AN_ARRAY} THEN {column}::{to} WHEN {column} IS NOT NULL THEN ARRAY[{column}::{item}] END"
            )),
            rewrites: true,
            may_fail: true,
            loses: None,
        }),
        (None, Some(item)) => {
            let inner = conversion_of_value(column, from, item);
            Some(Conversion {
                using: Some(format!("CASE WHEN {column} IS NOT NULL THEN ARRAY[{}] END", inner.0)),
                rewrites: true,
                may_fail: inner.1,
                loses: None,
            })
        }
        // A single item stands for itself, so that it comes back from an array; what looks like an array must not.
        (Some(item), None) if is_text(&of_literal(to)) && is_text(&of_literal(item)) => Some(Conversion {
            using: Some(format!(
                "CASE WHEN array_ndims({column}) = 1 AND array_lower({column}, 1) = 1 AND array_upper({column}, 1) = 1 \
                 AND {column}[1] !~ {LIKE_AN_ARRAY} THEN {column}[1]::{to} ELSE {column}::{to} END"
            )),
            rewrites: true,
            may_fail: false,
            loses: None,
        }),
        (Some(_), None) if is_text(&of_literal(to)) => None,
        (Some(item), None) => {
            let inner = conversion_of_value(&format!("{column}[1]"), item, to);
            Some(Conversion {
                using: Some(inner.0),
                rewrites: true,
                may_fail: inner.1,
                loses: Some("all items but the first are gone"),
            })
        }
        (Some(old), Some(new)) => {
            let using = match Route::between(&Type::of(old).name, &Type::of(new).name) {
                Route::Assignment => None,
                Route::Cast | Route::ReadAsText => Some(format!("{column}::{to}")),
                Route::Through(between) => Some(format!("{column}::{between}[]::{to}")),
            };
            Some(Conversion { using, ..conversion("", old, new) })
        }
        (None, None) => None,
    }
}

/// The expression of one value in the other type, and whether it may be refused.
fn conversion_of_value(value: &str, from: &str, to: &str) -> (String, bool) {
    if from == to {
        return (value.to_owned(), false);
    }
    let route = Route::between(&Type::of(from).name, &Type::of(to).name);
    let converted = route.expression(value, to).unwrap_or_else(|| format!("{value}::{to}"));
    (converted, conversion("", from, to).may_fail)
}

/// A type with what stands in its brackets.
struct Type {
    name: String,
    modifiers: Vec<i64>,
}

impl Type {
    fn of(text: &str) -> Self {
        let name = if text.starts_with("interval") { "interval".to_owned() } else { of_literal(text) };
        let modifiers = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(list, _)| list);
        let modifiers = modifiers.into_iter().flat_map(|list| list.split(','));
        Type { name, modifiers: modifiers.filter_map(|it| it.trim().parse().ok()).collect() }
    }

    fn modifier(&self, place: usize) -> Option<i64> {
        self.modifiers.get(place).copied()
    }
}

fn is_text(name: &str) -> bool {
    ["text", "character varying", "bpchar", "name", "citext"].contains(&name)
}

const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/// Whether the server converts on assignment, so that no USING is needed.
fn assigns(from: &str, to: &str) -> bool {
    // Everything becomes text that way; only `citext` is no type of the server's own.
    if is_text(to) && to != "citext" {
        return true;
    }
    if to == "citext" {
        return is_text(from);
    }
    if NUMBERS.contains(&from)
        && (NUMBERS.contains(&to) || to == "money" && from != "real" && from != "double precision")
    {
        return true;
    }
    matches!(
        (from, to),
        ("money", "numeric")
            | ("date", "timestamp without time zone" | "timestamp with time zone")
            | ("timestamp without time zone", "date" | "timestamp with time zone" | "time without time zone")
            | (
                "timestamp with time zone",
                "date" | "timestamp without time zone" | "time without time zone" | "time with time zone"
            )
            | ("time without time zone", "time with time zone" | "interval")
            | ("time with time zone", "time without time zone")
            | ("interval", "time without time zone")
            | ("json", "jsonb")
            | ("jsonb", "json")
            | ("cidr", "inet")
            | ("inet", "cidr")
            | ("\"bit\"", "bit varying")
            | ("bit varying", "\"bit\"")
            | ("macaddr", "macaddr8")
            | ("macaddr8", "macaddr")
    )
}

/// Whether there is a cast that has to be asked for.
fn casts(from: &str, to: &str) -> bool {
    matches!(
        (from, to),
        ("integer", "boolean" | "\"bit\"")
            | ("bigint", "\"bit\"")
            | ("boolean", "integer")
            | ("\"bit\"", "integer" | "bigint")
            | (
                "jsonb",
                "boolean" | "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision"
            )
    )
}

/// Whether the values stay as they are on the disk.
fn keeps_rows(from: &Type, to: &Type) -> bool {
    let wider = || match (from.modifier(0), to.modifier(0)) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(before), Some(after)) => before <= after,
    };
    match (from.name.as_str(), to.name.as_str()) {
        ("character varying", "text" | "citext")
        | ("text", "citext")
        | ("citext", "text")
        | ("cidr", "inet") => true,
        ("text" | "citext" | "character varying", "character varying") | ("bit varying", "bit varying") => {
            wider()
        }
        ("numeric", "numeric") => to.modifiers.is_empty() || wider() && from.modifier(1) == to.modifier(1),
        (before, after) if before == after => match before {
            "bpchar" | "\"bit\"" => from.modifiers == to.modifiers,
            _ => wider(),
        },
        _ => false,
    }
}

/// Whether a value may not fit into the new type.
fn narrows(from: &Type, to: &Type) -> bool {
    let shorter = || match (from.modifier(0), to.modifier(0)) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(before), Some(after)) => after < before,
    };
    let place = |name: &str| NUMBERS.iter().position(|it| *it == name);
    match (from.name.as_str(), to.name.as_str()) {
        ("text" | "character varying" | "bpchar" | "citext", "character varying" | "bpchar") => shorter(),
        (_, "character varying" | "bpchar") => to.modifier(0).is_some(),
        ("numeric", "numeric") => to.modifier(0).is_some_and(|after| {
            let whole = |precision: i64, scale: Option<i64>| precision - scale.unwrap_or_default();
            from.modifier(0)
                .is_none_or(|before| whole(after, to.modifier(1)) < whole(before, from.modifier(1)))
        }),
        (before @ ("smallint" | "integer" | "bigint"), "numeric") => {
            to.modifier(0).is_some_and(|precision| {
                let digits = match before {
                    "smallint" => 5,
                    "integer" => 10,
                    _ => 19,
                };
                precision - to.modifier(1).unwrap_or_default() < digits
            })
        }
        ("double precision" | "real", "numeric") => true,
        ("smallint" | "integer" | "bigint" | "numeric", "real" | "double precision") => {
            from.name == "numeric"
        }
        ("double precision", "real") => true,
        (before, after) if before != after && place(before).is_some() && place(after).is_some() => {
            place(after) < place(before)
        }
        ("\"bit\"" | "bit varying", "\"bit\"" | "bit varying") => {
            to.name == "\"bit\"" && from.modifiers != to.modifiers || shorter()
        }
        ("inet", "cidr") | ("macaddr8", "macaddr") | ("jsonb", _) => {
            to.name != "json" && to.name != "jsonb" && !is_text(&to.name)
        }
        _ => false,
    }
}

/// What is rounded or cut off without an error.
fn loss(from: &Type, to: &Type) -> Option<&'static str> {
    const ROUNDED: &str = "values are rounded";
    let finer = |place: usize, usual: i64| {
        from.modifier(place).unwrap_or(usual) > to.modifier(place).unwrap_or(usual)
    };
    match (from.name.as_str(), to.name.as_str()) {
        ("numeric", "numeric") => {
            (!to.modifiers.is_empty() && (from.modifiers.is_empty() || finer(1, 0))).then_some(ROUNDED)
        }
        ("numeric", "smallint" | "integer" | "bigint") => {
            (from.modifiers.is_empty() || from.modifier(1).unwrap_or_default() > 0).then_some(ROUNDED)
        }
        ("numeric", "real" | "double precision") => Some(ROUNDED),
        ("bigint", "real" | "double precision") | ("integer", "real") => Some(ROUNDED),
        ("real" | "double precision" | "money", "smallint" | "integer" | "bigint") => Some(ROUNDED),
        ("real" | "double precision", "numeric") => (!to.modifiers.is_empty()).then_some(ROUNDED),
        ("double precision", "real") => Some(ROUNDED),
        ("timestamp without time zone" | "timestamp with time zone", "date") => {
            Some("the time of day is gone")
        }
        (
            "timestamp without time zone" | "timestamp with time zone",
            "time without time zone" | "time with time zone",
        ) => Some("the date is gone"),
        ("time with time zone", "time without time zone") => Some("the time zone is gone"),
        ("interval", "time without time zone") => Some("the days are gone"),
        (before, after)
            if before.starts_with("time") && after.starts_with("time")
                || before == "interval" && after == before =>
        {
            finer(0, 6).then_some("fractions of seconds are rounded")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_is_asked_for_only_where_the_server_has_none() {
        for (from, to, using) in [
            ("integer", "bigint", None),
            ("integer", "text", None),
            ("text", "integer", Some("c::integer")),
            ("text", "status", Some("c::status")),
            ("status", "text", None),
            ("old_status", "status", Some("c::text::status")),
            ("integer", "boolean", Some("c::boolean")),
            ("character varying(50)", "character varying(10)", None),
            ("text[]", "integer[]", Some("c::integer[]")),
            ("integer[]", "bigint[]", None),
            ("integer", "bigint[]", Some("CASE WHEN c IS NOT NULL THEN ARRAY[c::bigint] END")),
            ("integer[]", "integer", Some("c[1]")),
            ("inet", "status", Some("c::text::status")),
            ("boolean", "bigint", Some("c::integer::bigint")),
            ("boolean[]", "bigint[]", Some("c::integer[]::bigint[]")),
            ("boolean[]", "bigint", Some("c[1]::integer::bigint")),
            ("money", "integer", Some("c::numeric::integer")),
            ("interval(3)[]", "interval[]", None),
            ("integer[]", "text", None),
        ] {
            assert_eq!(conversion("c", from, to).using.as_deref(), using, "{from} → {to}");
        }
    }

    #[test]
    fn rows_are_rewritten_where_the_server_does_so() {
        for (from, to, rewrites) in [
            ("character varying(10)", "character varying(20)", false),
            ("character varying(10)", "character varying", false),
            ("character varying(10)", "text", false),
            ("text", "character varying", false),
            ("text", "character varying(10)", true),
            ("character varying(20)", "character varying(10)", true),
            ("numeric(10,2)", "numeric(12,2)", false),
            ("numeric(10,2)", "numeric", false),
            ("numeric(10,2)", "numeric(12,3)", true),
            ("numeric", "numeric(10,2)", true),
            ("timestamp(3) without time zone", "timestamp without time zone", false),
            ("timestamp without time zone", "timestamp(3) without time zone", true),
            ("integer", "bigint", true),
            ("character(3)", "character(5)", true),
            ("json", "jsonb", true),
            ("cidr", "inet", false),
            ("character varying(5)[]", "character varying(9)[]", false),
        ] {
            assert_eq!(conversion("c", from, to).rewrites, rewrites, "{from} → {to}");
        }
    }

    #[test]
    fn what_may_be_refused_or_rounded_is_known() {
        for (from, to, may_fail, loses) in [
            ("integer", "bigint", false, false),
            ("bigint", "integer", true, false),
            ("integer", "text", false, false),
            ("text", "integer", true, false),
            ("text", "character varying(10)", true, false),
            ("character varying(5)", "character varying(10)", false, false),
            ("numeric", "numeric(10,2)", true, true),
            ("numeric(10,2)", "numeric(12,4)", false, false),
            ("numeric(10,4)", "numeric(10,2)", false, true),
            ("numeric(10,2)", "integer", true, true),
            ("integer", "numeric(12,2)", false, false),
            ("integer", "numeric(10,2)", true, false),
            ("timestamp with time zone", "date", false, true),
            ("timestamp without time zone", "timestamp(3) without time zone", false, true),
            ("integer", "boolean", false, false),
            ("boolean", "bigint", false, false),
            ("boolean", "smallint", false, false),
            ("boolean", "numeric(3,1)", true, false),
            ("money", "integer", true, true),
            ("double precision", "real", true, true),
        ] {
            let conversion = conversion("c", from, to);
            assert_eq!((conversion.may_fail, conversion.loses.is_some()), (may_fail, loses), "{from} → {to}");
        }
    }
}
