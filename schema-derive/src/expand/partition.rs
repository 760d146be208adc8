//! Partitions.

use super::Literal;
use super::object::index_part;
use crate::model::{BoundValue, Partition, PartitionBound, PartitionMethod, Partitioning};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

pub(super) fn partitioning(partitioning: &Partitioning, all: &TokenStream) -> TokenStream {
    let Partitioning { method, key, number, unmanaged } = partitioning;
    let method = match method.value {
        PartitionMethod::Range => "Range",
        PartitionMethod::List => "List",
        PartitionMethod::Hash => "Hash",
        PartitionMethod::Key => "Key",
        PartitionMethod::RangeColumns => "RangeColumns",
        PartitionMethod::ListColumns => "ListColumns",
        PartitionMethod::LinearHash => "LinearHash",
        PartitionMethod::LinearKey => "LinearKey",
    };
    let method = Ident::new(method, Span::call_site());
    let key = key.iter().map(|part| index_part(part, all));
    let number = match number {
        Some(number) => quote!(__schema::Some(#number)),
        None => quote!(__schema::None),
    };
    quote! {
        __schema::Partitioning {
            method: __schema::PartitionMethod::#method,
            key: &[#(#key),*],
            number: #number,
            unmanaged: #unmanaged,
        }
    }
}

pub(super) fn partition(partition: &Partition) -> TokenStream {
    let Partition { schema, name, span: _, bound, renamed_from } = partition;
    let bound = match bound {
        PartitionBound::Default => quote!(Default),
        PartitionBound::Range { from, to } => {
            let (from, to) = (values(from), values(to));
            quote!(Range(#from, #to))
        }
        PartitionBound::Values(listed) => {
            let listed = values(listed);
            quote!(Values(#listed))
        }
        PartitionBound::Hash { modulus, remainder } => quote!(Hash(#modulus, #remainder)),
        PartitionBound::Open => quote!(Open),
    };
    let rest = quote!(__schema::Partition {
        schema: __schema::None,
        name: #name,
        bound: __schema::PartitionBound::#bound,
        renamed_from: __schema::None,
    });
    Literal::new("Partition", rest)
        .text("schema", schema.as_ref())
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

fn values(values: &[BoundValue]) -> TokenStream {
    let values = values.iter().map(|value| {
        let value = match value {
            BoundValue::Min => quote!(Min),
            BoundValue::Max => quote!(Max),
            BoundValue::Null => quote!(Null),
            BoundValue::Bool(value) => quote!(Bool(#value)),
            BoundValue::Number(number) => quote!(Number(#number)),
            BoundValue::Text(text) => quote!(Text(#text)),
            BoundValue::Sql(sql) => quote!(Sql(#sql)),
        };
        quote!(__schema::BoundValue::#value)
    });
    quote!(&[#(#values),*])
}
