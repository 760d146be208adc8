//! Structs that are column types.

use super::check::type_checks;
use super::column::{Typed, default_value, type_of};
use super::{engine, engines, optional_text, scoped};
use crate::model::{
    Attribute, ColumnType, Composite, Declared, Domain, DomainCheck, DomainDefinition, Newtype, SqlType,
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, parse_quote};

/// The implementations for a struct that is a column type.
pub(crate) fn sql_type(model: &SqlType, stub: bool) -> TokenStream {
    match model {
        SqlType::Newtype(model) => newtype(model),
        SqlType::Domain(model) if stub => {
            let rust = &model.inner;
            implementation(&model.ident, &type_of(&Typed { column_type: &ColumnType::Rust, rust }))
        }
        SqlType::Domain(model) => domain(model),
        SqlType::Composite(model) if stub => {
            implementation(&model.ident, &quote!(__schema::ColumnType::Sql("")))
        }
        SqlType::Composite(model) => composite(model),
    }
}

/// The column type alone.
fn implementation(ident: &Ident, ty: &TokenStream) -> TokenStream {
    scoped(&quote! {
        #[automatically_derived]
        impl __schema::SqlType for #ident {
            const TY: __schema::ColumnType = #ty;
        }
    })
}

/// The implementation for a newtype.
fn newtype(model: &Newtype) -> TokenStream {
    let Newtype { ident, generics, inner, sql } = model;
    let mut generics = generics.clone();
    let (ty, nullable) = match sql {
        Some(sql) => (quote!(__schema::ColumnType::Sql(#sql)), quote!()),
        None => {
            if !generics.params.is_empty() {
                generics.make_where_clause().predicates.push(parse_quote!(#inner: __schema::SqlType));
            }
            (
                quote!(<#inner as __schema::SqlType>::TY),
                quote!(const NULLABLE: bool = <#inner as __schema::SqlType>::NULLABLE;),
            )
        }
    };
    let (parameters, arguments, conditions) = generics.split_for_impl();
    scoped(&quote! {
        #[automatically_derived]
        impl #parameters __schema::SqlType for #ident #arguments #conditions {
            const TY: __schema::ColumnType = #ty;
            #nullable
        }
    })
}

fn domain(model: &Domain) -> TokenStream {
    let Domain { ident, inner, schema, name, definition: object } = model;
    let Declared { base, origin: _, only, overrides } = object;
    let types = object.definitions().map(|definition| (&definition.ty, definition.default.as_ref()));
    let checks = type_checks(ident, inner, types);
    let define = |definition: &DomainDefinition| {
        let DomainDefinition { ty, not_null, default, collation, checks, comment, renamed_from } = definition;
        let ty = type_of(&Typed { column_type: ty, rust: inner });
        let default = match default {
            Some(default) => {
                let default = default_value(default);
                quote!(__schema::Some(#default))
            }
            None => quote!(__schema::None),
        };
        let checks = checks.iter().map(|DomainCheck { name, expression }| {
            let name = optional_text(name.as_ref());
            quote!(__schema::DomainCheck { name: #name, expression: #expression })
        });
        let (collation, comment) = (optional_text(collation.as_ref()), optional_text(comment.as_ref()));
        let renamed_from = optional_text(renamed_from.as_ref());
        quote! {
            __schema::DomainDefinition {
                ty: #ty,
                not_null: #not_null,
                default: #default,
                collation: #collation,
                checks: &[#(#checks),*],
                comment: #comment,
                renamed_from: #renamed_from,
            }
        }
    };
    let (schema, only, base) = (optional_text(schema.as_ref()), engines(only), define(base));
    let overrides = overrides.iter().map(|(on, definition)| {
        let (on, definition) = (engine(*on), define(definition));
        quote!((#on, #definition))
    });
    let nullable = match object.base.ty {
        ColumnType::Sql(_) => quote!(),
        ColumnType::Rust | ColumnType::Decimal { .. } => {
            quote!(const NULLABLE: bool = <#inner as __schema::SqlType>::NULLABLE;)
        }
    };
    scoped(&quote! {
        const __DOMAIN: __schema::Domain = __schema::Domain {
            schema: #schema,
            name: #name,
            origin: ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#ident)),
            only: #only,
            definition: #base,
            overrides: &[#(#overrides),*],
        };
        #checks
        #[automatically_derived]
        impl __schema::SqlType for #ident {
            const TY: __schema::ColumnType = __schema::ColumnType::Domain(&__DOMAIN);
            #nullable
        }
        #[automatically_derived]
        impl __schema::Model for #ident {
            const MODEL: __schema::Registered = __schema::Registered::Domain(&__DOMAIN);
        }
        __schema::submit! { __schema::Registered::Domain(&__DOMAIN) }
    })
}

fn composite(model: &Composite) -> TokenStream {
    let Composite { ident, schema, name, attributes, comment, renamed_from } = model;
    let checks = attributes.iter().map(|it| type_checks(ident, &it.rust, [(&it.ty, None)].into_iter()));
    let checks: TokenStream = checks.collect();
    let attributes = attributes.iter().map(|Attribute { name, ty, rust, collation, renamed_from }| {
        let ty = type_of(&Typed { column_type: ty, rust });
        let (collation, renamed_from) =
            (optional_text(collation.as_ref()), optional_text(renamed_from.as_ref()));
        quote! {
            __schema::CompositeAttribute {
                name: #name,
                ty: #ty,
                collation: #collation,
                renamed_from: #renamed_from,
            }
        }
    });
    let (schema, comment) = (optional_text(schema.as_ref()), optional_text(comment.as_ref()));
    let renamed_from = optional_text(renamed_from.as_ref());
    scoped(&quote! {
        const __COMPOSITE: __schema::CompositeType = __schema::CompositeType {
            schema: #schema,
            name: #name,
            origin: ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#ident)),
            attributes: &[#(#attributes),*],
            comment: #comment,
            renamed_from: #renamed_from,
        };
        #checks
        #[automatically_derived]
        impl __schema::SqlType for #ident {
            const TY: __schema::ColumnType = __schema::ColumnType::Composite(&__COMPOSITE);
        }
        #[automatically_derived]
        impl __schema::Model for #ident {
            const MODEL: __schema::Registered = __schema::Registered::Composite(&__COMPOSITE);
        }
        __schema::submit! { __schema::Registered::Composite(&__COMPOSITE) }
    })
}
