//! Indexes.

use super::entry::{Entry, Kind, Literal, Named, single};
use super::fields::{Context, descending, named_column};
use super::keys::Keys;
use crate::model::{ColumnReference, Index, IndexKey, IndexPart, NullsOrder, Spanned};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, Lit};

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
        Some(field) => vec![Spanned { value: part(&mut keys, IndexKey::Column(field.clone())), span }],
        None => table_parts(context, &mut keys, span),
    };
    if field.is_none()
        && let Some(opclass) = keys.text("opclass")
    {
        for part in &mut parts {
            part.value.opclass.get_or_insert_with(|| opclass.clone());
        }
    }
    let unique = keys.flag("unique").is_some();
    let nulls_not_distinct = keys.flag("nulls_not_distinct");
    if let Some(span) = nulls_not_distinct
        && !unique
    {
        keys.error(span, "`nulls_not_distinct` is for a `unique` index");
    }
    let name = keys.text("name");
    let include = keys.words("include").unwrap_or_default();
    refuse_indexed_twice(&keys, &parts, &include);
    let index = Index {
        parts: parts.into_iter().map(|part| part.value).collect(),
        unique,
        predicate: keys.text("where"),
        using: keys.word_or_text("using"),
        include: context.columns(&include),
        nulls_not_distinct: nulls_not_distinct.is_some(),
        with: keys.parameters("with"),
        parser: keys.word_or_text("parser"),
        invisible: keys.flag("invisible").is_some(),
        comment: keys.comment(),
        renamed_from: keys.former_name(name.as_deref()),
        name,
    };
    keys.finish();
    Some(index)
}

/// A column stands in an index once, in its key or carried along.
fn refuse_indexed_twice(keys: &Keys<'_>, parts: &[Spanned<IndexPart>], include: &[Ident]) {
    let mut seen: Vec<String> = Vec::new();
    let indexed = parts.iter().filter_map(|part| match &part.value.key {
        IndexKey::Column(column) => Some((column.field(), part.span)),
        IndexKey::Expression(_) => None,
    });
    let included = include.iter().map(|ident| (ident.unraw().to_string(), ident.span()));
    for (field, span) in indexed.chain(included) {
        if seen.contains(&field) {
            keys.error(span, format!("duplicate `{field}`"));
        }
        seen.push(field);
    }
}

fn table_parts(context: Context<'_>, keys: &mut Keys<'_>, span: Span) -> Vec<Spanned<IndexPart>> {
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
        return vec![Spanned { value: part(keys, IndexKey::Expression(expression)), span }];
    }
    let Some(columns) = columns else { return Vec::new() };
    if columns.value.is_empty() {
        keys.error(columns.span, "`columns` is empty");
    }
    let part = |entry: &Entry| Some(Spanned { value: listed_part(context, entry)?, span: entry.span() });
    columns.value.iter().filter_map(part).collect()
}

/// `a`, `a(desc)` or `expr("lower(a)", desc)`.
pub(super) fn listed_part(context: Context<'_>, entry: &Entry) -> Option<IndexPart> {
    listed_part_with(context, entry, |_| {})
}

/// The same, with keys that `more` reads.
pub(super) fn listed_part_with(
    context: Context<'_>,
    entry: &Entry,
    more: impl FnOnce(&mut Keys<'_>),
) -> Option<IndexPart> {
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
        more(&mut keys);
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
