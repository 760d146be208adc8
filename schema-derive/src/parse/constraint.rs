//! Primary keys, unique constraints, CHECKs and foreign keys.

use super::entry::{Entry, Kind, Named, Value, single, span_of};
use super::fields::Context;
use super::keys::{Keys, words};
use crate::model::{
    Check, ColumnReference, ConflictClause, Deferrability, ForeignKey, KeyColumn, Match, PrimaryKey,
    ReferentialAction, Spanned, Unique,
};
use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Ident, Path};

pub(super) const DEFERRABLE: &[(&str, Deferrability)] = &[
    ("initially_deferred", Deferrability::InitiallyDeferred),
    ("initially_immediate", Deferrability::InitiallyImmediate),
];

pub(super) const ON_CONFLICT: &[(&str, ConflictClause)] = &[
    ("rollback", ConflictClause::Rollback),
    ("fail", ConflictClause::Fail),
    ("ignore", ConflictClause::Ignore),
    ("replace", ConflictClause::Replace),
];

const MATCH: &[(&str, Match)] =
    &[("simple", Match::Simple), ("full", Match::Full), ("partial", Match::Partial)];

/// What an action does, before its columns are known.
#[derive(Clone, Copy)]
enum Reaction {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

const REACTIONS: &[(&str, Reaction)] = &[
    ("no_action", Reaction::NoAction),
    ("restrict", Reaction::Restrict),
    ("cascade", Reaction::Cascade),
    ("set_null", Reaction::SetNull),
    ("set_default", Reaction::SetDefault),
];

/// `pk(a, b(desc), name = "..")`, or `pk` on the field of the only column.
pub(crate) fn primary_key(
    context: Context<'_>,
    entries: Vec<Entry>,
    span: Span,
    field: Option<&ColumnReference>,
) -> Option<PrimaryKey> {
    let is_option = |entry: &Entry| match entry {
        Entry::Named(named) => match named.kind {
            Kind::Value(_) => true,
            Kind::List(_) => named.key().is_some_and(|key| key == "include" || key == "with"),
            Kind::Word => false,
        },
        Entry::Literal(_) => false,
    };
    let (options, columns): (Vec<Entry>, Vec<Entry>) =
        if field.is_some() { (entries, Vec::new()) } else { entries.into_iter().partition(is_option) };
    let mut keys = Keys::new(context.diagnostics, "a primary key", options);
    let columns = match field {
        Some(field) => context.key_column(Some(field.clone()), span, &mut keys).into_iter().collect(),
        None => context.key_columns("pk", &columns),
    };
    let key = PrimaryKey {
        name: keys.text("name"),
        columns,
        deferrable: keys.choice("deferrable", DEFERRABLE),
        include: included(context, &mut keys),
        with: keys.parameters("with"),
        on_conflict: keys.choice("on_conflict", ON_CONFLICT),
        comment: keys.comment(),
    };
    keys.finish();
    Some(key)
}

/// `unique(columns(a, b), name = "..")`, or `unique` on a field.
pub(crate) fn unique(
    context: Context<'_>,
    entries: Vec<Entry>,
    span: Span,
    field: Option<&ColumnReference>,
) -> Option<Unique> {
    let mut keys = Keys::new(context.diagnostics, "a unique constraint", entries);
    let columns = columns_of_key(context, &mut keys, span, field);
    let name = keys.text("name");
    let unique = Unique {
        columns,
        deferrable: keys.choice("deferrable", DEFERRABLE),
        nulls_not_distinct: keys.flag("nulls_not_distinct").is_some(),
        include: included(context, &mut keys),
        with: keys.parameters("with"),
        on_conflict: keys.choice("on_conflict", ON_CONFLICT),
        comment: keys.comment(),
        renamed_from: keys.former_name(name.as_deref()),
        name,
    };
    keys.finish();
    Some(unique)
}

/// `include(a, b)`
fn included(context: Context<'_>, keys: &mut Keys<'_>) -> Vec<ColumnReference> {
    context.columns(&keys.words("include").unwrap_or_default())
}

fn columns_of_key(
    context: Context<'_>,
    keys: &mut Keys<'_>,
    span: Span,
    field: Option<&ColumnReference>,
) -> Vec<KeyColumn> {
    if let Some(field) = field {
        return context.key_column(Some(field.clone()), span, keys).into_iter().collect();
    }
    match keys.list("columns") {
        Some(Spanned { value: entries, span }) => {
            if entries.is_empty() {
                keys.error(span, "`columns` is empty");
            }
            context.key_columns("columns", &entries)
        }
        None => {
            keys.error(span, "the columns are missing: `columns(a, b)`");
            Vec::new()
        }
    }
}

/// `check(name = "..", expr = "..")`
pub(crate) fn check(context: Context<'_>, entries: Vec<Entry>, span: Span) -> Option<Check> {
    let mut keys = Keys::new(context.diagnostics, "a check", entries);
    let mentioned = keys.has("expr");
    let expression = keys.text("expr");
    if !mentioned {
        keys.error(span, "the expression is missing: `check(expr = \"..\")`");
    }
    let name = keys.text("name");
    let no_inherit = keys.flag("no_inherit").is_some();
    let not_valid = keys.flag("not_valid").is_some();
    let not_enforced = keys.flag("not_enforced").is_some();
    let comment = keys.comment();
    let renamed_from = keys.former_name(name.as_deref());
    keys.finish();
    Some(Check { name, expression: expression?, no_inherit, not_valid, not_enforced, comment, renamed_from })
}

/// `fk(Feed::id, on_delete = cascade)` on a field, or
/// `fk(columns(a, b), references = Product, to(feed_id, sku), on_delete = cascade)` on a struct.
pub(crate) fn foreign_key(
    context: Context<'_>,
    entries: Vec<Entry>,
    span: Span,
    field: Option<&ColumnReference>,
) -> Option<ForeignKey> {
    let mut keys = Keys::new(context.diagnostics, "a foreign key", entries);
    let target = match field {
        Some(field) => {
            let target = keys.target(span).and_then(|path| {
                let target = split_target(&path);
                if target.is_none() {
                    let name = span_of(&path);
                    keys.error(name, "the column that is referred to is missing: `fk(Feed::id)`");
                }
                target
            });
            target.map(|(references, referenced)| (vec![field.clone()], references, vec![referenced]))
        }
        None => columns_and_target(context, &mut keys, span),
    };
    let name = keys.text("name");
    let on_delete = action(context, &mut keys, "on_delete");
    let on_update = action(context, &mut keys, "on_update");
    let deferrable = keys.choice("deferrable", DEFERRABLE);
    let match_type = keys.choice("match", MATCH);
    let not_valid = keys.flag("not_valid").is_some();
    let not_enforced = keys.flag("not_enforced").is_some();
    let comment = keys.comment();
    let renamed_from = keys.former_name(name.as_deref());
    if let Some((columns, ..)) = &target {
        check_action(&keys, on_delete.as_ref(), columns);
        check_action(&keys, on_update.as_ref(), columns);
    }
    keys.finish();
    let (columns, references, referenced_fields) = target?;
    Some(ForeignKey {
        name,
        columns,
        references,
        is_of_a_field: field.is_some(),
        referenced_fields,
        on_delete,
        on_update,
        deferrable,
        match_type,
        not_valid,
        not_enforced,
        comment,
        renamed_from,
    })
}

/// `Feed::id` as the struct and the field.
pub(crate) fn split_target(path: &Path) -> Option<(Path, Ident)> {
    let mut path = path.clone();
    let field = path.segments.pop()?.ident;
    path.segments.pop_punct();
    (!path.segments.is_empty()).then_some((path, field))
}

type Target = (Vec<ColumnReference>, Path, Vec<Ident>);

fn columns_and_target(context: Context<'_>, keys: &mut Keys<'_>, span: Span) -> Option<Target> {
    let has = [keys.has("columns"), keys.has("references"), keys.has("to")];
    let columns = keys.words("columns");
    let references = keys.one("references").and_then(|named| match named.kind {
        Kind::Value(Value::Path(path, None)) => Some(path),
        Kind::Word | Kind::Value(_) | Kind::List(_) => {
            keys.error(named.span(), "`references` takes a struct: `references = Product`");
            None
        }
    });
    let referenced = keys.words("to");
    if has != [true; 3] {
        keys.error(span, "a foreign key is `fk(columns(a, b), references = Product, to(feed_id, sku))`");
    }
    let (columns, references, referenced) = (columns?, references?, referenced?);
    if columns.len() != referenced.len() {
        let (left, right) = (columns.len(), referenced.len());
        keys.error(span, format!("the key has {left} columns, but `to(..)` has {right}"));
        return None;
    }
    Some((context.columns(&columns), references, referenced))
        .filter(|(found, ..)| found.len() == columns.len())
}

/// `on_delete = set_null`, `on_delete = set_null(a)`
fn action(
    context: Context<'_>,
    keys: &mut Keys<'_>,
    key: &'static str,
) -> Option<Spanned<ReferentialAction>> {
    let named: Named = keys.one(key)?;
    let Kind::Value(Value::Path(path, columns)) = &named.kind else {
        let choices = REACTIONS.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        keys.error(named.span(), format!("`{key}` takes one of {choices}"));
        return None;
    };
    let action = keys.choose(key, path, REACTIONS)?;
    let listed = |columns: &Option<Vec<Entry>>| {
        let words = columns.as_ref().map(|columns| words(context.diagnostics, key, columns));
        words.map(|words| context.columns(&words)).unwrap_or_default()
    };
    let refuse_columns = || {
        if columns.is_some() {
            let name = single(path).map(|ident| ident.unraw().to_string()).unwrap_or_default();
            keys.error(span_of(path), format!("`{name}` takes no columns"));
        }
    };
    let value = match action {
        Reaction::NoAction => {
            refuse_columns();
            ReferentialAction::NoAction
        }
        Reaction::Restrict => {
            refuse_columns();
            ReferentialAction::Restrict
        }
        Reaction::Cascade => {
            refuse_columns();
            ReferentialAction::Cascade
        }
        Reaction::SetNull => ReferentialAction::SetNull(listed(columns)),
        Reaction::SetDefault => ReferentialAction::SetDefault(listed(columns)),
    };
    Some(Spanned { value, span: span_of(path) })
}

/// The columns of an action are among the key's.
fn check_action(keys: &Keys<'_>, action: Option<&Spanned<ReferentialAction>>, columns: &[ColumnReference]) {
    let Some(Spanned { value, span }) = action else { return };
    let listed = match value {
        ReferentialAction::NoAction | ReferentialAction::Restrict | ReferentialAction::Cascade => return,
        ReferentialAction::SetNull(listed) | ReferentialAction::SetDefault(listed) => listed,
    };
    for column in listed.iter().filter(|column| !columns.contains(column)) {
        keys.error(*span, format!("`{}` is no column of the key", column.field()));
    }
}
