//! Keys, constraints and indexes.

use super::column::type_of;
use super::{Literal, parameters};
use crate::model::{
    Body, Check, ColumnReference, ConflictClause, Deferrability, ForeignKey, Index, IndexKey, IndexPart,
    KeyColumn, Match, Member, NullsOrder, PrimaryKey, ReferentialAction, Unique,
};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;

/// The column's name in the database.
fn column_name(column: &ColumnReference) -> TokenStream {
    match column {
        ColumnReference::Own { field: _, column } => quote!(#column),
        ColumnReference::Flattened(field) => {
            let name = field.unraw().to_string();
            let lookup = quote_spanned!(field.span()=> __schema::field);
            quote!(#lookup(Self::COLUMNS, #name))
        }
    }
}

fn column_names(columns: &[ColumnReference]) -> TokenStream {
    let columns = columns.iter().map(column_name);
    quote!(&[#(#columns),*])
}

fn key_columns(columns: &[KeyColumn]) -> TokenStream {
    let columns = columns.iter().map(|KeyColumn { column, descending, collation, prefix_length }| {
        let name = column_name(column);
        Literal::new("KeyColumn", quote!(__schema::KeyColumn::new(#name)))
            .flag("descending", *descending)
            .text("collation", collation.as_ref())
            .field("prefix_length", prefix_length.map(|length| quote!(__schema::Some(#length))))
            .finish()
    });
    quote!(&[#(#columns),*])
}

fn deferrable(deferrable: Option<Deferrability>) -> Option<TokenStream> {
    deferrable.map(|deferrable| match deferrable {
        Deferrability::InitiallyImmediate => quote!(__schema::Deferrability::InitiallyImmediate),
        Deferrability::InitiallyDeferred => quote!(__schema::Deferrability::InitiallyDeferred),
    })
}

fn on_conflict(clause: Option<ConflictClause>) -> Option<TokenStream> {
    clause.map(|clause| match clause {
        ConflictClause::Rollback => quote!(__schema::Some(__schema::ConflictClause::Rollback)),
        ConflictClause::Fail => quote!(__schema::Some(__schema::ConflictClause::Fail)),
        ConflictClause::Ignore => quote!(__schema::Some(__schema::ConflictClause::Ignore)),
        ConflictClause::Replace => quote!(__schema::Some(__schema::ConflictClause::Replace)),
    })
}

pub(super) fn primary_key(key: &PrimaryKey) -> TokenStream {
    let PrimaryKey { name, columns, deferrable: when, on_conflict: clause } = key;
    let columns = key_columns(columns);
    Literal::new("PrimaryKey", quote!(__schema::PrimaryKey::new(#columns)))
        .text("name", name.as_ref())
        .field("deferrable", deferrable(*when))
        .field("on_conflict", on_conflict(*clause))
        .finish()
}

pub(super) fn unique(unique: &Unique) -> TokenStream {
    let Unique { name, columns, deferrable: when, nulls_not_distinct, on_conflict: clause, renamed_from } =
        unique;
    let columns = key_columns(columns);
    Literal::new("Unique", quote!(__schema::Unique::new(#columns)))
        .text("name", name.as_ref())
        .field("deferrable", deferrable(*when))
        .flag("nulls_not_distinct", *nulls_not_distinct)
        .field("on_conflict", on_conflict(*clause))
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

pub(super) fn check(check: &Check) -> TokenStream {
    let Check { name, expression, no_inherit, not_valid, not_enforced, renamed_from } = check;
    Literal::new("Check", quote!(__schema::Check::new(#expression)))
        .text("name", name.as_ref())
        .flag("no_inherit", *no_inherit)
        .flag("not_valid", *not_valid)
        .flag("not_enforced", *not_enforced)
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

pub(super) fn foreign_key(key: &ForeignKey, body: &Body) -> TokenStream {
    let ForeignKey {
        name,
        columns,
        references,
        referenced_fields,
        on_delete,
        on_update,
        deferrable: when,
        match_type,
        not_valid,
        renamed_from,
    } = key;
    let own = &body.ident;
    let target =
        if references.is_ident("Self") { own.to_token_stream() } else { references.to_token_stream() };
    let target_name = target.to_string().replace(' ', "");
    let referenced = columns.iter().zip(referenced_fields).map(|(column, field)| {
        let (owner, ty) = referring(column, body);
        let owner = format!("{own}::{owner}");
        let name = field.unraw().to_string();
        let lookup = quote_spanned!(field.span()=> __schema::referenced);
        quote!(#lookup::<#target>(#name, #ty, #owner, #target_name))
    });
    let names = column_names(columns);
    let rest = quote!(__schema::ForeignKey::to::<#target>(#names, &[#(#referenced),*]));
    let match_type = match_type.map(|match_type| match match_type {
        Match::Simple => quote!(__schema::Match::Simple),
        Match::Full => quote!(__schema::Match::Full),
        Match::Partial => quote!(__schema::Match::Partial),
    });
    Literal::new("ForeignKey", rest)
        .text("name", name.as_ref())
        .field("on_delete", on_delete.as_ref().map(action))
        .field("on_update", on_update.as_ref().map(action))
        .field("deferrable", deferrable(*when))
        .field("match_type", match_type)
        .flag("not_valid", *not_valid)
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

/// The field that refers, and its type.
fn referring(column: &ColumnReference, body: &Body) -> (String, TokenStream) {
    let of_field = |name: &str| {
        body.members.iter().find_map(|member| match member {
            Member::Column(field) if field.name == name => Some(field),
            Member::Column(_) | Member::Flatten { .. } => None,
        })
    };
    match column {
        ColumnReference::Own { field, column: _ } => {
            let ty =
                of_field(field).map_or_else(|| quote!(__schema::ColumnType::Sql("")), |field| type_of(field));
            (field.clone(), ty)
        }
        ColumnReference::Flattened(ident) => {
            let name = ident.unraw().to_string();
            let ty = quote!(__schema::field_type(Self::COLUMNS, #name));
            (name, ty)
        }
    }
}

fn action(action: &ReferentialAction) -> TokenStream {
    match action {
        ReferentialAction::NoAction => quote!(__schema::ReferentialAction::NoAction),
        ReferentialAction::Restrict => quote!(__schema::ReferentialAction::Restrict),
        ReferentialAction::Cascade => quote!(__schema::ReferentialAction::Cascade),
        ReferentialAction::SetNull(columns) => {
            let columns = column_names(columns);
            quote!(__schema::ReferentialAction::SetNull(#columns))
        }
        ReferentialAction::SetDefault(columns) => {
            let columns = column_names(columns);
            quote!(__schema::ReferentialAction::SetDefault(#columns))
        }
    }
}

pub(super) fn index(index: &Index) -> TokenStream {
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
    let parts = parts.iter().map(index_part);
    Literal::new("Index", quote!(__schema::Index::new(&[#(#parts),*])))
        .text("name", name.as_ref())
        .flag("unique", *unique)
        .text("predicate", predicate.as_ref())
        .text("using", using.as_ref())
        .field("include", (!include.is_empty()).then(|| column_names(include)))
        .flag("nulls_not_distinct", *nulls_not_distinct)
        .field("with", (!with.is_empty()).then(|| parameters(with)))
        .text("parser", parser.as_ref())
        .flag("invisible", *invisible)
        .text("comment", comment.as_ref())
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

fn index_part(part: &IndexPart) -> TokenStream {
    let IndexPart { key, descending, nulls, collation, opclass, prefix_length } = part;
    let key = match key {
        IndexKey::Column(column) => {
            let name = column_name(column);
            quote!(__schema::IndexKey::Column(#name))
        }
        IndexKey::Expression(expression) => quote!(__schema::IndexKey::Expression(#expression)),
    };
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
