//! Statistics of several columns together.

use super::entry::{Entry, Kind, Named};
use super::fields::Context;
use super::index::listed_part;
use super::keys::Keys;
use super::trigger::required_name;
use crate::model::{IndexKey, Statistics, StatisticsKind};
use proc_macro2::Span;

const KINDS: &[(&str, StatisticsKind)] = &[
    ("ndistinct", StatisticsKind::Ndistinct),
    ("dependencies", StatisticsKind::Dependencies),
    ("mcv", StatisticsKind::Mcv),
];

/// `statistics(name = "..", columns(a, expr("lower(b)")), kinds(ndistinct, mcv))`
pub(crate) fn statistics(context: Context<'_>, entries: Vec<Entry>, span: Span) -> Option<Statistics> {
    let mut keys = Keys::new(context.diagnostics, "statistics", entries);
    let name = required_name(&mut keys, span, "statistics(name = \"..\", columns(a, b))");
    let columns = keys.list("columns");
    if columns.as_ref().is_none_or(|columns| columns.value.is_empty()) {
        keys.error(span, "what is looked at is missing: `columns(a, b)`");
    }
    let columns = columns.map(|columns| columns.value).unwrap_or_default();
    let parts: Vec<IndexKey> =
        columns.iter().filter_map(|entry| Some(listed_part(context, entry)?.key)).collect();
    if let ([IndexKey::Column(_)], [column]) = (parts.as_slice(), columns.as_slice()) {
        keys.error(
            column.span(),
            "one column has statistics of its own: these are of several, or of an `expr(\"..\")`",
        );
    }
    let listed = keys.list("kinds").map(|kinds| kinds.value).unwrap_or_default();
    let kinds = listed.iter().filter_map(|entry| match entry {
        Entry::Named(Named { path, kind: Kind::Word }) => keys.choose("kinds", path, KINDS),
        Entry::Named(_) | Entry::Literal(_) => {
            keys.error(entry.span(), "`kinds` lists words: `kinds(ndistinct, dependencies, mcv)`");
            None
        }
    });
    let kinds = kinds.collect();
    let comment = keys.comment();
    keys.finish();
    Some(Statistics { name: name.unwrap_or_default(), parts, kinds, comment })
}
