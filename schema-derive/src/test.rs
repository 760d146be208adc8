//! `#[schema_core::test]`: a test function inside one that gives it a database.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Error, LitStr, Token};

/// Where the database comes from.
enum Databases {
    Folder(LitStr),
    Expression(TokenStream),
}

impl Databases {
    fn usual() -> Self {
        Databases::Folder(LitStr::new("migrations", Span::call_site()))
    }
}

impl Parse for Databases {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Ok(Databases::usual());
        }
        let key: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let databases = if key == "migrations" {
            let folder = input.parse()?;
            let _: Option<Token![,]> = input.parse()?;
            Databases::Folder(folder)
        } else if key == "databases" {
            return Ok(Databases::Expression(input.parse()?));
        } else {
            let message = format!("unknown key `{key}`; write `migrations = \"folder\"` or `databases = ..`");
            return Err(Error::new(key.span(), message));
        };
        match input.is_empty() {
            true => Ok(databases),
            false => Err(input.error("write `migrations` or `databases`, and nothing else")),
        }
    }
}

/// A function as far as it has to be understood; all of it stays as it is written.
struct Function {
    attributes: TokenStream,
    is_async: bool,
    name: Ident,
    arguments: Group,
    output: TokenStream,
    /// `async fn name(..) -> .. { .. }`, without attributes.
    whole: TokenStream,
}

impl Function {
    fn read(tokens: TokenStream) -> syn::Result<Self> {
        let no_function = |span: Span| Error::new(span, "`#[schema_core::test]` stands on a function");
        let mut tokens = tokens.into_iter().peekable();
        let mut attributes = TokenStream::new();
        while let Some(TokenTree::Punct(sign)) = tokens.peek()
            && sign.as_char() == '#'
        {
            attributes.extend(tokens.by_ref().take(2));
        }
        let (mut whole, mut is_async) = (TokenStream::new(), false);
        let name = loop {
            match tokens.next() {
                Some(TokenTree::Ident(word)) if word == "fn" => {
                    whole.extend([TokenTree::Ident(word.clone())]);
                    match tokens.next() {
                        Some(TokenTree::Ident(name)) => break name,
                        Some(_) | None => return Err(no_function(word.span())),
                    }
                }
                // Who sees the function is the harness's affair.
                Some(TokenTree::Ident(word)) if word == "pub" => {
                    if let Some(TokenTree::Group(_)) = tokens.peek() {
                        tokens.next();
                    }
                }
                Some(TokenTree::Ident(word)) if word == "async" => {
                    is_async = true;
                    whole.extend([TokenTree::Ident(word)]);
                }
                Some(other) => return Err(no_function(other.span())),
                None => return Err(no_function(Span::call_site())),
            }
        };
        whole.extend([TokenTree::Ident(name.clone())]);
        let arguments = match tokens.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => group,
            Some(_) | None => return Err(Error::new(name.span(), "a test has no type parameters")),
        };
        whole.extend([TokenTree::Group(arguments.clone())]);
        let rest: Vec<TokenTree> = tokens.collect();
        let output = rest.iter().take(rest.len().saturating_sub(1)).cloned().collect();
        whole.extend(rest);
        Ok(Function { attributes, is_async, name, arguments, output, whole })
    }
}

pub(crate) fn expand(arguments: TokenStream, function: TokenStream) -> syn::Result<TokenStream> {
    let databases = Databases::parse.parse2(arguments)?;
    let Function { attributes, is_async, name, arguments, output, whole } = Function::read(function)?;
    if arguments.stream().is_empty() {
        return Err(Error::new(arguments.span(), "the test takes its database: `database: TestDatabase`"));
    }
    let databases = match databases {
        Databases::Folder(folder) => quote! {
            ::schema_core::testing::of_package(::core::env!("CARGO_MANIFEST_DIR"), #folder)
        },
        Databases::Expression(expression) => quote!(::core::result::Result::Ok(#expression)),
    };
    let test = if is_async {
        quote! {
            |database| {
                ::tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime for the test")
                    .block_on(#name(database))
            }
        }
    } else {
        quote!(#name)
    };
    Ok(quote! {
        #[::core::prelude::v1::test]
        #attributes
        fn #name() #output {
            #whole
            ::schema_core::testing::run(#databases, #test)
        }
    })
}
