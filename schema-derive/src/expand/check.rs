//! What only the compiler can check: constants that panic with the mistake, each at its span.
//!
//! They stand apart from the metadata, so that every mistake is shown and none makes another.

use super::column::{Typed, nullable, type_of};
use super::object::{nullable_field, referring, target};
use crate::model::{
    Body, Column, ColumnReference, ColumnType, DefaultValue, Engine, Field, ForeignKey, IndexKey, KeyColumn,
    Member, ReferentialAction, TriggerEvent,
};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::BTreeSet;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Path, Type};

/// Where the constants of a struct are, and which engines it is for.
pub(super) struct Place<'a> {
    /// Its columns.
    pub(super) columns: &'a TokenStream,
    /// What it declares beside them.
    pub(super) declared: &'a TokenStream,
    /// The only engines that have it; empty means all.
    pub(super) only: &'a [Engine],
}

/// The checks of a struct.
pub(super) fn checks(body: &Body, place: &Place<'_>) -> TokenStream {
    let Place { columns, declared, only } = *place;
    let ident = &body.ident;
    let mut checks = Checks { ident, said: BTreeSet::new(), tokens: TokenStream::new() };
    for member in &body.members {
        match member {
            Member::Column(field) => checks.field(field, only),
            Member::Flatten { ty, .. } => checks.flattened(ty, columns, declared),
        }
    }
    for key in body.primary_key.iter().flat_map(|key| key.definitions_beside_sqlite(only)) {
        for KeyColumn { column, span, .. } in &key.columns {
            let (name, nullable) = nullable_field(column, body, columns);
            checks.add_unless(*span, "check_key", &nullable, "false", &quote!(, #name));
        }
    }
    for key in &body.foreign_keys {
        for definition in key.definitions() {
            checks.foreign_key(definition, body, columns);
        }
    }
    for reference in references(body) {
        if let ColumnReference::Flattened(field) = reference {
            let name = field.unraw().to_string();
            checks.add(field.span(), field.span(), "check_field", &quote!(#columns, #name));
        }
    }
    checks.tokens
}

/// The checks of types that are made of a Rust type, each with a default.
pub(super) fn type_checks<'a>(
    ident: &Ident,
    rust: &Type,
    types: impl Iterator<Item = (&'a ColumnType, Option<&'a DefaultValue>)>,
) -> TokenStream {
    let mut checks = Checks { ident, said: BTreeSet::new(), tokens: TokenStream::new() };
    for (ty, default) in types {
        checks.digits(ty, rust);
        checks.default(&type_of(&Typed { column_type: ty, rust }), default);
    }
    checks.tokens
}

struct Checks<'a> {
    ident: &'a Ident,
    /// An engine's definition says most of what all engines' says; once is enough.
    said: BTreeSet<String>,
    tokens: TokenStream,
}

impl Checks<'_> {
    /// Adds a call whose expression reaches from one span to another.
    fn add(&mut self, from: Span, to: Span, function: &str, arguments: &TokenStream) {
        let function = Ident::new(function, from.resolved_at(Span::call_site()));
        if !self.said.insert(format!("{from:?} {function} {arguments}")) {
            return;
        }
        let path = quote_spanned!(from.resolved_at(Span::call_site())=> __schema::#function);
        let arguments = named(arguments.clone(), self.ident);
        let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
        arguments.set_span(to.resolved_at(Span::call_site()));
        let arguments = TokenTree::Group(arguments);
        self.tokens.extend(quote!(const _: () = #path #arguments;));
    }

    /// Adds a call whose first argument is not certain to pass.
    fn add_unless(
        &mut self,
        span: Span,
        function: &str,
        argument: &TokenStream,
        passes: &str,
        rest: &TokenStream,
    ) {
        if argument.to_string() != passes {
            self.add(span, span, function, &quote!(#argument #rest));
        }
    }

    fn field(&mut self, field: &Field, only: &[Engine]) {
        for column in field.column.definitions() {
            self.column(column, field);
        }
        for column in field.column.definitions_beside_sqlite(only) {
            if let Some(auto) = &column.auto {
                self.add_unless(auto.span, "check_auto_not_null", &nullable(field), "false", &quote!());
            }
        }
    }

    /// The columns and keys of a flattened struct beside those of this one and of others.
    fn flattened(&mut self, ty: &Type, columns: &TokenStream, declared: &TokenStream) {
        self.add(ty.span(), ty.span(), "check_columns", columns);
        self.add(ty.span(), ty.span(), "check_one_key", declared);
    }

    fn digits(&mut self, ty: &ColumnType, rust: &Type) {
        if let ColumnType::Decimal { span, .. } = ty {
            let ty = type_of(&Typed { column_type: &ColumnType::Rust, rust });
            self.add(*span, *span, "check_digits", &ty);
        }
    }

    fn column(&mut self, column: &Column, field: &Field) {
        self.digits(&column.ty, &field.ty);
        let ty = type_of(&Typed { column_type: &column.ty, rust: &field.ty });
        if let Some(auto) = &column.auto {
            self.add(auto.span, auto.span, "check_auto", &ty);
        }
        self.default(&ty, column.default.as_ref());
    }

    /// Adds what a default of a type has to fit.
    fn default(&mut self, ty: &TokenStream, default: Option<&DefaultValue>) {
        let (span, default) = match default {
            Some(DefaultValue::Now(span)) => (span, quote!(__schema::Default::Now)),
            Some(DefaultValue::Bool(value, span)) => (span, quote!(__schema::Default::Bool(#value))),
            Some(DefaultValue::Number(value, span)) => (span, quote!(__schema::Default::Number(#value))),
            Some(DefaultValue::Text(value, span)) => (span, quote!(__schema::Default::Text(#value))),
            Some(DefaultValue::Variant { ty: of, variant }) => {
                // The compiler looks the variant up, with its own words where there is none.
                let exists = quote!(const _: #of = #of::#variant;);
                if self.said.insert(format!("{:?} {exists}", variant.span())) {
                    self.tokens.extend(exists);
                }
                let declared = quote!(&<#of as __schema::SqlEnum>::META);
                self.add(of.span(), variant.span(), "check_enum_default", &quote!(#ty, #declared));
                return;
            }
            Some(DefaultValue::Sql(_)) | None => return,
        };
        self.add(*span, *span, "check_default", &quote!(#ty, #default));
    }

    fn foreign_key(&mut self, key: &ForeignKey, body: &Body, columns: &TokenStream) {
        let target = target(key, body);
        let target_name = target.to_token_stream().to_string().replace(' ', "");
        for (column, field) in key.columns.iter().zip(&key.referenced_fields) {
            let (owner, ty) = referring(column, body, columns);
            let owner = format!("{}::{owner}", body.ident);
            let name = field.unraw().to_string();
            let arguments = quote! {
                <#target as __schema::TableTrait>::COLUMNS, #name, #ty, #owner, #target_name
            };
            let from = if key.is_of_a_field { key.references.span() } else { field.span() };
            self.add(from, field.span(), "check_reference", &arguments);
        }
        self.referenced_key(key, body, (&target, &target_name));
        for action in key.actions() {
            let set = match &action.value {
                ReferentialAction::SetNull(listed) if listed.is_empty() => &key.columns,
                ReferentialAction::SetNull(listed) => listed,
                ReferentialAction::NoAction
                | ReferentialAction::Restrict
                | ReferentialAction::Cascade
                | ReferentialAction::SetDefault(_) => continue,
            };
            for column in set {
                let (name, nullable) = nullable_field(column, body, columns);
                self.add_unless(action.span, "check_set_null", &nullable, "true", &quote!(, #name));
            }
        }
    }

    fn referenced_key(&mut self, key: &ForeignKey, body: &Body, (target, name): (&Path, &str)) {
        let fields: Vec<String> =
            key.referenced_fields.iter().map(|field| field.unraw().to_string()).collect();
        let Some(last) = key.referenced_fields.last() else { return };
        let owner = match key.columns.as_slice() {
            [ColumnReference::Own { field, .. }] => format!("{}::{field}", body.ident),
            [ColumnReference::Flattened(field)] => format!("{}::{}", body.ident, field.unraw()),
            _ => body.ident.to_string(),
        };
        let arguments = quote!(&<#target as __schema::TableTrait>::META, &[#(#fields),*], #owner, #name);
        let (from, to) = match key.is_of_a_field {
            true => (key.references.span(), last.span()),
            false => (key.references.span(), key.references.span()),
        };
        self.add(from, to, "check_referenced_key", &arguments);
    }
}

/// The tokens with the struct's name for `Self`, which a constant outside the implementation does not know.
fn named(tokens: TokenStream, ident: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(word) if word == "Self" => TokenTree::Ident(ident.clone()),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), named(group.stream(), ident));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => token,
        })
        .collect()
}

/// Every column that a key, constraint or index names.
fn references(body: &Body) -> Vec<&ColumnReference> {
    let primary_key = body.primary_key.iter().flat_map(|key| key.definitions()).flat_map(|key| &key.columns);
    let uniques = body.uniques.iter().flat_map(|key| key.definitions()).flat_map(|unique| &unique.columns);
    let carried = body.primary_key.iter().flat_map(|key| key.definitions()).flat_map(|key| &key.include);
    let carried = carried
        .chain(body.uniques.iter().flat_map(|key| key.definitions()).flat_map(|unique| &unique.include));
    let keys = primary_key.chain(uniques).map(|column| &column.column).chain(carried);
    let foreign_keys =
        body.foreign_keys.iter().flat_map(|key| key.definitions()).flat_map(ForeignKey::own_columns);
    let indexes = body.indexes.iter().flat_map(|index| index.definitions());
    let excluded = body.exclusions.iter().flat_map(|exclusion| exclusion.definitions());
    let excluded = excluded.flat_map(|exclusion| {
        let parts = exclusion.parts.iter().filter_map(|(part, _)| match &part.key {
            IndexKey::Column(column) => Some(column),
            IndexKey::Expression(_) => None,
        });
        parts.chain(&exclusion.include)
    });
    let indexed = indexes.flat_map(|index| {
        let parts = index.parts.iter().filter_map(|part| match &part.key {
            IndexKey::Column(column) => Some(column),
            IndexKey::Expression(_) => None,
        });
        parts.chain(&index.include)
    });
    let triggers = body.triggers.iter().flat_map(|trigger| trigger.definitions());
    let events = triggers.flat_map(|trigger| &trigger.events);
    let fired = events.flat_map(|event| match event {
        TriggerEvent::Update(columns) => columns.iter(),
        TriggerEvent::Insert | TriggerEvent::Delete | TriggerEvent::Truncate => [].iter(),
    });
    let statistics = body.statistics.iter().flat_map(|statistics| statistics.definitions());
    let counted = statistics.flat_map(|statistics| &statistics.parts).filter_map(|part| match part {
        IndexKey::Column(column) => Some(column),
        IndexKey::Expression(_) => None,
    });
    let grants = body.grants.iter().flat_map(|grant| grant.definitions());
    let granted = grants.flat_map(|grant| grant.privileges.iter().flat_map(|(_, columns)| columns));
    let partitioning = body.partitioning.iter().flat_map(|it| it.definitions()).flat_map(|it| &it.key);
    let partitioned = partitioning.filter_map(|part| match &part.key {
        IndexKey::Column(column) => Some(column),
        IndexKey::Expression(_) => None,
    });
    keys.chain(foreign_keys)
        .chain(excluded)
        .chain(indexed)
        .chain(fired)
        .chain(counted)
        .chain(granted)
        .chain(partitioned)
        .collect()
}
