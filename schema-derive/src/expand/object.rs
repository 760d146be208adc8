//! Keys, constraints and indexes.

use super::column::{Typed, nullable, type_of};
use super::{Literal, parameters};
use crate::model::{
    Body, Check, ColumnReference, ConflictClause, Deferrability, Exclusion, Field, ForeignKey, Index,
    IndexKey, IndexPart, KeyColumn, Match, Member, NullsOrder, PrimaryKey, ReferentialAction, Unique,
};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;
use syn::ext::IdentExt;

/// The column's name in the database.
fn column_name(column: &ColumnReference, columns: &TokenStream) -> TokenStream {
    match column {
        ColumnReference::Own { field: _, column } => quote!(#column),
        ColumnReference::Flattened(field) => {
            let name = field.unraw().to_string();
            quote!(__schema::field(#columns, #name))
        }
    }
}

pub(super) fn column_names(names: &[ColumnReference], columns: &TokenStream) -> TokenStream {
    let names = names.iter().map(|name| column_name(name, columns));
    quote!(&[#(#names),*])
}

fn key_columns(key: &[KeyColumn], columns: &TokenStream) -> TokenStream {
    let key = key.iter().map(|KeyColumn { column, span: _, descending, collation, prefix_length }| {
        let name = column_name(column, columns);
        Literal::new("KeyColumn", quote!(__schema::KeyColumn::new(#name)))
            .flag("descending", *descending)
            .text("collation", collation.as_ref())
            .field("prefix_length", prefix_length.map(|length| quote!(__schema::Some(#length))))
            .finish()
    });
    quote!(&[#(#key),*])
}

fn deferrable(deferrable: Option<Deferrability>) -> Option<TokenStream> {
    deferrable.map(|deferrable| match deferrable {
        Deferrability::InitiallyImmediate => quote!(__schema::Deferrability::InitiallyImmediate),
        Deferrability::InitiallyDeferred => quote!(__schema::Deferrability::InitiallyDeferred),
    })
}

pub(super) fn on_conflict(clause: Option<ConflictClause>) -> Option<TokenStream> {
    clause.map(|clause| match clause {
        ConflictClause::Rollback => quote!(__schema::Some(__schema::ConflictClause::Rollback)),
        ConflictClause::Fail => quote!(__schema::Some(__schema::ConflictClause::Fail)),
        ConflictClause::Ignore => quote!(__schema::Some(__schema::ConflictClause::Ignore)),
        ConflictClause::Replace => quote!(__schema::Some(__schema::ConflictClause::Replace)),
    })
}

pub(super) fn primary_key(key: &PrimaryKey, all: &TokenStream) -> TokenStream {
    let PrimaryKey { name, columns, deferrable: when, include, with, on_conflict: clause, comment } = key;
    let columns = key_columns(columns, all);
    Literal::new("PrimaryKey", quote!(__schema::PrimaryKey::new(#columns)))
        .text("name", name.as_ref())
        .field("deferrable", deferrable(*when))
        .field("include", (!include.is_empty()).then(|| column_names(include, all)))
        .field("with", (!with.is_empty()).then(|| parameters(with)))
        .field("on_conflict", on_conflict(*clause))
        .text("comment", comment.as_ref())
        .finish()
}

pub(super) fn unique(unique: &Unique, all: &TokenStream) -> TokenStream {
    let Unique {
        name,
        columns,
        deferrable: when,
        nulls_not_distinct,
        include,
        with,
        on_conflict: clause,
        comment,
        renamed_from,
    } = unique;
    let columns = key_columns(columns, all);
    Literal::new("Unique", quote!(__schema::Unique::new(#columns)))
        .text("name", name.as_ref())
        .field("deferrable", deferrable(*when))
        .flag("nulls_not_distinct", *nulls_not_distinct)
        .field("include", (!include.is_empty()).then(|| column_names(include, all)))
        .field("with", (!with.is_empty()).then(|| parameters(with)))
        .field("on_conflict", on_conflict(*clause))
        .text("comment", comment.as_ref())
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

pub(super) fn check(check: &Check) -> TokenStream {
    let Check { name, expression, no_inherit, not_valid, not_enforced, comment, renamed_from } = check;
    Literal::new("Check", quote!(__schema::Check::new(#expression)))
        .text("name", name.as_ref())
        .flag("no_inherit", *no_inherit)
        .flag("not_valid", *not_valid)
        .flag("not_enforced", *not_enforced)
        .text("comment", comment.as_ref())
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

pub(super) fn exclusion(exclusion: &Exclusion, all: &TokenStream) -> TokenStream {
    let Exclusion { name, using, parts, include, predicate, deferrable: when, comment, renamed_from } =
        exclusion;
    let parts = parts.iter().map(|(part, operator)| {
        let part = index_part(part, all);
        quote!((#part, #operator))
    });
    Literal::new("Exclusion", quote!(__schema::Exclusion::new(&[#(#parts),*])))
        .text("name", name.as_ref())
        .text("using", using.as_ref())
        .field("include", (!include.is_empty()).then(|| column_names(include, all)))
        .text("predicate", predicate.as_ref())
        .field("deferrable", deferrable(*when))
        .text("comment", comment.as_ref())
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

pub(super) fn foreign_key(key: &ForeignKey, body: &Body, all: &TokenStream) -> TokenStream {
    let ForeignKey {
        name,
        columns,
        references: _,
        is_of_a_field: _,
        referenced_fields,
        on_delete,
        on_update,
        deferrable: when,
        match_type,
        not_valid,
        not_enforced,
        comment,
        renamed_from,
    } = key;
    let target = target(key, body);
    let referenced = referenced_fields.iter().map(|field| {
        let name = field.unraw().to_string();
        quote!(__schema::field(<#target as __schema::TableTrait>::COLUMNS, #name))
    });
    let names = column_names(columns, all);
    let rest = quote! {
        __schema::ForeignKey::new(
            #names,
            <#target as __schema::TableTrait>::SCHEMA,
            <#target as __schema::TableTrait>::NAME,
            &[#(#referenced),*],
        )
    };
    let match_type = match_type.map(|match_type| match match_type {
        Match::Simple => quote!(__schema::Match::Simple),
        Match::Full => quote!(__schema::Match::Full),
        Match::Partial => quote!(__schema::Match::Partial),
    });
    Literal::new("ForeignKey", rest)
        .text("name", name.as_ref())
        .field("on_delete", on_delete.as_ref().map(|on| action(&on.value, all)))
        .field("on_update", on_update.as_ref().map(|on| action(&on.value, all)))
        .field("deferrable", deferrable(*when))
        .field("match_type", match_type)
        .flag("not_valid", *not_valid)
        .flag("not_enforced", *not_enforced)
        .text("comment", comment.as_ref())
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

/// The struct that a foreign key leads to.
pub(super) fn target(key: &ForeignKey, body: &Body) -> Path {
    if key.references.is_ident("Self") { Path::from(body.ident.clone()) } else { key.references.clone() }
}

fn field_of<'a>(name: &str, body: &'a Body) -> Option<&'a Field> {
    body.members.iter().find_map(|member| match member {
        Member::Column(field) if field.name == *name => Some(&**field),
        Member::Column(_) | Member::Flatten { .. } => None,
    })
}

/// A field that is a column, and whether it allows NULL.
pub(super) fn nullable_field(
    column: &ColumnReference,
    body: &Body,
    all: &TokenStream,
) -> (String, TokenStream) {
    match column {
        ColumnReference::Own { field: name, column: _ } => {
            let nullable = field_of(name, body).map(nullable);
            (name.clone(), nullable.unwrap_or_else(|| quote!(false)))
        }
        ColumnReference::Flattened(ident) => {
            let name = ident.unraw().to_string();
            let nullable = quote!(__schema::field_nullable(#all, #name));
            (name, nullable)
        }
    }
}

/// The field that refers, and its type.
pub(super) fn referring(column: &ColumnReference, body: &Body, all: &TokenStream) -> (String, TokenStream) {
    match column {
        ColumnReference::Own { field: name, column: _ } => {
            let ty = field_of(name, body)
                .map(|field| type_of(&Typed { column_type: &field.column.base.ty, rust: &field.ty }));
            (name.clone(), ty.unwrap_or_else(|| quote!(__schema::ColumnType::Sql(""))))
        }
        ColumnReference::Flattened(ident) => {
            let name = ident.unraw().to_string();
            let ty = quote!(__schema::field_type(#all, #name));
            (name, ty)
        }
    }
}

fn action(action: &ReferentialAction, all: &TokenStream) -> TokenStream {
    match action {
        ReferentialAction::NoAction => quote!(__schema::ReferentialAction::NoAction),
        ReferentialAction::Restrict => quote!(__schema::ReferentialAction::Restrict),
        ReferentialAction::Cascade => quote!(__schema::ReferentialAction::Cascade),
        ReferentialAction::SetNull(columns) => {
            let columns = column_names(columns, all);
            quote!(__schema::ReferentialAction::SetNull(#columns))
        }
        ReferentialAction::SetDefault(columns) => {
            let columns = column_names(columns, all);
            quote!(__schema::ReferentialAction::SetDefault(#columns))
        }
    }
}

pub(super) fn index(index: &Index, all: &TokenStream) -> TokenStream {
    let Index {
        name,
        parts,
        unique,
        predicate,
        using,
        include,
        nulls_not_distinct,
        with,
        parser,
        invisible,
        comment,
        renamed_from,
    } = index;
    let parts = parts.iter().map(|part| index_part(part, all));
    Literal::new("Index", quote!(__schema::Index::new(&[#(#parts),*])))
        .text("name", name.as_ref())
        .flag("unique", *unique)
        .text("predicate", predicate.as_ref())
        .text("using", using.as_ref())
        .field("include", (!include.is_empty()).then(|| column_names(include, all)))
        .flag("nulls_not_distinct", *nulls_not_distinct)
        .field("with", (!with.is_empty()).then(|| parameters(with)))
        .text("parser", parser.as_ref())
        .flag("invisible", *invisible)
        .text("comment", comment.as_ref())
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

pub(super) fn index_part(part: &IndexPart, all: &TokenStream) -> TokenStream {
    let IndexPart { key, descending, nulls, collation, opclass, prefix_length } = part;
    let key = index_key(key, all);
    let nulls = nulls.map(|nulls| match nulls {
        NullsOrder::First => quote!(__schema::Some(__schema::NullsOrder::First)),
        NullsOrder::Last => quote!(__schema::Some(__schema::NullsOrder::Last)),
    });
    Literal::new("IndexPart", quote!(__schema::IndexPart::new(#key)))
        .flag("descending", *descending)
        .field("nulls", nulls)
        .text("collation", collation.as_ref())
        .text("opclass", opclass.as_ref())
        .field("prefix_length", prefix_length.map(|length| quote!(__schema::Some(#length))))
        .finish()
}

pub(super) fn index_key(key: &IndexKey, all: &TokenStream) -> TokenStream {
    match key {
        IndexKey::Column(column) => {
            let name = column_name(column, all);
            quote!(__schema::IndexKey::Column(#name))
        }
        IndexKey::Expression(expression) => quote!(__schema::IndexKey::Expression(#expression)),
    }
}
