//! SQL beside structs.

use super::engines;
use crate::files;
use crate::model::Engine;
use crate::parse::Source;
use proc_macro2::TokenStream;
use quote::quote;

/// Registers SQL that stands in the code.
pub(crate) fn sql(source: &Source, only: &[Engine]) -> TokenStream {
    let text = &source.text;
    let line = quote!(__schema::Some(::core::line!()));
    registered(source, only, [&quote!(::core::file!()), &line, &quote!(#text)])
}

/// Registers the SQL of a file, which is read again by the compiler whenever it changes.
pub(crate) fn sql_file(source: &Source, only: &[Engine]) -> syn::Result<TokenStream> {
    let fail = |message: String| syn::Error::new(source.text.span(), message);
    let (root, path) = (files::root()?, source.text.value());
    let file = root.join(&path);
    if !file.is_file() {
        let root = root.display();
        return Err(fail(format!("there is no file `{path}` in `{root}`, where the crate's Cargo.toml is")));
    }
    let on_disk = files::on_disk(&file).map_err(fail)?;
    let sql = quote!(::core::include_str!(#on_disk));
    Ok(registered(source, only, [&quote!(#path), &quote!(__schema::None), &sql]))
}

fn registered(source: &Source, only: &[Engine], [file, line, sql]: [&TokenStream; 3]) -> TokenStream {
    let (krate, only) = (&source.krate, engines(only));
    let implementation = source.name.as_ref().map(|(_, name)| {
        quote! {
            #[automatically_derived]
            impl __schema::Model for #name {
                const MODEL: __schema::Registered = __SOURCE;
            }
        }
    });
    let named = source.name.as_ref().map(|(visibility, name)| {
        quote! {
            /// SQL of the schema.
            #[allow(dead_code)]
            #visibility struct #name;
        }
    });
    quote! {
        #named
        #[doc(hidden)]
        const _: () = {
            use #krate::__private::{self as __schema};
            const __SOURCE: __schema::Registered = __schema::Registered::Source(&__schema::Source {
                origin: ::core::module_path!(),
                file: #file,
                line: #line,
                sql: #sql,
                only: #only,
            });
            #implementation
            __schema::submit! { __SOURCE }
        };
    }
}
