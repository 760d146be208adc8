//! Views.

use super::body::objects;
use super::column::{RawField, Role};
use super::entry::{Entry, Kind, Named};
use super::fields::{Context, Fields};
use super::keys::Keys;
use super::scoped::{Scoped, ScopedObject, contents};
use super::{doc_comment, entries, named_fields};
use super::{index, trigger};
use crate::diagnostics::Diagnostics;
use crate::model::{Declared, Index, Trigger, View, ViewDefinition};
use syn::DeriveInput;

/// Reads a view.
pub(crate) fn view(diagnostics: &Diagnostics, input: &DeriveInput) -> Option<View> {
    let fields = named_fields(diagnostics, input, "View")?;
    let mut columns: Vec<String> = Vec::new();
    let mut known = Fields { columns: Vec::new(), skipped: Vec::new(), flattened: false };
    for field in fields {
        let Some(raw) = RawField::read(diagnostics, field) else { continue };
        raw.refuse_all_but_name(diagnostics);
        match raw.role {
            Role::Column if columns.contains(&raw.column) => {
                diagnostics.error(raw.span, format!("there is a column `{}` already", raw.column));
            }
            Role::Column => {
                known.columns.push((raw.name, raw.column.clone()));
                columns.push(raw.column);
            }
            Role::Skip => known.skipped.push(raw.name),
            Role::Flatten => diagnostics.error(raw.span, "a view flattens nothing"),
        }
    }
    let mut entries = entries(diagnostics, &input.attrs, "view");
    let triggers = take_triggers(Context { diagnostics, fields: &known }, &mut entries);
    // The name is read apart: it cannot differ by engine.
    let mut keys = Keys::new(diagnostics, "a view", Scoped::new(diagnostics, entries.clone()).base);
    for (key, mentioned) in [("name", keys.has("name")), ("query", keys.has("query"))] {
        if !mentioned {
            let message = format!("the view's {key} is missing: `#[view({key} = \"..\")]`");
            diagnostics.error(input.ident.span(), message);
        }
    }
    let name = keys.text("name").unwrap_or_else(|| input.ident.to_string());
    let schema = keys.text("schema");
    let comment = doc_comment(&input.attrs);
    let definition = ScopedObject::everywhere(entries).declare(diagnostics, None, &[], |entries| {
        let mut keys = Keys::new(diagnostics, "a view", entries);
        keys.also_known(&["only", "except", "postgres", "mysql", "mariadb", "sqlite", "trigger"]);
        if keys.text("name").is_some_and(|here| here != name)
            || keys.text("schema").is_some_and(|here| Some(&here) != schema.as_ref())
        {
            diagnostics.error(input.ident.span(), "a view's name is the same on every engine");
        }
        let comment = if keys.has("comment") { keys.comment() } else { comment.clone() };
        let query = keys.text("query");
        let is_materialized = keys.flag("materialized").is_some();
        let indexes = read_indexes(Context { diagnostics, fields: &known }, &mut keys, is_materialized);
        keys.finish();
        Some(ViewDefinition {
            columns: columns.clone(),
            query: query.unwrap_or_default(),
            materialized: is_materialized.then_some(indexes),
            comment: comment.filter(|comment| !comment.is_empty()),
        })
    })?;
    Some(View { ident: input.ident.clone(), schema, name, triggers, definition })
}

/// Takes the triggers out of a list, those in engines' blocks too: each has scopes of its own.
fn take_triggers(context: Context<'_>, entries: &mut Vec<Entry>) -> Vec<Declared<Trigger>> {
    let diagnostics = context.diagnostics;
    let mut triggers: Vec<Declared<Trigger>> = Vec::new();
    let mut blocks = Scoped::new(&Diagnostics::new(), entries.clone()).blocks;
    let is_trigger = |entry: &Entry| match entry {
        Entry::Named(named) => named.key().as_deref() == Some("trigger"),
        Entry::Literal(_) => false,
    };
    let (of_all, mut rest): (Vec<Entry>, Vec<Entry>) =
        std::mem::take(entries).into_iter().partition(is_trigger);
    for entry in &mut rest {
        if let Entry::Named(Named { path: _, kind: Kind::List(entries) }) = entry {
            entries.retain(|entry| !is_trigger(entry));
        }
    }
    *entries = rest;
    let mut keys = Keys::new(diagnostics, "a view", of_all);
    for (named, object) in objects(diagnostics, &mut keys, &mut blocks, "trigger", None) {
        let read = |entries| trigger::trigger(context, entries, named.span(), trigger::Owner::View);
        let Some(declared) = object.declare(diagnostics, None, &[], read) else { continue };
        if triggers.iter().any(|other| other.base.name == declared.base.name && other.only == declared.only) {
            let message = format!("two triggers are called `{}`", declared.base.name);
            diagnostics.error(named.span(), message);
        }
        triggers.push(declared);
    }
    triggers
}

/// The indexes of a materialized view.
fn read_indexes(context: Context<'_>, keys: &mut Keys<'_>, is_materialized: bool) -> Vec<Index> {
    let mut indexes: Vec<Index> = Vec::new();
    for named in keys.all("index") {
        let span = named.span();
        if !is_materialized {
            keys.error(span, "only a `materialized` view has indexes");
        }
        let entries = contents(context.diagnostics, named, None);
        let Some(index) = index::index(context, entries, span, None) else { continue };
        match &index.name {
            None => keys.error(span, "an index of a view has a name: `index(name = \"..\", columns(a))`"),
            Some(name) if indexes.iter().any(|other| other.name.as_ref() == Some(name)) => {
                keys.error(span, format!("two indexes are called `{name}`"));
            }
            Some(_) => {}
        }
        if index.renamed_from.is_some() {
            keys.error(span, "an index of a view has no former name: it is created again");
        }
        indexes.push(index);
    }
    indexes
}
