//! Structs that are composite types.

use super::column::{RawField, Role};
use super::entry::Entry;
use super::keys::Keys;
use super::{doc_comment, named_fields};
use crate::diagnostics::Diagnostics;
use crate::model::{Attribute, Composite};
use syn::DeriveInput;

/// Reads a composite type.
pub(super) fn composite(
    diagnostics: &Diagnostics,
    input: &DeriveInput,
    entries: Vec<Entry>,
) -> Option<Composite> {
    let fields = named_fields(diagnostics, input, "SqlType")?;
    let mut keys = Keys::new(diagnostics, "a composite type", entries);
    let name = keys.text("composite")?;
    let schema = keys.text("schema");
    let comment = if keys.has("comment") { keys.comment() } else { doc_comment(&input.attrs) };
    let renamed_from = keys.former_name(Some(&name));
    keys.finish();
    let mut attributes: Vec<Attribute> = Vec::new();
    for field in fields {
        let Some(raw) = RawField::read(diagnostics, field) else { continue };
        let span = raw.span;
        match raw.role {
            Role::Skip => {}
            Role::Flatten => diagnostics.error(span, "a composite type flattens nothing"),
            Role::Column => {
                let attribute = raw.attribute(diagnostics);
                if attributes.iter().any(|other| other.name == attribute.name) {
                    diagnostics.error(span, format!("there is an attribute `{}` already", attribute.name));
                }
                attributes.push(attribute);
            }
        }
    }
    if attributes.is_empty() {
        diagnostics.error(input.ident.span(), "a composite type has at least one attribute");
    }
    Some(Composite {
        ident: input.ident.clone(),
        schema,
        name,
        attributes,
        comment: comment.filter(|comment| !comment.is_empty()),
        renamed_from,
    })
}
