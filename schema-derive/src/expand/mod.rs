//! From the types of `model` to constants.
//!
//! What is written is what every user's build pays for: literals, no functions, one registration.

mod attached;
mod check;
mod column;
mod enum_type;
mod object;
mod partition;
mod source;
mod sql_type;
mod table;
mod view;

pub(crate) use enum_type::sql_enum;
pub(crate) use source::{sql, sql_file};
pub(crate) use sql_type::sql_type;
pub(crate) use table::{columns, table};
pub(crate) use view::view;

use crate::model::{Declared, Engine};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

/// Puts implementations where their names clash with nothing.
fn scoped(implementations: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(unused_imports, clippy::needless_update)]
        const _: () = {
            use ::schema_core::__private::{self as __schema, Member::Plain as __Plain, SqlType as __SqlType};
            #implementations
        };
    }
}

fn engine(engine: Engine) -> TokenStream {
    let variant = match engine {
        Engine::Sqlite => "Sqlite",
        Engine::Postgres => "Postgres",
        Engine::Mysql => "Mysql",
        Engine::Mariadb => "Mariadb",
    };
    let variant = Ident::new(variant, Span::call_site());
    quote!(__schema::Engine::#variant)
}

fn engines(engines: &[Engine]) -> TokenStream {
    let engines = engines.iter().map(|one| engine(*one));
    quote!(&[#(#engines),*])
}

fn optional_text(text: Option<&String>) -> TokenStream {
    match text {
        Some(text) => quote!(__schema::Some(#text)),
        None => quote!(__schema::None),
    }
}

fn parameters(parameters: &[(String, String)]) -> TokenStream {
    let parameters = parameters.iter().map(|(name, value)| quote!((#name, #value)));
    quote!(&[#(#parameters),*])
}

fn declared<T>(object: &Declared<T>, define: impl Fn(&T) -> TokenStream) -> TokenStream {
    let Declared { base, origin, only, overrides } = object;
    let base = define(base);
    let rest = match origin {
        Some(field) => quote!(__schema::Declared::by_field(#field, #base)),
        None => quote!(__schema::Declared::by_struct(#base)),
    };
    let overrides = overrides.iter().map(|(on, object)| {
        let (on, object) = (engine(*on), define(object));
        quote!((#on, #object))
    });
    let overrides: Vec<TokenStream> = overrides.collect();
    Literal::new("Declared", rest)
        .field("only", (!only.is_empty()).then(|| engines(only)))
        .field("overrides", (!overrides.is_empty()).then(|| quote!(&[#(#overrides),*])))
        .finish()
}

/// A struct literal of the fields that differ from the rest.
struct Literal {
    ty: Ident,
    rest: TokenStream,
    fields: Vec<TokenStream>,
}

impl Literal {
    fn new(ty: &str, rest: TokenStream) -> Self {
        Literal { ty: format_ident!("{ty}"), rest, fields: Vec::new() }
    }

    fn field(mut self, name: &str, value: Option<TokenStream>) -> Self {
        if let Some(value) = value {
            let name = format_ident!("{name}");
            self.fields.push(quote!(#name: #value));
        }
        self
    }

    fn text(self, name: &str, text: Option<&String>) -> Self {
        self.field(name, text.map(|text| quote!(__schema::Some(#text))))
    }

    fn flag(self, name: &str, flag: bool) -> Self {
        self.field(name, flag.then(|| quote!(true)))
    }

    fn is_plain(&self) -> bool {
        self.fields.is_empty()
    }

    fn finish(self) -> TokenStream {
        let Literal { ty, rest, fields } = self;
        if fields.is_empty() { rest } else { quote!(__schema::#ty { #(#fields,)* ..#rest }) }
    }
}
