//! From attributes to the types of `model`.

mod body;
mod column;
mod composite;
mod constraint;
mod domain;
mod elsewhere;
mod entry;
mod enum_type;
mod exclusion;
mod fields;
mod grant;
mod index;
mod keys;
mod newtype;
mod once;
mod partition;
mod policy;
mod scoped;
mod settings;
mod source;
mod sql_type;
mod statistics;
mod suggestion;
mod table;
mod trigger;
mod value;
mod view;

pub(crate) use enum_type::sql_enum;
pub(crate) use source::Source;
pub(crate) use sql_type::sql_type;
pub(crate) use table::{columns, table};
pub(crate) use view::view;

use crate::diagnostics::Diagnostics;
use crate::model::Spanned;
use entry::{Entry, parse_entries};
use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, Lit, Meta, Token};

/// The entries of all attributes of one name.
fn entries(diagnostics: &Diagnostics, attributes: &[Attribute], name: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        match attribute.parse_args_with(parse_entries) {
            Ok(more) => entries.extend(more),
            Err(error) => diagnostics.push(error),
        }
    }
    entries
}

/// Reports a `renamed_from` that is the present name.
fn refuse_same_name(diagnostics: &Diagnostics, renamed_from: Option<&Spanned<String>>, name: &str) {
    if let Some(Spanned { span, .. }) = renamed_from.filter(|former| former.value == name) {
        diagnostics.error(*span, "`renamed_from` is the present name");
    }
}

/// The doc comment: its lines, each without the space that follows `///`.
fn doc_comment(attributes: &[Attribute]) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(meta) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &meta.value
        {
            let text = text.value();
            lines.extend(
                text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()),
            );
        }
    }
    let comment = lines.join("\n").trim_end().trim_start_matches('\n').to_owned();
    (!comment.is_empty()).then_some(comment)
}

/// The named fields of a struct that is not generic, or a mistake.
fn named_fields<'a>(
    diagnostics: &Diagnostics,
    input: &'a DeriveInput,
    derive: &str,
) -> Option<&'a Punctuated<Field, Token![,]>> {
    if !input.generics.params.is_empty() {
        let span = input.generics.params.first().map_or_else(Span::call_site, syn::spanned::Spanned::span);
        diagnostics.error(span, format!("`{derive}` cannot be derived for a generic struct"));
        return None;
    }
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(&fields.named),
            Fields::Unnamed(_) | Fields::Unit => {}
        },
        Data::Enum(_) | Data::Union(_) => {}
    }
    diagnostics.error(input.ident.span(), format!("`{derive}` is derived for a struct with named fields"));
    None
}
