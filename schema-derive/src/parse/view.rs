//! Views.

use super::column::{RawField, Role};
use super::keys::Keys;
use super::scoped::{Scoped, ScopedObject};
use super::{doc_comment, entries, named_fields};
use crate::diagnostics::Diagnostics;
use crate::model::{View, ViewDefinition};
use syn::DeriveInput;

/// Reads a view.
pub(crate) fn view(diagnostics: &Diagnostics, input: &DeriveInput) -> Option<View> {
    let fields = named_fields(diagnostics, input, "View")?;
    let mut columns: Vec<String> = Vec::new();
    for field in fields {
        let Some(raw) = RawField::read(diagnostics, field) else { continue };
        raw.refuse_all_but_name(diagnostics);
        match raw.role {
            Role::Column if columns.contains(&raw.column) => {
                diagnostics.error(raw.span, format!("there is a column `{}` already", raw.column));
            }
            Role::Column => columns.push(raw.column),
            Role::Skip => {}
            Role::Flatten => diagnostics.error(raw.span, "a view flattens nothing"),
        }
    }
    let entries = entries(diagnostics, &input.attrs, "view");
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
        keys.also_known(&["only", "except", "postgres", "mysql", "mariadb", "sqlite"]);
        if keys.text("name").is_some_and(|here| here != name)
            || keys.text("schema").is_some_and(|here| Some(&here) != schema.as_ref())
        {
            diagnostics.error(input.ident.span(), "a view's name is the same on every engine");
        }
        let comment = if keys.has("comment") { keys.comment() } else { comment.clone() };
        let query = keys.text("query");
        if let Some(span) = keys.flag("materialized") {
            keys.error(
                span,
                "no engine gets a materialized view from a model yet: create it in a revision of its own (`schema-cli revision`)",
            );
        }
        keys.finish();
        Some(ViewDefinition {
            columns: columns.clone(),
            query: query.unwrap_or_default(),
            comment: comment.filter(|comment| !comment.is_empty()),
        })
    })?;
    Some(View { ident: input.ident.clone(), schema, name, definition })
}
