//! Indexes.

use super::entry::{Entry, Kind, Literal, Named, single};
use super::fields::{Context, descending, named_column};
use super::keys::Keys;
use crate::model::{ColumnReference, Index, IndexKey, IndexPart, NullsOrder};
use proc_macro2::Span;
use syn::Lit;
use syn::ext::IdentExt;

const NULLS: &[(&str, NullsOrder)] = &[("first", NullsOrder::First), ("last", NullsOrder::Last)];

/// `index(columns(a, b(desc)), where = "..")`, `index(expr = "lower(a)")`, or `index` on a field.
pub(crate) fn index(
    context: Context<'_>,
    entries: Vec<Entry>,
    span: Span,
    field: Option<&ColumnReference>,
) -> Option<Index> {
    let mut keys = Keys::new(context.diagnostics, "an index", entries);
    let mut parts = match field {
        Some(field) => vec![part(&mut keys, IndexKey::Column(field.clone()))],
        None => table_parts(context, &mut keys, span),
    };
    if field.is_none()
        && let Some(opclass) = keys.text("opclass")
    {
        for part in &mut parts {
            part.opclass.get_or_insert_with(|| opclass.clone());
        }
    }
    let unique = keys.flag("unique").is_some();
    let nulls_not_distinct = keys.flag("nulls_not_distinct");
    if let Some(span) = nulls_not_distinct
        && !unique
    {
        keys.error(span, "`nulls_not_distinct` is for a `unique` index");
    }
    let index = Index {
        name: keys.text("name"),
        parts,
        unique,
        predicate: keys.text("where"),
        using: keys.word_or_text("using"),
        include: keys.words("include").map(|words| context.columns(&words)).unwrap_or_default(),
        nulls_not_distinct: nulls_not_distinct.is_some(),
        with: keys.parameters("with"),
        parser: keys.word_or_text("parser"),
        invisible: keys.flag("invisible").is_some(),
        comment: keys.comment(),
        renamed_from: keys.text("renamed_from"),
    };
    keys.finish();
    Some(index)
}

fn table_parts(context: Context<'_>, keys: &mut Keys<'_>, span: Span) -> Vec<IndexPart> {
    let has = (keys.has("columns"), keys.has("expr"));
    let columns = keys.list("columns");
    let expression = keys.text("expr");
    match has {
        (true, true) => keys.error(
            span,
            "`columns` and `expr` exclude each other; an expression among columns is `columns(a, expr(\"lower(b)\"))`",
        ),
        (false, false) => {
            keys.error(span, "what is indexed is missing: `columns(a, b)` or `expr = \"lower(a)\"`");
        }
        (true, false) | (false, true) => {}
    }
    if let Some(expression) = expression {
        return vec![part(keys, IndexKey::Expression(expression))];
    }
    let Some(columns) = columns else { return Vec::new() };
    if columns.value.is_empty() {
        keys.error(columns.span, "`columns` is empty");
    }
    columns.value.iter().filter_map(|entry| listed_part(context, entry)).collect()
}

/// `a`, `a(desc)` or `expr("lower(a)", desc)`.
fn listed_part(context: Context<'_>, entry: &Entry) -> Option<IndexPart> {
    let (key, options) = match as_expression(entry) {
        Some((expression, options)) => (Some(IndexKey::Expression(expression)), options),
        None => {
            let (ident, options) = named_column(context.diagnostics, "columns", entry)?;
            (context.column(&ident).map(IndexKey::Column), options)
        }
    };
    let mut keys = Keys::new(context.diagnostics, "a part of an index", options);
    let part = key.map(|key| part(&mut keys, key));
    if part.is_some() {
        keys.finish();
    }
    part
}

fn as_expression(entry: &Entry) -> Option<(String, Vec<Entry>)> {
    let Entry::Named(Named { path, kind: Kind::List(entries) }) = entry else { return None };
    let [Entry::Literal(Literal { negative: false, literal: Lit::Str(text) }), options @ ..] =
        entries.as_slice()
    else {
        return None;
    };
    (single(path)?.unraw() == "expr").then(|| (text.value(), options.to_vec()))
}

fn part(keys: &mut Keys<'_>, key: IndexKey) -> IndexPart {
    IndexPart {
        key,
        descending: descending(keys),
        nulls: keys.choice("nulls", NULLS),
        collation: keys.text("collation"),
        opclass: keys.text("opclass"),
        prefix_length: keys.number("length").map(|length| length.value),
    }
}
