//! Columns: what stands on one field.

use super::constraint;
use super::entry::{Entry, Kind, Named, Value, single, span_of};
use super::fields::Context;
use super::index;
use super::keys::Keys;
use super::scoped::{Scoped, ScopedObject, contents};
use super::suggestion::hint;
use crate::diagnostics::Diagnostics;
use crate::model::{
    AutoIncrement, Body, Column, ColumnReference, ColumnType, Declared, DefaultValue, Engine, Field,
    Generated, Member,
};
use proc_macro2::Span;
use std::collections::BTreeMap;
use syn::ext::IdentExt;
use syn::{Lit, Type};

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
            let read = |entries| constraint::primary_key(context, entries, Some(&own));
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
        body.members.push(Member::Column(Box::new(Field { name: self.name, ty: self.ty.clone(), column })));
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
        let ty = column_type(&mut keys);
        let generated = generated(&mut keys);
        let default = default(&mut keys, generated.is_some());
        let auto = auto(&mut keys, default.is_some() || generated.is_some());
        let comment = if keys.has("comment") { keys.comment() } else { self.comment.clone() };
        let column = Column {
            name,
            ty,
            default,
            generated,
            auto,
            collation: keys.text("collation"),
            charset: keys.text("charset"),
            on_update: keys.text("on_update_sql"),
            invisible: keys.flag("invisible").is_some(),
            comment: comment.filter(|comment| !comment.is_empty()),
            renamed_from: keys.text("renamed_from"),
        };
        keys.finish();
        column
    }
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

fn column_type(keys: &mut Keys<'_>) -> ColumnType {
    let sql = keys.spanned_text("type");
    let (precision, scale) = (keys.number("precision"), keys.number("scale"));
    let digits = precision.as_ref().or(scale.as_ref()).map(|digits| digits.span);
    match (sql, digits) {
        (Some(sql), Some(span)) => {
            keys.error(span, "digits stand in the `type` itself: `type = \"numeric(12, 2)\"`");
            ColumnType::Sql(sql.value)
        }
        (Some(sql), None) => ColumnType::Sql(sql.value),
        (None, Some(span)) => {
            if precision.is_none() {
                keys.error(span, "`scale` needs a `precision`");
            }
            let (precision, scale) = (precision.map(|digits| digits.value), scale.map(|digits| digits.value));
            ColumnType::Decimal { precision, scale, span }
        }
        (None, None) => ColumnType::Rust,
    }
}

fn generated(keys: &mut Keys<'_>) -> Option<Generated> {
    let expression = keys.spanned_text("generated");
    let (stored, computed) = (keys.flag("stored"), keys.flag("virtual"));
    match (&expression, stored, computed) {
        (_, Some(span), Some(_)) => keys.conflict(span, "stored", "virtual"),
        (None, Some(span), None) | (None, None, Some(span)) => {
            keys.error(span, "only a column with `generated = \"..\"` is stored or virtual");
        }
        (Some(expression), None, None) => {
            keys.error(expression.span, "a generated column is `stored` or `virtual`: say which");
        }
        (Some(_), Some(_), None) | (Some(_), None, Some(_)) | (None, None, None) => {}
    }
    expression.map(|expression| Generated { expression: expression.value, stored: stored.is_some() })
}

fn default(keys: &mut Keys<'_>, generated: bool) -> Option<DefaultValue> {
    let named = keys.one("default");
    let sql = keys.spanned_text("default_sql");
    if let Some(span) = named.as_ref().map(Named::span).or(sql.as_ref().map(|sql| sql.span))
        && generated
    {
        keys.error(span, "a generated column has no default");
    }
    if let (Some(_), Some(sql)) = (&named, &sql) {
        keys.conflict(sql.span, "default", "default_sql");
    }
    match named {
        Some(named) => default_value(keys, &named),
        None => sql.map(|sql| DefaultValue::Sql(sql.value)),
    }
}

const DEFAULTS: &str = "`default` takes a literal, `now` or an enum's value (`default = Status::New`); SQL is `default_sql = \"..\"`";

fn default_value(keys: &Keys<'_>, named: &Named) -> Option<DefaultValue> {
    match &named.kind {
        Kind::Value(Value::Literal(literal)) => {
            let span = literal.literal.span();
            let sign = if literal.negative { "-" } else { "" };
            match &literal.literal {
                Lit::Int(number) => {
                    Some(DefaultValue::Number(format!("{sign}{}", number.base10_digits()), span))
                }
                Lit::Float(number) => {
                    Some(DefaultValue::Number(format!("{sign}{}", number.base10_digits()), span))
                }
                Lit::Bool(value) if !literal.negative => Some(DefaultValue::Bool(value.value, span)),
                Lit::Str(text) if !literal.negative => Some(DefaultValue::Text(text.value(), span)),
                Lit::Char(text) if !literal.negative => {
                    Some(DefaultValue::Text(text.value().to_string(), span))
                }
                _ => {
                    keys.error(span, DEFAULTS);
                    None
                }
            }
        }
        Kind::Value(Value::Path(path, None)) => match single(path) {
            Some(ident) if *ident == "now" => Some(DefaultValue::Now(ident.span())),
            Some(ident) => {
                let hint = hint(&ident.to_string(), ["now", "true", "false"].into_iter());
                keys.error(ident.span(), format!("{DEFAULTS}{hint}"));
                None
            }
            None => constraint::split_target(path).map(|(ty, variant)| DefaultValue::Variant { ty, variant }),
        },
        Kind::Value(Value::Path(path, Some(_))) => {
            keys.error(span_of(path), DEFAULTS);
            None
        }
        Kind::Word | Kind::List(_) => {
            keys.error(named.span(), DEFAULTS);
            None
        }
    }
}

fn auto(keys: &mut Keys<'_>, has_value: bool) -> Option<AutoIncrement> {
    let (auto, autoincrement) = (keys.flag("auto"), keys.flag("autoincrement"));
    let identity_span = keys.span_of("identity");
    let identity = keys.choice(
        "identity",
        &[("always", AutoIncrement::IdentityAlways), ("by_default", AutoIncrement::Usual)],
    );
    if let (Some(span), Some(_)) = (autoincrement, identity) {
        keys.conflict(span, "autoincrement", "identity");
    }
    if let Some(span) = auto.or(autoincrement).or(identity_span)
        && has_value
    {
        keys.error(span, "the database numbers this column: it has no default and is not generated");
    }
    identity.or(autoincrement.map(|_| AutoIncrement::Autoincrement)).or(auto.map(|_| AutoIncrement::Usual))
}
