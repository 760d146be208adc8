//! Derive macros of `schema-core`, which re-exports them; see its documentation for the whole picture.
//!
//! `parse` reads the attributes into the types of `model`, collecting every mistake in `diagnostics`; `expand` writes constants.

mod diagnostics;
mod embed;
mod expand;
mod model;
mod parse;

use diagnostics::Diagnostics;
use proc_macro2::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a table.
#[proc_macro_derive(Table, attributes(table, column))]
pub fn derive_table(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::table, expand::table)
}

/// Makes a struct a set of columns for `#[column(flatten)]`.
#[proc_macro_derive(Columns, attributes(table, column))]
pub fn derive_columns(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::columns, expand::columns)
}

/// Makes an enum of unit variants an enum of the schema.
#[proc_macro_derive(SqlEnum, attributes(sql_enum))]
pub fn derive_sql_enum(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::sql_enum, expand::sql_enum)
}

/// Makes a newtype a column type: that of the type inside.
#[proc_macro_derive(SqlType, attributes(column))]
pub fn derive_sql_type(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::newtype, expand::newtype)
}

/// Makes a struct the row of a view.
#[proc_macro_derive(View, attributes(view, column))]
pub fn derive_view(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(&parse_macro_input!(input as DeriveInput), parse::view, expand::view)
}

/// What `schema_core::embed_migrations!` calls, with the path of that crate in front.
#[doc(hidden)]
#[proc_macro]
pub fn embed_migrations(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as embed::Input);
    embed::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Reads, then writes; where there are mistakes, a stub is written beside them, so that other models find this one.
fn derive<Model>(
    input: &DeriveInput,
    parse: fn(&Diagnostics, &DeriveInput) -> Option<Model>,
    expand: fn(&Model, bool) -> TokenStream,
) -> proc_macro::TokenStream {
    let diagnostics = Diagnostics::new();
    let model = parse(&diagnostics, input);
    let errors = diagnostics.finish();
    let expanded = model.map(|model| expand(&model, errors.is_some()));
    errors.into_iter().chain(expanded).collect::<TokenStream>().into()
}
