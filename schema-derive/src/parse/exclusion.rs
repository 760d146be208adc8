//! EXCLUDE constraints.

use super::constraint::DEFERRABLE;
use super::entry::Entry;
use super::fields::Context;
use super::index::listed_part_with;
use super::keys::Keys;
use crate::model::Exclusion;
use proc_macro2::Span;

/// `exclude(using = gist, columns(room(op = "="), expr("tsrange(from, to)", op = "&&")), where = "..")`
pub(crate) fn exclusion(context: Context<'_>, entries: Vec<Entry>, span: Span) -> Option<Exclusion> {
    let mut keys = Keys::new(context.diagnostics, "an exclusion", entries);
    let columns = keys.list("columns");
    if columns.as_ref().is_none_or(|columns| columns.value.is_empty()) {
        keys.error(span, "what is compared is missing: `columns(room(op = \"=\"), during(op = \"&&\"))`");
    }
    let columns = columns.map(|columns| columns.value).unwrap_or_default();
    let parts = columns.iter().filter_map(|entry| {
        let mut operator = None;
        let part = listed_part_with(context, entry, |keys| operator = keys.text("op"))?;
        if operator.is_none() {
            context.diagnostics.error(entry.span(), "the operator is missing: `room(op = \"=\")`");
        }
        Some((part, operator?))
    });
    let parts = parts.collect();
    let name = keys.text("name");
    let exclusion = Exclusion {
        using: keys.word_or_text("using"),
        parts,
        include: context.columns(&keys.words("include").unwrap_or_default()),
        predicate: keys.text("where"),
        deferrable: keys.choice("deferrable", DEFERRABLE),
        comment: keys.comment(),
        renamed_from: keys.former_name(name.as_deref()),
        name,
    };
    keys.finish();
    Some(exclusion)
}
