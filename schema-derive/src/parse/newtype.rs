//! Newtypes as column types.

use super::entries;
use super::keys::Keys;
use crate::diagnostics::Diagnostics;
use crate::model::Newtype;
use syn::{Data, DeriveInput, Field, Type};

/// Reads a struct of one field; `PhantomData` beside it does not count.
pub(crate) fn newtype(diagnostics: &Diagnostics, input: &DeriveInput) -> Option<Newtype> {
    let Data::Struct(data) = &input.data else {
        diagnostics
            .error(input.ident.span(), "`SqlType` is derived for a newtype; an enum derives `SqlEnum`");
        return None;
    };
    let fields: Vec<&Field> = data.fields.iter().filter(|field| !is_phantom(&field.ty)).collect();
    let [field] = fields.as_slice() else {
        diagnostics.error(
            input.ident.span(),
            "`SqlType` is derived for a struct of one field; one of several is a composite type: `#[sql_type(composite = \"..\")]`",
        );
        return None;
    };
    let mut keys = Keys::new(diagnostics, "a newtype's field", entries(diagnostics, &field.attrs, "column"));
    let sql = keys.text("type");
    keys.finish();
    Some(Newtype {
        ident: input.ident.clone(),
        generics: input.generics.clone(),
        inner: field.ty.clone(),
        sql,
    })
}

fn is_phantom(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == "PhantomData"),
        _ => false,
    }
}
