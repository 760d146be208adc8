//! Enums.

use super::{optional_text, scoped};
use crate::model::{EnumValue, SqlEnum};
use proc_macro2::TokenStream;
use quote::quote;

/// The implementations for an enum.
pub(crate) fn sql_enum(model: &SqlEnum, stub: bool) -> TokenStream {
    let SqlEnum { ident, name, values, comment, renamed_from } = model;
    let values = values.iter().map(|EnumValue { variant, name, renamed_from }| {
        let renamed_from = optional_text(renamed_from.as_ref());
        quote!(__schema::EnumValue { variant: #variant, name: #name, renamed_from: #renamed_from })
    });
    let (comment, renamed_from) = (optional_text(comment.as_ref()), optional_text(renamed_from.as_ref()));
    let registration = (!stub).then(|| quote!(__schema::submit! { <#ident as __schema::Model>::MODEL }));
    scoped(&quote! {
        #[automatically_derived]
        impl __schema::SqlEnum for #ident {
            const META: __schema::Enum = __schema::Enum {
                name: #name,
                origin: ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#ident)),
                values: &[#(#values),*],
                comment: #comment,
                renamed_from: #renamed_from,
            };
        }
        #[automatically_derived]
        impl __schema::SqlType for #ident {
            const TY: __schema::ColumnType = __schema::ColumnType::Enum(&<Self as __schema::SqlEnum>::META);
        }
        #[automatically_derived]
        impl __schema::Model for #ident {
            const MODEL: __schema::Registered = __schema::Registered::Enum(&<Self as __schema::SqlEnum>::META);
        }
        #registration
    })
}
