//! Which rows belong to a partition, as a condition: where a CHECK proves it, ATTACH PARTITION reads no row.

use super::super::inheritance::Inheritance;
use crate::dialect::postgres::quote;
use crate::model::{Partition, Table};
use std::collections::BTreeSet;

/// The rows of a partition.
pub(super) struct Bound<'a> {
    pub(super) condition: String,
    /// The columns that the condition is about.
    pub(super) columns: BTreeSet<&'a str>,
}

/// The rows that belong to a partition at this place, those of the tables above it counted; none where no simple condition says it: several columns or expressions,
/// hashes, the default partition.
pub(super) fn of<'a>(place: &Partition, inheritance: &Inheritance<'a>) -> Option<Bound<'a>> {
    let parent = inheritance.table(&place.parent)?;
    let (method, column) = key(parent)?;
    let values = place.bound.strip_prefix("FOR VALUES ")?;
    let mut condition = match method {
        Method::Range => within(&quote(column), values)?,
        Method::List => among(&quote(column), values)?,
    };
    let mut columns = BTreeSet::from([column]);
    if let Some(above) = &parent.partition_of {
        let above = of(above, inheritance)?;
        condition = format!("{} AND {condition}", above.condition);
        columns.extend(above.columns);
    }
    Some(Bound { condition, columns })
}

enum Method {
    Range,
    List,
}

/// The one column by which a table is partitioned.
fn key(table: &Table) -> Option<(Method, &str)> {
    let text = table.partition_by.as_deref()?;
    let (method, key) = match text.strip_prefix("RANGE ") {
        Some(key) => (Method::Range, key),
        None => (Method::List, text.strip_prefix("LIST ")?),
    };
    let key = key.strip_prefix('(')?.strip_suffix(')')?;
    let mut columns = table.columns.iter().map(|column| column.name.as_str());
    Some((method, columns.find(|name| quote(name) == key)?))
}

/// `FROM (1) TO (10)`.
fn within(column: &str, values: &str) -> Option<String> {
    let (from, rest) = list(values.strip_prefix("FROM ")?)?;
    let (to, rest) = list(rest.strip_prefix(" TO ")?)?;
    let ([from], [to], "") = (from.as_slice(), to.as_slice(), rest) else { return None };
    let lower = (*from != "MINVALUE").then(|| format!("{column} >= {from}"));
    let upper = (*to != "MAXVALUE").then(|| format!("{column} < {to}"));
    if lower.is_none() && upper.is_none() {
        return None;
    }
    let conditions: Vec<String> =
        [Some(format!("{column} IS NOT NULL")), lower, upper].into_iter().flatten().collect();
    Some(conditions.join(" AND "))
}

/// `IN ('a', NULL)`.
fn among(column: &str, values: &str) -> Option<String> {
    let (all, "") = list(values.strip_prefix("IN ")?)? else { return None };
    let (nulls, others): (Vec<&str>, Vec<&str>) = all.into_iter().partition(|value| *value == "NULL");
    let is_other = format!("{column} IN ({})", others.join(", "));
    Some(match (nulls.is_empty(), others.is_empty()) {
        (true, _) => format!("{column} IS NOT NULL AND {is_other}"),
        (false, true) => format!("{column} IS NULL"),
        (false, false) => format!("({column} IS NULL OR {is_other})"),
    })
}

/// The values in brackets, and what is behind them.
fn list(text: &str) -> Option<(Vec<&str>, &str)> {
    let inside = text.strip_prefix('(')?;
    let (mut values, mut start, mut depth, mut is_quoted) = (Vec::new(), 0, 0_u32, false);
    for (place, letter) in inside.char_indices() {
        match letter {
            // A quote that is doubled ends the text, and begins it again.
            '\'' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | '[' => depth += 1,
            ')' if depth == 0 => {
                values.push(inside.get(start..place)?.trim());
                return Some((values, inside.get(place + 1..)?));
            }
            ')' | ']' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                values.push(inside.get(start..place)?.trim());
                start = place + 1;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{among, list, within};

    #[test]
    fn bounds_are_read() {
        assert_eq!(
            within("id", "FROM (1) TO ('10')").as_deref(),
            Some("id IS NOT NULL AND id >= 1 AND id < '10'")
        );
        assert_eq!(within("id", "FROM (MINVALUE) TO (10)").as_deref(), Some("id IS NOT NULL AND id < 10"));
        assert_eq!(within("id", "FROM (MINVALUE) TO (MAXVALUE)"), None);
        assert_eq!(within("id", "FROM (1, 2) TO (3, 4)"), None);
        assert_eq!(
            among("a", "IN ('x) TO (', 'it''s, so', NULL)").as_deref(),
            Some("(a IS NULL OR a IN ('x) TO (', 'it''s, so'))")
        );
        assert_eq!(among("a", "IN ('x')").as_deref(), Some("a IS NOT NULL AND a IN ('x')"));
        assert_eq!(among("a", "IN (NULL)").as_deref(), Some("a IS NULL"));
        assert_eq!(list("(f(1, 2), 3) rest"), Some((vec!["f(1, 2)", "3"], " rest")));
        assert_eq!(list("(1, 2"), None);
    }
}
