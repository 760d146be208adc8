//! The struct's fields as keys and indexes name them.

use super::entry::{Entry, Kind, Named, single};
use super::keys::Keys;
use super::suggestion::hint;
use crate::diagnostics::Diagnostics;
use crate::model::{ColumnReference, KeyColumn};
use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt;

/// The columns that a struct has, for what refers to them.
pub(crate) struct Fields {
    /// Field and column, in the struct's order.
    pub(crate) columns: Vec<(String, String)>,
    /// Fields that are no columns.
    pub(crate) skipped: Vec<String>,
    /// Whether there may be more, in flattened structs.
    pub(crate) flattened: bool,
}

/// What reading an object needs.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) diagnostics: &'a Diagnostics,
    pub(crate) fields: &'a Fields,
}

impl Context<'_> {
    /// The column of a field.
    pub(crate) fn column(&self, ident: &Ident) -> Option<ColumnReference> {
        let field = ident.unraw().to_string();
        if let Some((_, column)) = self.fields.columns.iter().find(|(name, _)| *name == field) {
            return Some(ColumnReference::Own { field, column: column.clone() });
        }
        if self.fields.skipped.contains(&field) {
            self.diagnostics.error(ident.span(), format!("`{field}` is skipped: it is no column"));
            return None;
        }
        if self.fields.flattened {
            return Some(ColumnReference::Flattened(ident.clone()));
        }
        let hint = hint(&field, self.fields.columns.iter().map(|(name, _)| name.as_str()));
        let message = match self.fields.columns.iter().find(|(_, column)| *column == field) {
            Some((name, _)) => {
                format!("no field `{field}`: columns are named by their fields; did you mean `{name}`?")
            }
            None => format!("no field `{field}`{hint}"),
        };
        self.diagnostics.error(ident.span(), message);
        None
    }

    pub(crate) fn columns(&self, idents: &[Ident]) -> Vec<ColumnReference> {
        idents.iter().filter_map(|ident| self.column(ident)).collect()
    }

    /// The columns of a key: `a, b(desc)`.
    pub(crate) fn key_columns(&self, key: &str, entries: &[Entry]) -> Vec<KeyColumn> {
        let mut seen: Vec<String> = Vec::new();
        entries
            .iter()
            .filter_map(|entry| {
                let (ident, options) = named_column(self.diagnostics, key, entry)?;
                let name = ident.unraw().to_string();
                if seen.contains(&name) {
                    self.diagnostics.error(ident.span(), format!("duplicate `{name}`"));
                }
                seen.push(name);
                let mut keys = Keys::new(self.diagnostics, "a column of a key", options);
                let column = self.key_column(self.column(&ident), ident.span(), &mut keys);
                keys.finish();
                column
            })
            .collect()
    }

    /// The options of a column in a key.
    pub(crate) fn key_column(
        &self,
        column: Option<ColumnReference>,
        span: Span,
        keys: &mut Keys<'_>,
    ) -> Option<KeyColumn> {
        let descending = descending(keys);
        let collation = keys.text("collation");
        let prefix_length = keys.number("length").map(|length| length.value);
        Some(KeyColumn { column: column?, span, descending, collation, prefix_length })
    }
}

/// `asc` or `desc`.
pub(crate) fn descending(keys: &mut Keys<'_>) -> bool {
    let ascending = keys.flag("asc");
    let descending = keys.flag("desc");
    if let (Some(span), Some(_)) = (ascending, descending) {
        keys.conflict(span, "asc", "desc");
    }
    descending.is_some()
}

/// A field with its options: `a` or `a(desc)`.
pub(crate) fn named_column(
    diagnostics: &Diagnostics,
    key: &str,
    entry: &Entry,
) -> Option<(Ident, Vec<Entry>)> {
    match entry {
        Entry::Named(Named { path, kind }) if let Some(ident) = single(path) => match kind {
            Kind::Word => return Some((ident.clone(), Vec::new())),
            Kind::List(options) => return Some((ident.clone(), options.clone())),
            Kind::Value(_) => {}
        },
        Entry::Named(_) | Entry::Literal(_) => {}
    }
    diagnostics.error(entry.span(), format!("`{key}` lists fields: `{key}(a, b(desc))`"));
    None
}
