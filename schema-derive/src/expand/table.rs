//! Tables, and structs of columns to flatten.

use super::check::{Place, checks};
use super::{Literal, attached, column, declared, engine, engines, object, parameters, partition, scoped};
use crate::model::{Body, Declared, Member, Table, TableOptions};
use proc_macro2::TokenStream;
use quote::quote;

/// The implementations for a table; for one with mistakes, only what other models look at.
pub(crate) fn table(table: &Table, stub: bool) -> TokenStream {
    let Table { body, schema, name, only, options, comment, renamed_from } = table;
    let ident = &body.ident;
    let all = quote!(<#ident as __schema::TableTrait>::COLUMNS);
    let columns = members(body, stub);
    let schema_constant = schema
        .as_ref()
        .map(|schema| quote!(const SCHEMA: __schema::Option<&'static str> = __schema::Some(#schema);));
    let origin = quote!(::core::concat!(::core::module_path!(), "::", ::core::stringify!(#ident)));
    // A stub has no origin: nothing is expected of it, see `check_referenced_key`.
    let origin = if stub { quote!("") } else { origin };
    let rest = quote!(__schema::Table::new(Self::NAME, #origin, Self::COLUMNS));
    let mut literal = Literal::new("Table", rest);
    if !stub {
        let options = options.iter().map(|(on, options)| {
            let (on, options) = (engine(*on), table_options(options));
            quote!((#on, #options))
        });
        let options: Vec<TokenStream> = options.collect();
        literal = literal
            .field("schema", schema.as_ref().map(|_| quote!(Self::SCHEMA)))
            .field("only", (!only.is_empty()).then(|| engines(only)))
            .field("body", body_literal(body, &all))
            .field("options", (!options.is_empty()).then(|| quote!(&[#(#options),*])))
            .text("comment", comment.as_ref())
            .text("renamed_from", renamed_from.as_ref());
    }
    let meta = literal.finish();
    let registration = (!stub).then(|| {
        quote!(__schema::submit! { __schema::Registered::Table(&<#ident as __schema::TableTrait>::META) })
    });
    let declared = quote!(&<#ident as __schema::TableTrait>::META.body);
    let checks = (!stub).then(|| checks(body, &Place { columns: &all, declared: &declared, only }));
    scoped(&quote! {
        #[automatically_derived]
        impl __schema::TableTrait for #ident {
            #schema_constant
            const NAME: &'static str = #name;
            const COLUMNS: &'static [__schema::Member] = &[#(#columns),*];
            const META: __schema::Table = #meta;
        }
        #registration
        #checks
    })
}

/// The implementation for a struct of columns.
pub(crate) fn columns(body: &Body, stub: bool) -> TokenStream {
    let ident = &body.ident;
    let all = quote!(<#ident as __schema::Columns>::COLUMNS);
    let columns = members(body, stub);
    let plain = quote!(__schema::Body::new(#all));
    let meta = if stub { plain } else { body_literal(body, &all).unwrap_or(plain) };
    let declared = quote!(&<#ident as __schema::Columns>::META);
    let checks = (!stub).then(|| checks(body, &Place { columns: &all, declared: &declared, only: &[] }));
    scoped(&quote! {
        #[automatically_derived]
        impl __schema::Columns for #ident {
            const COLUMNS: &'static [__schema::Member] = &[#(#columns),*];
            const META: __schema::Body = #meta;
        }
        #checks
    })
}

fn members(body: &Body, stub: bool) -> Vec<TokenStream> {
    body.members
        .iter()
        .map(|member| match member {
            Member::Column(field) if stub => column::stub(field),
            Member::Column(field) => column::member(field),
            Member::Flatten { field, ty } => {
                quote!(__schema::Member::Flatten(#field, <#ty as __schema::Columns>::COLUMNS))
            }
        })
        .collect()
}

/// What a body has beside its columns, if anything.
fn body_literal(body: &Body, all: &TokenStream) -> Option<TokenStream> {
    fn list<T>(objects: &[Declared<T>], define: impl Fn(&T) -> TokenStream) -> Option<TokenStream> {
        let objects = objects.iter().map(|object| declared(object, &define));
        let objects: Vec<TokenStream> = objects.collect();
        (!objects.is_empty()).then(|| quote!(&[#(#objects),*]))
    }
    let Body {
        ident: _,
        members,
        primary_key,
        uniques,
        checks,
        foreign_keys,
        exclusions,
        indexes,
        triggers,
        policies,
        statistics,
        grants,
        settings,
        table_settings,
        partitioning,
        partitions,
    } = body;
    let flattened: Vec<TokenStream> = members
        .iter()
        .filter_map(|member| match member {
            Member::Column(_) => None,
            Member::Flatten { field, ty } => Some(quote!((#field, &<#ty as __schema::Columns>::META))),
        })
        .collect();
    let primary_key = primary_key.as_ref().map(|key| {
        let key = declared(key, |key| object::primary_key(key, all));
        quote!(__schema::Some(#key))
    });
    let literal = Literal::new("Body", quote!(__schema::Body::new(#all)))
        .field("flattened", (!flattened.is_empty()).then(|| quote!(&[#(#flattened),*])))
        .field("primary_key", primary_key)
        .field("uniques", list(uniques, |unique| object::unique(unique, all)))
        .field("checks", list(checks, object::check))
        .field("foreign_keys", list(foreign_keys, |key| object::foreign_key(key, body, all)))
        .field("exclusions", list(exclusions, |exclusion| object::exclusion(exclusion, all)))
        .field("indexes", list(indexes, |index| object::index(index, all)))
        .field("triggers", list(triggers, |trigger| attached::trigger(trigger, all)))
        .field("policies", list(policies, attached::policy))
        .field("statistics", list(statistics, |statistics| attached::statistics(statistics, all)))
        .field("grants", list(grants, |grant| attached::grant(grant, all)))
        .field("settings", list(settings, attached::settings))
        .field("table_settings", list(table_settings, attached::table_settings))
        .field("partitioning", list(partitioning, |it| partition::partitioning(it, all)))
        .field("partitions", list(partitions, partition::partition));
    (!literal.is_plain()).then(|| literal.finish())
}

fn table_options(options: &TableOptions) -> TokenStream {
    let TableOptions {
        strict,
        without_rowid,
        unlogged,
        with,
        row_level_security,
        replica_identity,
        engine,
        charset,
        collation,
        row_format,
    } = options;
    Literal::new("TableOptions", quote!(__schema::TableOptions::NONE))
        .flag("strict", *strict)
        .flag("without_rowid", *without_rowid)
        .flag("unlogged", *unlogged)
        .field("with", (!with.is_empty()).then(|| parameters(with)))
        .flag("row_level_security", row_level_security.is_some())
        .flag("force_row_level_security", row_level_security.is_some_and(|it| it.forced))
        .text("replica_identity", replica_identity.as_ref())
        .text("engine", engine.as_ref())
        .text("charset", charset.as_ref())
        .text("collation", collation.as_ref())
        .text("row_format", row_format.as_ref())
        .finish()
}
