//! Columns: what stands on one field.

use super::entry::{Entry, Named};
use super::fields::Context;
use super::index;
use super::keys::Keys;
use super::scoped::{Scoped, ScopedObject, contents};
use super::{constraint, refuse_same_name, value};
use crate::diagnostics::Diagnostics;
use crate::model::{
    Attribute, Body, Column, ColumnReference, ColumnSettings, Declared, Engine, Field, Member, Spanned,
};
use proc_macro2::Span;
use std::collections::BTreeMap;
use syn::Type;
use syn::ext::IdentExt;

/// Keys that make an object of the table.
const OBJECTS: [&str; 4] = ["unique", "check", "index", "fk"];

/// Keys that cannot differ by engine.
const FIXED: [&str; 5] = ["pk", "name", "renamed_from", "skip", "flatten"];

/// A field with its attributes, read as far as other fields need.
pub(crate) struct RawField<'a> {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) ty: &'a Type,
    pub(crate) comment: Option<String>,
    pub(crate) column: String,
    pub(crate) role: Role,
    entries: Vec<Entry>,
}

/// What becomes of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Column,
    Flatten,
    Skip,
}

impl<'a> RawField<'a> {
    /// Reads the keys that decide what the field is.
    pub(crate) fn read(diagnostics: &Diagnostics, field: &'a syn::Field) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let name = ident.unraw().to_string();
        let entries = super::entries(diagnostics, &field.attrs, "column");
        let mut keys = Keys::new(diagnostics, "a column", entries.clone());
        let (skip, flatten) = (keys.flag("skip"), keys.flag("flatten"));
        let column = keys.text("name").unwrap_or_else(|| name.clone());
        let role = match (skip, flatten) {
            (Some(span), Some(_)) => {
                keys.conflict(span, "skip", "flatten");
                Role::Skip
            }
            (Some(_), None) => Role::Skip,
            (None, Some(_)) => Role::Flatten,
            (None, None) => Role::Column,
        };
        if role != Role::Column
            && let Some(other) = entries.iter().find(|entry| !is_key(entry, &["skip", "flatten"]))
        {
            let (key, rest) = if role == Role::Skip {
                ("skip", "the field is no column")
            } else {
                ("flatten", "its struct says it")
            };
            diagnostics.error(other.span(), format!("nothing else stands beside `{key}`: {rest}"));
        }
        let comment = super::doc_comment(&field.attrs);
        Some(RawField { name, span: ident.span(), ty: &field.ty, comment, column, role, entries })
    }

    /// Reports what a view's field has beside a name.
    pub(crate) fn refuse_all_but_name(&self, diagnostics: &Diagnostics) {
        if self.role == Role::Column {
            let mut keys = Keys::new(diagnostics, "a view's column", self.entries.clone());
            keys.also_known(&["skip"]);
            keys.text("name");
            keys.finish();
        }
    }

    /// Reads the field as an attribute of a composite type.
    pub(crate) fn attribute(&self, diagnostics: &Diagnostics) -> Attribute {
        let mut keys = Keys::new(diagnostics, "an attribute", self.entries.clone());
        keys.also_known(&["skip"]);
        let name = keys.text("name").unwrap_or_else(|| self.column.clone());
        let attribute = Attribute {
            ty: value::column_type(&mut keys),
            rust: self.ty.clone(),
            collation: keys.text("collation"),
            renamed_from: keys.former_name(Some(&name)),
            name,
        };
        keys.finish();
        attribute
    }

    /// Reads the rest, and puts what belongs to the table into the body.
    pub(crate) fn add_to(self, context: Context<'_>, body: &mut Body) {
        let diagnostics = context.diagnostics;
        match self.role {
            Role::Skip => return,
            Role::Flatten => {
                body.members.push(Member::Flatten { field: self.name, ty: Box::new(self.ty.clone()) });
                return;
            }
            Role::Column => {}
        }
        let own = ColumnReference::Own { field: self.name.clone(), column: self.column.clone() };
        let mut scoped = Scoped::new(diagnostics, self.entries.clone());
        for (_, entries) in scoped.blocks.entries_mut() {
            entries.retain(|entry| {
                let fixed = is_key(entry, &FIXED);
                if fixed {
                    diagnostics.error(entry.span(), "this key is the same on every engine");
                }
                !fixed
            });
        }
        let (name, only) = (self.name.as_str(), scoped.only.clone());
        if let Some((span, object)) = take_object(diagnostics, &mut scoped, "unique", None) {
            let read = |entries| constraint::unique(context, entries, span, Some(&own));
            body.uniques.extend(object.declare(diagnostics, Some(name), &only, read));
        }
        if let Some((span, object)) = take_object(diagnostics, &mut scoped, "check", Some("expr")) {
            let read = |entries| constraint::check(context, entries, span);
            body.checks.extend(object.declare(diagnostics, Some(name), &only, read));
        }
        if let Some((span, object)) = take_object(diagnostics, &mut scoped, "index", None) {
            let read = |entries| index::index(context, entries, span, Some(&own));
            body.indexes.extend(object.declare(diagnostics, Some(name), &only, read));
        }
        if let Some((span, object)) = take_object(diagnostics, &mut scoped, "fk", None) {
            let read = |entries| constraint::foreign_key(context, entries, span, Some(&own));
            body.foreign_keys.extend(object.declare(diagnostics, Some(name), &only, read));
        }
        if let Some(named) = take(diagnostics, &mut scoped.base, "pk") {
            let span = named.span();
            let entries = contents(diagnostics, named, None);
            let read = |entries| constraint::primary_key(context, entries, span, Some(&own));
            let key = ScopedObject::everywhere(entries).declare(diagnostics, Some(name), &only, read);
            if body.primary_key.is_some() {
                diagnostics.error(
                    span,
                    "there is a primary key already; one of several columns is `#[table(pk(a, b))]`",
                );
            } else {
                body.primary_key = key;
            }
        }
        let column = self.column(diagnostics, &scoped);
        body.settings.extend(settings(&column));
        let field = Field { name: self.name, span: self.span, ty: self.ty.clone(), column };
        body.members.push(Member::Column(Box::new(field)));
    }

