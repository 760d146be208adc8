//! Columns.

use super::object::on_conflict;
use super::{Literal, declared};
use crate::model::{AutoIncrement, Column, ColumnType, DefaultValue, Field, Generated, SequenceOptions};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;
use syn::ext::IdentExt;

/// A field as a member of `COLUMNS`.
pub(super) fn member(field: &Field) -> TokenStream {
    let Field { name, span: _, ty: _, column: object } = field;
    if object.only.is_empty() && object.overrides.is_empty() {
        let literal = literal(&object.base, field);
        if literal.is_plain() && object.base.name == *name {
            let ty = type_and_nullability(&object.base, field);
            return quote!(__Plain(#name, #ty));
        }
    }
    let column = declared(object, |column| literal(column, field).finish());
    quote!(__schema::Member::Column(&#column))
}

/// A field of a model that has mistakes: a column of no known type, so that other models find it.
pub(super) fn stub(field: &Field) -> TokenStream {
    let (name, column) = (&field.name, &field.column.base.name);
    let ty = quote!((__schema::ColumnType::Sql(""), false));
    if name == column {
        return quote!(__Plain(#name, #ty));
    }
    quote!(__schema::Member::Column(&__schema::Declared::by_field(#name, __schema::Column::new(#column, #ty))))
}

/// A column's type with its nullability.
fn type_and_nullability(column: &Column, field: &Field) -> TokenStream {
    let rust = &field.ty;
    match column.ty {
        ColumnType::Rust => quote!(<#rust as __SqlType>::COLUMN),
        ColumnType::Decimal { .. } | ColumnType::Sql(_) => {
            let (ty, nullable) = (type_of(&Typed { column_type: &column.ty, rust }), nullable(field));
            quote!((#ty, #nullable))
        }
    }
}

/// A column's type and the Rust type behind it.
pub(super) struct Typed<'a> {
    pub(super) column_type: &'a ColumnType,
    pub(super) rust: &'a Type,
}

/// The type of a column.
pub(super) fn type_of(typed: &Typed<'_>) -> TokenStream {
    let ty = typed.rust;
    match typed.column_type {
        ColumnType::Rust => quote!(<#ty as __schema::SqlType>::TY),
        ColumnType::Decimal { precision, scale, span: _ } => {
            let (precision, scale) = (digits(*precision), digits(*scale));
            quote!(__schema::decimal(<#ty as __schema::SqlType>::TY, #precision, #scale))
        }
        ColumnType::Sql(sql) => quote!(__schema::ColumnType::Sql(#sql)),
    }
}

fn digits(digits: Option<u32>) -> TokenStream {
    match digits {
        Some(digits) => quote!(__schema::Some(#digits)),
        None => quote!(__schema::None),
    }
}

fn literal(column: &Column, field: &Field) -> Literal {
    let Column {
        name,
        ty: _,
        default,
        generated,
        auto,
        sequence,
        not_null,
        collation,
        charset,
        on_update,
        invisible,
        settings: _,
        comment,
        renamed_from,
    } = column;
    let rest = type_and_nullability(column, field);
    let rest = quote!(__schema::Column::new(#name, #rest));
    let generated = generated.as_ref().map(|Generated { expression, stored }| {
        quote!(__schema::Some(__schema::Generated { expression: #expression, stored: #stored }))
    });
    let auto = auto.map(|auto| match auto.value {
        AutoIncrement::Usual => quote!(__schema::Some(__schema::AutoIncrement::Usual)),
        AutoIncrement::Autoincrement => quote!(__schema::Some(__schema::AutoIncrement::Autoincrement)),
        AutoIncrement::IdentityAlways => quote!(__schema::Some(__schema::AutoIncrement::IdentityAlways)),
    });
    let default = default.as_ref().map(|value| {
        let value = default_value(value);
        quote!(__schema::Some(#value))
    });
    Literal::new("Column", rest)
        .field("default", default)
        .field("generated", generated)
        .field("auto", auto)
        .field("sequence", sequence.as_ref().map(sequence_options))
        .text("not_null_name", not_null.as_ref().and_then(|it| it.name.as_ref()))
        .field("not_null_conflict", on_conflict(not_null.as_ref().and_then(|it| it.on_conflict)))
        .text("collation", collation.as_ref())
        .text("charset", charset.as_ref())
        .text("on_update", on_update.as_ref())
        .flag("invisible", *invisible)
        .text("comment", comment.as_ref())
        .text("renamed_from", renamed_from.as_ref())
}

fn sequence_options(options: &SequenceOptions) -> TokenStream {
    let SequenceOptions { name, ty, start, increment, min, max, cache, cycle, comment } = options;
    let number = |number: &Option<i64>| number.map(|number| quote!(__schema::Some(#number)));
    let options = Literal::new("SequenceOptions", quote!(__schema::SequenceOptions::NONE))
        .text("name", name.as_ref())
        .text("ty", ty.as_ref())
        .field("start", number(start))
        .field("increment", number(increment))
        .field("min", number(min))
        .field("max", number(max))
        .field("cache", number(cache))
        .flag("cycle", *cycle)
        .text("comment", comment.as_ref())
        .finish();
    quote!(__schema::Some(&#options))
}

/// Whether a column allows NULL: asked of the type, or read off its name where `type = ".."` lets any type stand.
pub(super) fn nullable(field: &Field) -> TokenStream {
    let ty = &field.ty;
    if let ColumnType::Sql(_) = field.column.base.ty {
        let nullable = is_option(ty);
        return quote!(#nullable);
    }
    quote!(<#ty as __schema::SqlType>::NULLABLE)
}

fn is_option(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == "Option"),
        Type::Group(group) => is_option(&group.elem),
        Type::Paren(paren) => is_option(&paren.elem),
        _ => false,
    }
}

pub(super) fn default_value(value: &DefaultValue) -> TokenStream {
    match value {
        DefaultValue::Now(_) => quote!(__schema::Default::Now),
        DefaultValue::Bool(value, _) => quote!(__schema::Default::Bool(#value)),
        DefaultValue::Number(value, _) => quote!(__schema::Default::Number(#value)),
        DefaultValue::Text(value, _) => quote!(__schema::Default::Text(#value)),
        DefaultValue::Variant { ty, variant } => {
            let variant = variant.unraw().to_string();
            quote!(__schema::enum_value(&<#ty as __schema::SqlEnum>::META, #variant))
        }
        DefaultValue::Sql(sql) => quote!(__schema::Default::Sql(#sql)),
    }
}
