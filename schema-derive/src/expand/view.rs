//! Views.

use super::{attached, declared, engine, engines, object, optional_text, scoped};
use crate::model::{Declared, View, ViewDefinition};
use proc_macro2::TokenStream;
use quote::quote;

/// The implementations for a view.
pub(crate) fn view(view: &View, stub: bool) -> TokenStream {
    if stub {
        return TokenStream::new();
    }
    let View { ident, schema, name, triggers, definition: object } = view;
    let triggers = triggers.iter().map(|it| declared(it, |one| attached::trigger(one, &TokenStream::new())));
    let Declared { base, origin: _, only, overrides } = object;
    let (schema, only, base) = (optional_text(schema.as_ref()), engines(only), definition(base));
    let overrides = overrides.iter().map(|(on, object)| {
        let (on, object) = (engine(*on), definition(object));
        quote!((#on, #object))
    });
    scoped(&quote! {
        #[automatically_derived]
        impl __schema::ViewTrait for #ident {
            const NAME: &'static str = #name;
            const META: __schema::View = __schema::View {
                schema: #schema,
                name: #name,
                origin: ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#ident)),
                only: #only,
                triggers: &[#(#triggers),*],
                definition: #base,
                overrides: &[#(#overrides),*],
            };
        }
        #[automatically_derived]
        impl __schema::Model for #ident {
            const MODEL: __schema::Registered = __schema::Registered::View(&<Self as __schema::ViewTrait>::META);
        }
        __schema::submit! { <#ident as __schema::Model>::MODEL }
    })
}

fn definition(definition: &ViewDefinition) -> TokenStream {
    let ViewDefinition { columns, query, materialized, comment } = definition;
    let indexes = materialized.iter().flatten().map(|index| object::index(index, &TokenStream::new()));
    let materialized = materialized.is_some();
    let comment = optional_text(comment.as_ref());
    quote! {
        __schema::ViewDefinition {
            columns: &[#(#columns),*],
            query: #query,
            materialized: #materialized,
            indexes: &[#(#indexes),*],
            comment: #comment,
        }
    }
}