    fn column(&self, diagnostics: &Diagnostics, scoped: &Scoped) -> Declared<Column> {
        let overrides = scoped
            .overridden()
            .map(|engine| (engine, self.read_column(diagnostics, scoped.entries_for(engine))))
            .collect();
        Declared {
            base: self.read_column(diagnostics, scoped.base.clone()),
            origin: Some(self.name.clone()),
            only: scoped.only.clone(),
            overrides,
        }
    }

    fn read_column(&self, diagnostics: &Diagnostics, entries: Vec<Entry>) -> Column {
        let mut keys = Keys::new(diagnostics, "a column", entries);
        keys.also_known(&OBJECTS);
        keys.also_known(&FIXED);
        keys.also_known(&["only", "except", "postgres", "mysql", "mariadb", "sqlite"]);
        let name = keys.text("name").unwrap_or_else(|| self.column.clone());
        let ty = value::column_type(&mut keys);
        let generated = value::generated(&mut keys);
        let default = value::default(&mut keys, generated.is_some());
        let auto = value::auto(&mut keys, default.is_some() || generated.is_some());
        let sequence = value::sequence(&mut keys, auto.is_some());
        let on_update = keys.spanned_text("on_update_sql");
        if let (Some(Spanned { span, .. }), Some(_)) = (&on_update, &generated) {
            keys.error(*span, "a generated column has no `on_update_sql`");
        }
        let renamed_from = keys.spanned_text("renamed_from");
        refuse_same_name(diagnostics, renamed_from.as_ref(), &name);
        let comment = if keys.has("comment") { keys.comment() } else { self.comment.clone() };
        let column = Column {
            name: name.clone(),
            ty,
            default,
            generated,
            auto,
            sequence,
            not_null: value::not_null(&mut keys),
            collation: keys.text("collation"),
            charset: keys.text("charset"),
            on_update: on_update.map(|sql| sql.value),
            invisible: keys.flag("invisible").is_some(),
            settings: value::settings(&mut keys, &name),
            comment: comment.filter(|comment| !comment.is_empty()),
            renamed_from: renamed_from.map(|name| name.value),
        };
        keys.finish();
        column
    }
}

/// How the values of a column are kept; none where all is as usual.
fn settings(column: &Declared<Column>) -> Option<Declared<ColumnSettings>> {
    let is_said = |settings: &ColumnSettings| {
        let ColumnSettings { column: _, storage, compression, statistics, with } = settings;
        storage.is_some() || compression.is_some() || statistics.is_some() || !with.is_empty()
    };
    if !column.definitions().any(|column| is_said(&column.settings)) {
        return None;
    }
    let Declared { base, origin, only, overrides } = column;
    Some(Declared {
        base: base.settings.clone(),
        origin: origin.clone(),
        only: only.clone(),
        overrides: overrides.iter().map(|(engine, column)| (*engine, column.settings.clone())).collect(),
    })
}

fn is_key(entry: &Entry, keys: &[&str]) -> bool {
    match entry {
        Entry::Named(named) => named.key().is_some_and(|key| keys.contains(&key.as_str())),
        Entry::Literal(_) => false,
    }
}

/// Takes one key's entry out of a list.
fn take(diagnostics: &Diagnostics, entries: &mut Vec<Entry>, key: &str) -> Option<Named> {
    let (found, rest): (Vec<Entry>, Vec<Entry>) =
        std::mem::take(entries).into_iter().partition(|entry| is_key(entry, &[key]));
    *entries = rest;
    let mut found = found.into_iter().filter_map(|entry| match entry {
        Entry::Named(named) => Some(named),
        Entry::Literal(_) => None,
    });
    let first = found.next();
    for duplicate in found {
        diagnostics.error(
            duplicate.span(),
            format!("duplicate `{key}`; a field has one, more stand on the struct: `#[table({key}(..))]`"),
        );
    }
    first
}

/// Takes one object's entries out of all scopes.
fn take_object(
    diagnostics: &Diagnostics,
    scoped: &mut Scoped,
    key: &str,
    value_key: Option<&str>,
) -> Option<(Span, ScopedObject)> {
    let mut span = None;
    let base = take(diagnostics, &mut scoped.base, key).map(|named| {
        span = Some(named.span());
        contents(diagnostics, named, value_key)
    });
    let mut instead: BTreeMap<Engine, Vec<Entry>> = BTreeMap::new();
    for (engine, entries) in scoped.blocks.entries_mut() {
        if let Some(named) = take(diagnostics, entries, key) {
            span.get_or_insert(named.span());
            instead.insert(engine, contents(diagnostics, named, value_key));
        }
    }
    span.map(|span| (span, scoped.blocks.object(base, instead)))
}
